import * as s3 from "@pulumi/aws/s3";
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

/** An artifact bucket of which the stack writes whole documents: policy, notifications, replication. */
export interface WrittenBucket {
  bucket: pulumi.Output<string>;
  /** There where the stack makes the bucket; replication needs it done. */
  versioning?: s3.BucketVersioning;
  /** Whether the documents stay when they are the stack's no more: those of a bucket that others made. */
  retainOnDelete: boolean;
}

/**
 * The bucket in which a team writes models and their evidence, with a customer key: an AWS-managed one can't be shared
 * with governance. Without Object Lock, since a retention set here would follow the object into governance.
 */
export class ArtifactBucket extends pulumi.ComponentResource implements WrittenBucket {
  readonly retainOnDelete = false;
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

/** An artifact bucket that others made, and whose documents are the stack's from now on. */
export class TakenOverBucket extends pulumi.ComponentResource implements WrittenBucket {
  readonly retainOnDelete = true;
  readonly bucket: pulumi.Output<string>;

  constructor(name: string, { config, table }: ArtifactBucketArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:TakenOverBucket", name, {}, options);
    const bucket = bucketOf(config);
    const policy = JSON.stringify(tablePolicy(table, { ...placeOf(config), bucket }));
    const { retainOnDelete } = this;
    this.bucket = new s3.BucketPolicy(name, { bucket, policy }, { parent: this, retainOnDelete }).bucket;
    this.registerOutputs({ bucket: this.bucket });
  }
}
