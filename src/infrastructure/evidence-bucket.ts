import * as pulumi from "@pulumi/pulumi";
import { evidenceBucketName } from "../contract/names";
import { EncryptedBucket } from "./encrypted-bucket";
import { EncryptionKey } from "./encryption-key";
import { evidencePolicy } from "./permissions/bucket-policy";
import type { Grant } from "./permissions/grant";
import { keyPolicy } from "./permissions/key-policy";
import { type GovernanceConfig, placeOf } from "./stack-config";

export interface EvidenceBucketArgs {
  config: GovernanceConfig;
  /** Dev account whose evidence it holds. */
  account: string;
  /** Who does what in the governance account. */
  table: readonly Grant[];
}

/** The bucket, with a key of its own, in which one dev account's evidence is judged. */
export class EvidenceBucket extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;

  constructor(name: string, { config, account, table }: EvidenceBucketArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:EvidenceBucket", name, {}, options);
    const bucket = evidenceBucketName(config.prefix, account, config.region);
    const key = new EncryptionKey(
      name,
      {
        description: `Evidence of account ${account} for model governance`,
        alias: bucket,
        policy: keyPolicy(table, `evidence-key-${account}`, placeOf(config)),
        protect: true,
        existing: config.devAccounts.find((dev) => dev.account === account)?.evidenceKeyArn,
      },
      { parent: this },
    );
    const store = new EncryptedBucket(
      name,
      {
        bucket,
        keyArn: key.arn,
        policy: evidencePolicy(table, { ...placeOf(config), bucket }, key.arn),
        objectLock: true,
      },
      { parent: this },
    );
    this.bucket = store.bucket;
    this.keyArn = key.arn;
    this.registerOutputs({ bucket: this.bucket, keyArn: this.keyArn });
  }
}
