import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { Command } from "commander";
import { s3ArtifactVersions } from "../adapters/s3-artifact-versions";
import { sqsCopyQueue } from "../adapters/sqs-copy-queue";
import { bucketArn } from "../contract/names";
import { parseSyncSettings, type SyncSettings } from "../contract/sync-settings";
import { singleLine } from "../core/verdict";
import type { CreatedObject } from "../stages/copy";
import {
  type Amount,
  type ArtifactVersions,
  askCopy,
  type CopyQueue,
  lookAtReplication,
  SyncError,
} from "../stages/sync";
import { UsageError } from "./errors";
import { outputsIn } from "./outputs-file";

const HELP = `
Evidence that lay in the artifact bucket before the stack's first update, or whose event was lost, is carried to governance:
sync looks at the current version of every object under the evidence prefixes. With transfer mode copy it asks the copy
function for each, which leaves alone what it has carried before. With replication it says what S3 hasn't replicated, and
the S3 Batch Replication job that does it. It copies nothing itself.

outputs.json is what the dev account's stack prints:
  pulumi stack output --json --stack dev > outputs.json
It runs with your credentials of the dev account, which need s3:ListBucketVersions on the artifact bucket, and with copy
sqs:SendMessage on the copy queue, with replication s3:GetObject and s3:GetObjectVersion on the bucket.

Exit status
  0  copy was asked for everything; or everything is replicated, or about to be
  1  the queue didn't take some of it; or S3 hasn't replicated some of it
  2  wrong use, or AWS refused; run it again when that is mended, a repeat changes nothing

Examples
  governance sync --outputs outputs.json --dry-run
  governance sync --outputs outputs.json
`;

interface Options {
  outputs: string;
  dryRun?: boolean;
}

type Print = (text: string) => void;

/** `governance sync`. */
export function syncCommand(print: Print, exit: (status: number) => void): Command {
  return new Command("sync")
    .summary("carry evidence of a dev account that no event carried")
    .description("Has evidence carried that lay in a dev account's bucket before, or whose event was lost.")
    .requiredOption("--outputs <outputs.json>", "the dev stack's outputs, as `pulumi stack output --json` prints them")
    .option("--dry-run", "say what copy would be asked for, and ask for nothing")
    .addHelpText("after", HELP)
    .action(async (options: Options) => exit(await synced(options, print)));
}

async function synced({ outputs, dryRun = false }: Options, print: Print): Promise<number> {
  const settings = outputsIn(outputs, parseSyncSettings, "the dev account's stack");
  const { region, account, artifactBucket, copyQueueUrl } = settings;
  const versions = s3ArtifactVersions(new S3Client({ region }), { name: artifactBucket, owner: account });
  try {
    if (copyQueueUrl === undefined) return await replicated(settings, versions, print);
    const queue = sqsCopyQueue(new SQSClient({ region }), copyQueueUrl, account);
    return await copied(settings, versions, dryRun ? takesAll(queue) : queue, print, dryRun);
  } catch (error) {
    if (error instanceof SyncError) throw new UsageError(error.message);
    throw error;
  }
}

/** Says that it took everything, and takes nothing. */
const takesAll = ({ most }: CopyQueue): CopyQueue => ({ most, send: async () => [] });

async function copied(
  settings: SyncSettings,
  versions: ArtifactVersions,
  queue: CopyQueue,
  print: Print,
  dryRun: boolean,
): Promise<number> {
  const each = (object: CreatedObject): void => print(`would ask for ${named(object)}\n`);
  const { notSent, ...sent } = await askCopy(settings.evidencePrefixes, versions, queue, dryRun ? each : undefined);
  for (const { object, reason } of notSent) print(`not asked for: ${named(object)}: ${singleLine(reason)}\n`);
  print(`${dryRun ? "would ask" : "asked"} copy for ${inWords(sent)} under ${placesOf(settings)}\n`);
  if (!dryRun && sent.objects > 0) print("copy carries those that governance hasn't got yet; its log says which\n");
  if (notSent.length === 0) return 0;
  print(`${notSent.length} couldn't be asked for; run it again, a repeat changes nothing\n`);
  return 1;
}

async function replicated(settings: SyncSettings, versions: ArtifactVersions, print: Print): Promise<number> {
  const { seen, pending, left } = await lookAtReplication(settings.evidencePrefixes, versions);
  for (const { object, status } of left) print(`not replicated: ${named(object)}: ${status}\n`);
  print(`looked at ${inWords(seen)} under ${placesOf(settings)}\n`);
  if (pending.objects > 0) print(`S3 is about to replicate ${inWords(pending)}\n`);
  if (left.length === 0) return 0;
  const bytes = left.reduce((sum, { object: { size } }) => sum + size, 0);
  print(
    `S3 hasn't replicated ${inWords({ objects: left.length, bytes })}. ${BATCH}\n\n${batchReplication(settings)}\n`,
  );
  return 1;
}

const BATCH = `A job of S3 Batch Replication does, and keeps version ids; copying an object
onto itself would make a new version. ROLE is one that docs/operate.md describes:`;

/** The command that makes the job, for a shell. */
function batchReplication({ partition, account, region, artifactBucket, evidencePrefixes }: SyncSettings): string {
  const generator = {
    S3JobManifestGenerator: {
      SourceBucket: bucketArn(partition, artifactBucket),
      ExpectedBucketOwner: account,
      EnableManifestOutput: false,
      Filter: {
        EligibleForReplication: true,
        ObjectReplicationStatuses: ["NONE", "FAILED", "REPLICA"],
        KeyNameConstraint: { MatchAnyPrefix: evidencePrefixes },
      },
    },
  };
  return [
    `  aws s3control create-job --account-id ${account} --region ${region} --priority 1 --no-confirmation-required`,
    `    --role-arn ROLE --operation '{"S3ReplicateObject":{}}' --report '{"Enabled":false}'`,
    `    --manifest-generator ${quotedForShell(JSON.stringify(generator))}`,
  ].join(" \\\n");
}

const quotedForShell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const named = ({ bucket, key, versionId, size }: CreatedObject): string =>
  singleLine(`s3://${bucket}/${key} version ${versionId ?? "none"}, ${bytesInWords(size)}`);

const placesOf = ({ artifactBucket, evidencePrefixes }: SyncSettings): string =>
  evidencePrefixes.map((prefix) => `s3://${artifactBucket}/${prefix}`).join(", ");

const inWords = ({ objects, bytes }: Amount): string =>
  `${objects} ${objects === 1 ? "object" : "objects"} of ${bytesInWords(bytes)}`;

const UNITS = ["kB", "MB", "GB", "TB"] as const;

/** Bytes with a decimal unit, to one place. */
function bytesInWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
  const at = Math.min(UNITS.length, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** at).toFixed(1)} ${UNITS[at - 1]}`;
}
