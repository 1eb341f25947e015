import { setTimeout as pause } from "node:timers/promises";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { type Command, InvalidArgumentError } from "commander";
import { s3WriteOnceStore } from "../../adapters/s3-write-once-store";
import { sendRequest } from "../../adapters/sqs-request-queue";
import type { TakeOver } from "../../contract/cut-over";
import { modelPackageArnPattern } from "../../contract/names";
import { isReason, LONGEST_REASON, type PersonRequest, personRequestMessage } from "../../contract/person-request";
import { parseReviewSettings, type ReviewSettings } from "../../contract/review-settings";
import type { WriteOnceStore } from "../../core/ports";
import { singleLine } from "../../core/verdict";
import { chainOf, type RecordChain } from "../../ledger/chain";
import type { DecisionRecord } from "../../ledger/decision-record";
import { type NamedVersion, parseNamedVersion } from "../../ledger/find-records";
import type { Signed } from "../../ledger/signed";
import { recordedAttempts, recordsAt } from "../../stages/version-records";
import { UsageError } from "../errors";
import { outputsIn } from "../outputs-file";
import { whoDecided } from "../who-decided";

/** Where to ask, and where the records are. */
type Asking = Omit<ReviewSettings, keyof TakeOver>;

export interface PeopleOptions {
  reason: string;
  outputs?: string;
  queue?: string;
  bucket?: string;
  wait: number;
}

/** Seconds between two looks at the record bucket. */
export const PAUSE = 2;

/** What both commands take. @param wait seconds that they wait for a record where nothing is said */
export const ofPeople = (command: Command, wait: number): Command =>
  command
    .argument("<VERSION>", "ARN of the version, or GROUP/VERSION", namedVersion)
    .requiredOption("--reason <TEXT>", `why, in one line of at most ${LONGEST_REASON} characters`, reason)
    .option("--outputs <outputs.json>", "the governance stack's outputs, as `pulumi stack output --json` prints them")
    .option("--queue <URL>", "queue of people's requests, in place of --outputs; with --bucket")
    .option("--bucket <BUCKET>", "record bucket, in place of --outputs; with --queue")
    .option("--wait <SECONDS>", "how long to wait for the record", seconds, wait);

function namedVersion(text: string): NamedVersion {
  const named = parseNamedVersion(text);
  if (named !== undefined) return named;
  throw new InvalidArgumentError("expected the ARN of a versioned model package, or GROUP/VERSION, as credit-risk/7");
}

export function reason(text: string): string {
  if (isReason(text)) return text;
  throw new InvalidArgumentError(`expected one line of 1 to ${LONGEST_REASON} characters, without blanks around it`);
}

export function seconds(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("expected a whole number of seconds");
}

/** One version, as its records are now and as the queue takes requests about it. */
export class AskedVersion {
  readonly arn: string;
  private readonly records: WriteOnceStore;
  private readonly settings: Asking;

  constructor(
    private readonly named: NamedVersion,
    options: PeopleOptions,
  ) {
    this.settings = settingsOf(options);
    const { region, recordBucket, account } = this.settings;
    this.records = s3WriteOnceStore(new S3Client({ region }), recordBucket, account);
    this.arn = modelPackageArnPattern(this.settings, named.group).replace(/\*$/, String(named.version));
  }

  /** Its records. Their signatures are looked at by whoever decides on them. */
  async chain(): Promise<RecordChain | undefined> {
    const ports = { records: this.records };
    return chainOf(await recordsAt(this.named, await recordedAttempts(this.named, ports), ports));
  }

  /** @returns the message's id */
  async ask(request: PersonRequest["request"], why: string, chain: RecordChain | undefined): Promise<string> {
    const { region, requestQueueUrl } = this.settings;
    const body = personRequestMessage({
      request,
      modelPackageArn: this.arn,
      reason: why,
      expectedRecordSha256: chain?.last.sha256 ?? null,
    });
    return sendRequest(new SQSClient({ region }), requestQueueUrl, body);
  }

  /** Looks until there is such a record, or time is up. */
  async await(
    is: (record: Signed<DecisionRecord>) => boolean,
    wait: number,
  ): Promise<Signed<DecisionRecord> | undefined> {
    for (let left = wait; ; left -= PAUSE) {
      const found = (await this.chain())?.records.find(is);
      if (found !== undefined || left <= 0) return found;
      await pause(Math.min(PAUSE, left) * 1000);
    }
  }
}

/** A record in a few lines. */
export const inShort = ({ name, sha256, body }: Signed<DecisionRecord>): string =>
  [
    `  ${body.decision}, attempt ${body.attempt}, ${body.decidedAt} by ${singleLine(whoDecided(body))}`,
    `  ${singleLine(body.reason)}`,
    `  ${name} SHA-256 ${sha256}`,
    "",
  ].join("\n");

function settingsOf({ outputs, queue, bucket }: PeopleOptions): Asking {
  if (outputs !== undefined) return outputsIn(outputs, parseReviewSettings, "the governance stack");
  if (queue === undefined || bucket === undefined)
    throw new UsageError("expected --outputs, or --queue and --bucket: where to ask, and where the records are");
  const [, region, china, account] =
    /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?\/(\d{12})\/[\w-]+$/.exec(queue) ?? [];
  if (region === undefined || account === undefined)
    throw new UsageError(`--queue: found ${queue}, expected https://sqs.REGION.amazonaws.com/ACCOUNT/NAME`);
  const partition = china ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  return { partition, account, region, requestQueueUrl: queue, recordBucket: bucket };
}
