import { CopyObjectCommand, HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { ObjectVersion } from "../core/ports";
import type { ModelDataPorts } from "../stages/servable-model";
import { listVersions } from "./s3-evidence-store";
import { copyInParts } from "./s3-multipart-copy";
import { planCopy, wholeChecksums } from "./s3-object-copy";

/** Bytes of the largest object that one call copies. */
const AT_ONCE = 5 * 1024 ** 3;

export interface ModelBucket {
  name: string;
  /** KMS key of the bucket. */
  keyArn: string;
  /** Account of both buckets. */
  owner: string;
}

/** Copies model data into the bucket that endpoints load from, once for each key. */
export function s3ModelData(s3: S3Client, { name, keyArn, owner }: ModelBucket): ModelDataPorts["copyModelData"] {
  return async (from, key) => {
    const [there] = await listVersions(s3, { bucket: name, key }, owner);
    if (there !== undefined) return there;
    await copy(s3, from, key, { name, keyArn, owner });
    const [copied] = await listVersions(s3, { bucket: name, key }, owner);
    if (copied === undefined) throw new Error(`s3://${name}/${key}: copied, and there is no such object`);
    return copied;
  };
}

async function copy(s3: S3Client, from: ObjectVersion, key: string, to: ModelBucket): Promise<void> {
  const head = await s3.send(
    new HeadObjectCommand({
      ...{ Bucket: from.bucket, Key: from.key, ExpectedBucketOwner: to.owner, ChecksumMode: "ENABLED" },
      ...(from.versionId !== null && { VersionId: from.versionId }),
    }),
  );
  const source = {
    ...{ bucket: from.bucket, key: from.key, size: from.size, etag: head.ETag ?? "" },
    ...(from.versionId !== null && { versionId: from.versionId }),
  };
  const buckets = {
    artifact: { name: from.bucket, owner: to.owner },
    evidence: { name: to.name, owner: to.owner },
    evidenceKeyArn: to.keyArn,
  };
  const plan = planCopy(source, buckets, head.ContentType, key);
  if (from.size > AT_ONCE) await copyInParts(s3, plan, wholeChecksums(head).CRC64NVME);
  else
    await s3.send(
      new CopyObjectCommand({ ...plan.place, ...plan.from, ...plan.written, MetadataDirective: "REPLACE" }),
    );
}
