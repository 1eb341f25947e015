import type { Input } from "../call-input";
import type { Bucket } from "./bucket";
import { listObjects, listVersions } from "./lists";
import { Multipart } from "./multipart";
import type { ObjectStore } from "./object-store";
import { copyObject, deleteObject, getObject, headObject, putObject } from "./objects";
import { getRetention, putRetention } from "./retention";

/** One operation: the input fields it acts on or may leave alone, the action that policies name it by, what it does. */
export interface Operation {
  fields: readonly string[];
  action(input: Input): string;
  /** Whether it makes an object by itself, as the condition key `s3:ObjectCreationOperation` asks; absent for no write. */
  creates?: boolean;
  run(store: ObjectStore, bucket: Bucket, input: Input): unknown;
}

const OF_BUCKET = ["Bucket", "ExpectedBucketOwner"];
const OF_OBJECT = [...OF_BUCKET, "Key"];
const OF_UPLOAD = [...OF_OBJECT, "UploadId"];
const WRITTEN = [...OF_OBJECT, "ContentType", "Metadata", "ServerSideEncryption", "SSEKMSKeyId", "ChecksumAlgorithm"];
const SOURCE = ["CopySource", "CopySourceIfMatch", "ExpectedSourceBucketOwner"];

const named = (action: string) => () => `s3:${action}`;
const ofVersion = (action: string) => (input: Input) =>
  `s3:${action}${input.optionalText("VersionId") === undefined ? "" : "Version"}`;
const put = { action: named("PutObject"), creates: true };
const putPart = { action: named("PutObject"), creates: false };
const read = { fields: [...OF_OBJECT, "VersionId", "ChecksumMode"], action: ofVersion("GetObject") };

/** Operations that the stand-in knows. */
export function knownOperations(): Readonly<Record<string, Operation>> {
  const uploads = new Multipart();
  return {
    PutObject: { ...put, fields: [...WRITTEN, "Body", "IfNoneMatch"], run: putObject },
    CopyObject: {
      ...put,
      fields: [...WRITTEN, ...SOURCE, "MetadataDirective", "TaggingDirective", "IfNoneMatch"],
      run: copyObject,
    },
    GetObject: { ...read, run: getObject },
    HeadObject: { ...read, run: headObject },
    DeleteObject: { fields: [...OF_OBJECT, "VersionId"], action: ofVersion("DeleteObject"), run: deleteObject },
    GetObjectRetention: {
      fields: [...OF_OBJECT, "VersionId"],
      action: named("GetObjectRetention"),
      run: getRetention,
    },
    PutObjectRetention: {
      fields: [...OF_OBJECT, "VersionId", "Retention"],
      action: named("PutObjectRetention"),
      run: putRetention,
    },
    ListObjectVersions: {
      fields: [...OF_BUCKET, "Prefix", "KeyMarker", "VersionIdMarker", "MaxKeys"],
      action: named("ListBucketVersions"),
      run: (_store, bucket, input) => listVersions(bucket, input),
    },
    ListObjectsV2: {
      fields: [...OF_BUCKET, "Prefix", "MaxKeys", "ContinuationToken"],
      action: named("ListBucket"),
      run: (_store, bucket, input) => listObjects(bucket, input),
    },
    CreateMultipartUpload: {
      ...putPart,
      fields: [...WRITTEN, "ChecksumType"],
      run: (...call) => uploads.create(...call),
    },
    UploadPart: {
      ...putPart,
      fields: [...OF_UPLOAD, "PartNumber", "Body"],
      run: (...call) => uploads.uploadPart(...call),
    },
    UploadPartCopy: {
      ...putPart,
      fields: [...OF_UPLOAD, ...SOURCE, "PartNumber", "CopySourceRange"],
      run: (...call) => uploads.copyPart(...call),
    },
    CompleteMultipartUpload: {
      ...put,
      fields: [...OF_UPLOAD, "MultipartUpload", "ChecksumType", "ChecksumCRC64NVME", "MpuObjectSize", "IfNoneMatch"],
      run: (...call) => uploads.complete(...call),
    },
    AbortMultipartUpload: {
      fields: OF_UPLOAD,
      action: named("AbortMultipartUpload"),
      run: (...call) => uploads.abort(...call),
    },
    ListParts: {
      fields: OF_UPLOAD,
      action: named("ListMultipartUploadParts"),
      run: (...call) => uploads.listParts(...call),
    },
    ListMultipartUploads: {
      fields: [...OF_BUCKET, "Prefix"],
      action: named("ListBucketMultipartUploads"),
      run: (...call) => uploads.listUploads(...call),
    },
  };
}
