import * as pulumi from "@pulumi/pulumi";
import { recordBucketName } from "../contract/names";
import { EncryptedBucket } from "./encrypted-bucket";
import { EncryptionKey } from "./encryption-key";
import { recordPolicy } from "./permissions/bucket-policy";
import type { Grant, Made, PolicyDocument } from "./permissions/grant";
import { keyPolicy } from "./permissions/key-policy";
import { SigningKey } from "./signing-key";
import { type GovernanceConfig, placeOf } from "./stack-config";

export interface LedgerStoreArgs {
  config: GovernanceConfig;
  /** Who does what in the governance account. */
  table: readonly Grant[];
}

/** The bucket of decision records and checkpoints, where nothing is overwritten or deleted, and the keys that sign them and verdicts. */
export class LedgerStore extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;
  readonly recordSigningKeyArn: pulumi.Output<string>;
  readonly checkpointSigningKeyArn: pulumi.Output<string>;
  readonly verdictSigningKeyArn: pulumi.Output<string>;
  readonly revocationSigningKeyArn: pulumi.Output<string>;

  constructor(name: string, { config, table }: LedgerStoreArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:LedgerStore", name, {}, options);
    const own = { parent: this };
    const bucket = recordBucketName(config.prefix, placeOf(config));
    const policyOf = (key: Made) => keyPolicy(table, key, placeOf(config));
    const key = new EncryptionKey(
      name,
      {
        description: "Decision records of model governance",
        alias: bucket,
        policy: policyOf("record-key"),
        protect: true,
        existing: config.recordKeyArn,
      },
      own,
    );
    const store = new EncryptedBucket(
      name,
      {
        bucket,
        keyArn: key.arn,
        policy: policyOfBucket(table, config, bucket),
        objectLock: true,
        retention: config.retention,
      },
      own,
    );
    const signing = (of: "record" | "checkpoint" | "verdict" | "revocation", existing: string | undefined) =>
      new SigningKey(
        `${of}-signing`,
        {
          description: `Signs the ${of}s of model governance`,
          alias: `${config.prefix}-${of}-signing`,
          policy: policyOf(`${of}-signing-key`),
          existing,
        },
        own,
      ).arn;
    this.bucket = store.bucket;
    this.keyArn = key.arn;
    this.recordSigningKeyArn = signing("record", config.signingKeys.records);
    this.checkpointSigningKeyArn = signing("checkpoint", config.signingKeys.checkpoints);
    this.verdictSigningKeyArn = signing("verdict", config.signingKeys.verdicts);
    this.revocationSigningKeyArn = signing("revocation", config.signingKeys.revocations);
    this.registerOutputs({ bucket: this.bucket, keyArn: this.keyArn });
  }
}

/** Longest policy that S3 takes, in bytes. */
const LONGEST = 20_480;

/** @throws RunError at preview, before S3 would refuse it */
function policyOfBucket(table: readonly Grant[], config: GovernanceConfig, bucket: string): PolicyDocument {
  const policy = recordPolicy(table, { ...placeOf(config), bucket }, config.assumeRole);
  const { length } = JSON.stringify(policy);
  if (length <= LONGEST) return policy;
  throw new pulumi.RunError(
    `bucket ${bucket}: its policy has ${length} bytes, S3 takes ${LONGEST}; name fewer governance:consumers, for example one role an account, or fewer groups of each`,
  );
}
