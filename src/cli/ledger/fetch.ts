import { S3Client } from "@aws-sdk/client-s3";
import { Command } from "commander";
import { type Fetched, fetchCited, fetchLedger } from "../../adapters/s3-ledger-copy";
import { UsageError } from "../errors";
import type { Io } from "./options";

const HELP = `
Reads with the credentials and Region of the environment; it needs s3:ListBucketVersions, s3:GetObject and
s3:GetObjectVersion on the record bucket and kms:Decrypt on its key, and for --evidence s3:GetObject and
s3:GetObjectVersion on the buckets that records cite and kms:Decrypt on theirs. A fetch that was broken off goes on.

What it makes
  DIR/versions.jsonl                       a line for each version and delete marker, as S3 lists them
  DIR/objects/<key>/@<version>             the bytes of each version
  DIR/evidence/<bucket>/<key>/@<version>   what records cite

Examples
  governance ledger fetch --bucket mg-records-444455556666-us-east-1 --to ledger
  governance ledger fetch --bucket mg-records-444455556666-us-east-1 --to ledger --evidence
`;

interface Options {
  bucket: string;
  to: string;
  owner?: string;
  evidence?: boolean;
}

/** `governance ledger fetch`. */
export const fetchCommand = ({ print }: Io): Command =>
  new Command("fetch")
    .summary("copy the record bucket with all versions and delete markers")
    .description("Copies the record bucket, with all versions and delete markers, into a folder.")
    .requiredOption("--bucket <BUCKET>", "the record bucket: the stack's output recordBucket")
    .requiredOption("--to <DIR>", "folder of the copy")
    .option("--owner <ACCOUNT>", "account that the buckets belong to, where the bucket's name doesn't say")
    .option("--evidence", "copy also the object versions that the records cite")
    .addHelpText("after", HELP)
    .action(async ({ bucket, to: folder, evidence, owner = ownerOf(bucket) }: Options) => {
      const s3 = new S3Client({});
      print(`Record bucket: ${told(await fetchLedger({ s3, bucket, owner, folder }))}\n`);
      if (!evidence) return;
      print(`Evidence: ${told(await fetchCited({ s3, owner, folder }))}\n`);
    });

function ownerOf(bucket: string): string {
  const owner = /-(\d{12})-/.exec(bucket)?.[1];
  if (owner !== undefined) return owner;
  throw new UsageError(`--bucket: ${bucket} doesn't say its account; give --owner ACCOUNT, twelve digits`);
}

const told = ({ downloaded, kept, missing, unreadable }: Fetched): string =>
  [
    `${downloaded} object versions fetched, ${kept} were there already`,
    ...missing.sort().map((uri) => `\n  S3 doesn't have ${uri}, which a record cites`),
    ...unreadable.map((why) => `\n  A record can't be read, so what it cites isn't fetched: ${why}`),
  ].join("");
