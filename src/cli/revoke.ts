import { setTimeout } from "node:timers/promises";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SQSClient } from "@aws-sdk/client-sqs";
import { Command, InvalidArgumentError } from "commander";
import { s3WriteOnceStore } from "../adapters/s3-write-once-store";
import { sagemakerModelRegistry } from "../adapters/sagemaker-model-registry";
import { sagemakerVersions } from "../adapters/sagemaker-overview";
import { sqsRevocationQueue } from "../adapters/sqs-revocation-queue";
import type { ModelPackageId } from "../contract/arn";
import { isText, record } from "../contract/message-fields";
import { isReason, LONGEST_REASON } from "../contract/revocation-request";
import { askToRevoke, beforeRevoking } from "../stages/ask-to-revoke";
import { BROKEN, type Io } from "./ledger/options";
import { outputsIn } from "./outputs-file";
import { versionArn } from "./verify-version";

const HELP = `
For emergencies: sets an Approved version to Rejected, with a signed record of who asked and why. It says first which older
version would be served then, since deployments follow the latest version that is still Approved; with --yes it asks, and
waits for the record. Who you are is what AWS says of your credentials: those of a reviewer.

outputs.json is what the governance stack prints:
  pulumi stack output --json --stack governance > outputs.json

Exit status
  0  the record is written, which the status follows within seconds; or without --yes, the version can be revoked
  1  the version isn't Approved, or no record came in time
  2  wrong use, or AWS refused

Examples
  governance revoke arn:aws:sagemaker:us-east-1:444455556666:model-package/credit-risk/7 --reason "leaks names" --outputs outputs.json --yes
`;

interface Options {
  reason: string;
  outputs: string;
  yes?: boolean;
}

/** Two minutes. */
const LOOKS = 60;
const PAUSE_MS = 2_000;

/** `governance revoke`. */
export const revokeCommand = ({ print, exit }: Io): Command =>
  new Command("revoke")
    .summary("take an approval back, on record")
    .description("Sets an Approved version to Rejected, with a record of who asked and why.")
    .argument("<VERSION>", "ARN of the version", versionArn)
    .requiredOption("--reason <TEXT>", `why, on one line of at most ${LONGEST_REASON} characters`, reason)
    .requiredOption(
      "--outputs <outputs.json>",
      "the governance stack's outputs, as `pulumi stack output --json` prints them",
    )
    .option("--yes", "do it")
    .addHelpText("after", HELP)
    .action(async (id: ModelPackageId, options: Options) => exit(await revoked(id, options, print)));

function reason(text: string): string {
  if (isReason(text)) return text;
  throw new InvalidArgumentError(`expected one line of at most ${LONGEST_REASON} characters`);
}

async function revoked(
  id: ModelPackageId,
  { reason: why, outputs, yes }: Options,
  print: Io["print"],
): Promise<number> {
  const { recordBucket, revocationQueueUrl } = outputsIn(outputs, parseOutputs, "the governance stack");
  const { region, account } = id;
  const sagemaker = new SageMakerClient({ region });
  const ports = {
    registry: sagemakerModelRegistry(sagemaker),
    overview: sagemakerVersions(sagemaker),
    records: s3WriteOnceStore(new S3Client({ region }), recordBucket, account),
    revocations: sqsRevocationQueue(new SQSClient({ region }), revocationQueueUrl),
    pause: () => setTimeout(PAUSE_MS),
  };
  const { isApproved, says } = await beforeRevoking(id, ports);
  print(`${says}\n`);
  if (!isApproved) return BROKEN;
  if (!yes) {
    print("Nothing was asked for yet; add --yes to revoke it.\n");
    return 0;
  }
  const record = await askToRevoke(id, why, ports, LOOKS);
  if (record === undefined) {
    print(
      "It was asked for, and no record has come within two minutes; look at the log of revoke and its dead letters.\n",
    );
    return BROKEN;
  }
  const { name, sha256, body } = record;
  const who = body.decidedBy.kind === "people" ? body.decidedBy.people.map((person) => person.name).join(", ") : "";
  print(
    `${body.decision} at ${body.decidedAt}, asked by ${who}: ${body.reason}\nrecord ${name} SHA-256 ${sha256}; \`governance ledger show\` verifies it\n`,
  );
  return 0;
}

function parseOutputs(outputs: unknown): { recordBucket: string; revocationQueueUrl: string } {
  const { recordBucket, revocationQueueUrl } = record(outputs) ?? {};
  if (isText(recordBucket) && isText(revocationQueueUrl)) return { recordBucket, revocationQueueUrl };
  throw new Error("recordBucket or revocationQueueUrl is missing");
}
