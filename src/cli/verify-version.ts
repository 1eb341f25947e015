import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { Command, InvalidArgumentError, Option } from "commander";
import { kmsPublicKeys } from "../adapters/kms-signer";
import { s3WriteOnceStore } from "../adapters/s3-write-once-store";
import { sagemakerModelRegistry } from "../adapters/sagemaker-model-registry";
import { type ModelPackageId, parseModelPackageArn } from "../contract/arn";
import type { TrustedKeys } from "../ledger/signed";
import { type Verified, verifyVersion } from "../stages/verify-version";
import { UsageError } from "./errors";
import { BROKEN, type Io, readKeys, several } from "./ledger/options";

const HELP = `
To run just before a deployment, with the credentials of whoever deploys. It reads the version and its records, and changes
nothing. Keys are given as files, which is safer, or read from KMS by their ARN; the stack's outputs recordSigningKeyArn
and revocationSigningKeyArn name them. docs/operate.md lists what the role needs.

Exit status
  0  the version is Approved by its record in force, and is what that record is about
  1  it isn't, or that can't be believed; don't deploy it
  2  wrong use, or AWS refused a call; nothing is known, so don't deploy it

Examples
  governance verify arn:aws:sagemaker:us-east-1:444455556666:model-package/credit-risk/7 \\
    --bucket mg-records-444455556666-us-east-1 --trusted-key records.pem --revocation-key revocations.pem
`;

interface Options {
  bucket: string;
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
    .requiredOption("--bucket <BUCKET>", "the record bucket: the stack's output recordBucket")
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
  const { bucket, trustedKey = [], revocationKey = [], keyArn = [], revocationKeyArn = [] } = options;
  if (trustedKey.length + keyArn.length === 0)
    throw new UsageError("no key is given to believe records by; give --trusted-key PEM, or --key-arn ARN");
  const kms = kmsPublicKeys(new KMSClient({ region }));
  const believed = async (option: string, files: string[], arns: string[]): Promise<TrustedKeys> =>
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

const text = (id: ModelPackageId, holds: boolean, points: readonly Verified[]): string =>
  [
    `${holds ? "Holds" : "DOESN'T HOLD"}: ${id.group} version ${id.version}`,
    ...points.map(({ point, says, holds: isSo }) => `  ${point.padEnd(9)} ${isSo ? "holds" : "BROKEN"}: ${says}`),
    "",
  ].join("\n");

const json = ({ arn }: ModelPackageId, holds: boolean, points: readonly Verified[]): string =>
  `${JSON.stringify({ schemaVersion: 1, modelPackageArn: arn, holds, points }, null, 2)}\n`;
