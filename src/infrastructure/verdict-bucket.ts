import * as pulumi from "@pulumi/pulumi";
import { verdictBucketName } from "../contract/names";
import { EncryptedBucket } from "./encrypted-bucket";
import { EncryptionKey } from "./encryption-key";
import { writeOncePolicy } from "./permissions/bucket-policy";
import type { Grant } from "./permissions/grant";
import { keyPolicy } from "./permissions/key-policy";
import { type GovernanceConfig, placeOf } from "./stack-config";

export interface VerdictBucketArgs {
  config: GovernanceConfig;
  /** Who does what in the governance account. */
  table: readonly Grant[];
}

/** The write-once bucket of verdicts and start markers, with a key of its own. */
export class VerdictBucket extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;

  constructor(name: string, { config, table }: VerdictBucketArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:VerdictBucket", name, {}, options);
    const bucket = verdictBucketName(config.prefix, placeOf(config));
    const key = new EncryptionKey(
      name,
      {
        description: "Verdicts and start markers of model governance",
        alias: bucket,
        policy: keyPolicy(table, "verdict-key", placeOf(config)),
        protect: true,
        existing: config.verdictKeyArn,
      },
      { parent: this },
    );
    const store = new EncryptedBucket(
      name,
      {
        bucket,
        keyArn: key.arn,
        policy: writeOncePolicy(table, { ...placeOf(config), bucket }, config.assumeRole),
        objectLock: true,
      },
      { parent: this },
    );
    this.bucket = store.bucket;
    this.keyArn = key.arn;
    this.registerOutputs({ bucket: this.bucket, keyArn: this.keyArn });
  }
}
