import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import type { Retention } from "../contract/retention";
import type { PolicyDocument } from "./permissions/grant";

export interface EncryptedBucketArgs {
  bucket: string;
  keyArn: pulumi.Input<string>;
  policy: PolicyDocument;
  /** Whether versions can be locked; S3 takes it at a bucket's creation without further ado. */
  objectLock: boolean;
  /** How long each new version is locked; not at all where nothing is said. */
  retention?: Retention;
}

/**
 * A bucket that holds evidence or verdicts: versioned, under a customer key, closed to the public, its objects the
 * account's own. All of it is protected.
 */
export class EncryptedBucket extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  /** Replication needs it done. */
  readonly versioning: s3.BucketVersioning;

  constructor(name: string, args: EncryptedBucketArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:EncryptedBucket", name, {}, options);
    const held = { parent: this, protect: true };
    const bucket = new s3.Bucket(name, { bucket: args.bucket, objectLockEnabled: args.objectLock }, held);
    const of = { bucket: bucket.bucket };
    this.versioning = new s3.BucketVersioning(name, { ...of, versioningConfiguration: { status: "Enabled" } }, held);
    new s3.BucketServerSideEncryptionConfiguration(name, { ...of, rules: [encryption(args.keyArn)] }, held);
    const closed = new s3.BucketPublicAccessBlock(name, { ...of, ...NOTHING_PUBLIC }, held);
    new s3.BucketOwnershipControls(name, { ...of, rule: { objectOwnership: "BucketOwnerEnforced" } }, held);
    const lifecycle = new s3.BucketLifecycleConfiguration(
      name,
      { ...of, rules: [ABANDONED_UPLOADS] },
      { ...held, dependsOn: this.versioning },
    );
    const { retention } = args;
    const lock =
      retention &&
      new s3.BucketObjectLockConfiguration(
        name,
        { ...of, rule: { defaultRetention: { ...retention } } },
        { ...held, dependsOn: this.versioning },
      );
    // Last: the policy may forbid what comes before it. S3 takes one change of a bucket's access at a time.
    new s3.BucketPolicy(
      name,
      { ...of, policy: pulumi.jsonStringify(args.policy) },
      { ...held, dependsOn: [this.versioning, closed, lifecycle, ...(lock === undefined ? [] : [lock])] },
    );
    this.bucket = bucket.bucket;
    this.arn = bucket.arn;
    this.registerOutputs({ bucket: this.bucket, arn: this.arn });
  }
}

const NOTHING_PUBLIC = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

/** Parts of an upload that nobody completed cost as much as objects. */
const ABANDONED_UPLOADS = {
  id: "abort-abandoned-uploads",
  status: "Enabled",
  filter: { prefix: "" },
  abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
};

const encryption = (keyArn: pulumi.Input<string>) => ({
  applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
  bucketKeyEnabled: true,
});
