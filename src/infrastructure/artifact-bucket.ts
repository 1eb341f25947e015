import type * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import { EncryptedBucket } from "./encrypted-bucket";
import { EncryptionKey } from "./encryption-key";
import { tablePolicy } from "./permissions/bucket-policy";
import { bucketOf } from "./permissions/dev-table";
import type { Grant } from "./permissions/grant";
import { keyPolicy } from "./permissions/key-policy";
import { type DevConfig, placeOf } from "./stack-config";

export interface ArtifactBucketArgs {
  config: DevConfig;
  /** Who does what in this account. */
  table: readonly Grant[];
}

/**
 * The bucket in which a team writes models and their evidence, with a customer key: an AWS-managed one can't be shared
 * with governance. Without Object Lock, since a retention set here would follow the object into governance.
 */
export class ArtifactBucket extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;
  readonly versioning: s3.BucketVersioning;

  constructor(name: string, { config, table }: ArtifactBucketArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:ArtifactBucket", name, {}, options);
    const bucket = bucketOf(config);
    const key = new EncryptionKey(
      name,
      {
        description: "Models and evidence of this account",
        alias: bucket,
        policy: keyPolicy(table, "artifact-key", placeOf(config)),
        protect: true,
        existing: config.artifactKeyArn,
      },
      { parent: this },
    );
    const store = new EncryptedBucket(
      name,
      { bucket, keyArn: key.arn, policy: tablePolicy(table, { ...placeOf(config), bucket }), objectLock: false },
      { parent: this },
    );
    this.bucket = store.bucket;
    this.versioning = store.versioning;
    this.keyArn = key.arn;
    this.registerOutputs({ bucket: this.bucket, keyArn: this.keyArn });
  }
}
