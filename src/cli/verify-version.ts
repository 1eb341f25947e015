import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { Command, InvalidArgumentError, Option } from "commander";
import { kmsPublicKeys } from "../adapters/kms-signer";
import { s3WriteOnceStore } from "../adapters/s3-write-once-store";
import { sagemakerModelRegistry } from "../adapters/sagemaker-model-registry";
import { type ModelPackageId, parseModelPackageArn } from "../contract/arn";
import { parseVerifySettings } from "../contract/verify-settings";
import type { TrustedKeys } from "../ledger/signed";
import { type Verified, verifyVersion } from "../stages/verify-version";
import { UsageError } from "./errors";
import { BROKEN, type Io, readKeys, several } from "./ledger/options";
import { outputsIn } from "./outputs-file";

const HELP = `
To run just before a deployment, with the credentials of whoever deploys: the role of an entry of governance:consumers, in
whatever account. It reads the version and its records, and changes nothing. The bucket and the keys are those of --outputs,
where nothing else is given. Keys are given as files, which is safer, or read from KMS by their ARN.

Exit status
  0  the version is Approved by its record in force, and is what that record is about
  1  it isn't, or that can't be believed; don't deploy it
  2  wrong use, or AWS refused a call; nothing is known, so don't deploy it

Examples
  governance verify arn:aws:sagemaker:us-east-1:444455556666:model-package/credit-risk/7 --outputs outputs.json
  governance verify arn:aws:sagemaker:us-east-1:444455556666:model-package/credit-risk/7 \\
    --bucket mg-records-444455556666-us-east-1 --trusted-key records.pem --revocation-key revocations.pem
`;

interface Options {
  outputs?: string;
  bucket?: string;
  trustedKey?: string[];
  revocationKey?: string[];
  keyArn?: string[];
  revocationKeyArn?: string[];
  format: "text" | "json";
}

/** Reads a version's ARN, which says where the version is. */
export function versionArn(text: string): ModelPackageId {
  const id = parseModelPackageArn(text);
  if (id !== undefined) return id;
  throw new InvalidArgumentError("expected the ARN of a versioned model package");
}

/** `governance verify`. */
export const verifyVersionCommand = ({ print, exit }: Io): Command =>
  new Command("verify")
    .summary("verify a version just before it is deployed")
    .description("Verifies that a version is Approved by a signed record, and is still what was approved.")
    .argument("<VERSION>", "ARN of the version", versionArn)
    .option("--outputs <outputs.json>", "the governance stack's outputs, as `pulumi stack output --json` prints them")
    .option("--bucket <BUCKET>", "the record bucket, in place of --outputs")
    .option("--trusted-key <PEM>", "file of a public key that signs, or has signed, decisions; several times", several)
    .option("--revocation-key <PEM>", "the same for revocations", several)
    .option("--key-arn <ARN>", "a key of KMS, in place of --trusted-key; several times", several)
    .option("--revocation-key-arn <ARN>", "the same for revocations", several)
    .addOption(new Option("--format <format>", "how to print the result").choices(["text", "json"]).default("text"))
    .addHelpText("after", HELP)
    .action(async (id: ModelPackageId, options: Options) => {
      const points = await verified(id, options);
      const holds = points.every((point) => point.holds);
      print(options.format === "json" ? json(id, holds, points) : text(id, holds, points));
      exit(holds ? 0 : BROKEN);
    });

async function verified(id: ModelPackageId, options: Options): Promise<Verified[]> {
  const { region, account } = id;
  const { bucket, trustedKey, revocationKey, keyArn, revocationKeyArn } = settingsOf(options);
  const kms = kmsPublicKeys(new KMSClient({ region }));
  const believed = async (option: string, files: string[], arns: readonly string[]): Promise<TrustedKeys> =>
    new Map([...readKeys(option, files), ...(await kms.all(arns))]);
  const keys = {
    decisions: await believed("--trusted-key", trustedKey, keyArn),
    revocations: await believed("--revocation-key", revocationKey, revocationKeyArn),
  };
  return verifyVersion(id, {
    registry: sagemakerModelRegistry(new SageMakerClient({ region })),
    records: s3WriteOnceStore(new S3Client({ region }), bucket, account),
    recordKeys: async () => keys,
  });
}

/** What is given, and of the stack's outputs what isn't. */
function settingsOf({ trustedKey = [], revocationKey = [], keyArn = [], revocationKeyArn = [], ...options }: Options) {
  const printed = options.outputs && outputsIn(options.outputs, parseVerifySettings, "the governance stack");
  const { recordBucket, recordKeyArns = [], revocationKeyArns = [] } = printed || {};
  const bucket = options.bucket ?? recordBucket;
  if (bucket === undefined)
    throw new UsageError("expected --outputs, or --bucket and keys: where the records are, and whom to believe");
  const keys = {
    trustedKey,
    keyArn: trustedKey.length + keyArn.length > 0 ? keyArn : recordKeyArns,
    revocationKey,
    revocationKeyArn: revocationKey.length + revocationKeyArn.length > 0 ? revocationKeyArn : revocationKeyArns,
  };
  if (keys.trustedKey.length + keys.keyArn.length === 0)
    throw new UsageError("no key is given to believe records by; give --outputs, --trusted-key PEM, or --key-arn ARN");
  return { bucket, ...keys };
}

const text = (id: ModelPackageId, holds: boolean, points: readonly Verified[]): string =>
  [
    `${holds ? "Holds" : "DOESN'T HOLD"}: ${id.group} version ${id.version}`,
    ...points.map(({ point, says, holds: isSo }) => `  ${point.padEnd(9)} ${isSo ? "holds" : "BROKEN"}: ${says}`),
    "",
  ].join("\n");

const json = ({ arn }: ModelPackageId, holds: boolean, points: readonly Verified[]): string =>
  `${JSON.stringify({ schemaVersion: 1, modelPackageArn: arn, holds, points }, null, 2)}\n`;
