import {
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  type GetObjectLockConfigurationCommandOutput,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { RETENTION_MODES, type Retention } from "../contract/retention";
import type { FoundBucket } from "../doctor/ports";
import { unlessMissing } from "./aws-error";

/** How a bucket of that account is set up; undefined where there is none. */
export async function deployedBucket(s3: S3Client, name: string, owner: string): Promise<FoundBucket | undefined> {
  const of = { Bucket: name, ExpectedBucketOwner: owner };
  if ((await unlessMissing(["NotFound", "NoSuchBucket"], s3.send(new HeadBucketCommand(of)))) === undefined)
    return undefined;
  const policy = await unlessMissing(["NoSuchBucketPolicy"], s3.send(new GetBucketPolicyCommand(of)));
  const encryption = await unlessMissing(
    ["ServerSideEncryptionConfigurationNotFoundError"],
    s3.send(new GetBucketEncryptionCommand(of)),
  );
  const versioning = await s3.send(new GetBucketVersioningCommand(of));
  const block = await unlessMissing(
    ["NoSuchPublicAccessBlockConfiguration"],
    s3.send(new GetPublicAccessBlockCommand(of)),
  );
  const lock = await unlessMissing(
    ["ObjectLockConfigurationNotFoundError"],
    s3.send(new GetObjectLockConfigurationCommand(of)),
  );
  const [rule] = encryption?.ServerSideEncryptionConfiguration?.Rules ?? [];
  const { SSEAlgorithm, KMSMasterKeyID } = rule?.ApplyServerSideEncryptionByDefault ?? {};
  const { BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets } =
    block?.PublicAccessBlockConfiguration ?? {};
  const retention = retentionOf(lock);
  return {
    ...(policy?.Policy !== undefined && { policy: policy.Policy }),
    ...(SSEAlgorithm === "aws:kms" && KMSMasterKeyID !== undefined && { keyArn: KMSMasterKeyID }),
    isVersioned: versioning.Status === "Enabled",
    isClosedToPublic: [BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets].every(Boolean),
    hasObjectLock: lock?.ObjectLockConfiguration?.ObjectLockEnabled === "Enabled",
    ...(retention !== undefined && { retention }),
  };
}

function retentionOf(lock: GetObjectLockConfigurationCommandOutput | undefined): Retention | undefined {
  const { Mode, Days } = lock?.ObjectLockConfiguration?.Rule?.DefaultRetention ?? {};
  const mode = RETENTION_MODES.find((one) => one === Mode);
  return mode === undefined || Days === undefined ? undefined : { mode, days: Days };
}
