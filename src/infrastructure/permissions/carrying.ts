import { evidenceBucketName, type Place, type RoleNaming } from "../../contract/names";
import type { Transfer } from "../stack-config";
import type { Grant } from "./grant";
import { ownRole } from "./principals";

/** What is needed to say how one account's evidence is carried. */
export interface Carriage {
  naming: RoleNaming;
  transfer: Transfer;
  dev: Place;
  /** Region of the evidence bucket. */
  governanceRegion: string;
}

/**
 * What the carrier of one account's evidence does in its evidence bucket. The dev stack attaches it to the carrier's
 * role, the governance stack writes it into the bucket's and the key's policy: both sides say the same.
 */
export function carrying({ naming, transfer, dev, governanceRegion }: Carriage): Grant[] {
  const bucket = evidenceBucketName(naming.prefix, dev.account, governanceRegion);
  const key = `evidence-key-${dev.account}` as const;
  const who = [ownRole(naming, transfer, dev)];
  switch (transfer) {
    case "copy":
      return [
        // Reading tells a repeat by the source's version, and compares checksums after a copy.
        { sid: "PutEvidence", who, may: ["s3:PutObject", READ_VERSION, ...RESUME], on: [{ bucket, keys: "" }] },
        { sid: "ListEvidence", who, may: [...LIST, LIST_UPLOADS], on: [{ bucket }] },
        { sid: "SealEvidence", who, may: ["kms:GenerateDataKey", "kms:Decrypt"], on: [{ made: key }] },
      ];
    case "replication":
      return [
        // Without s3:ReplicateDelete: what a team deletes stays evidence.
        {
          sid: "ReplicateEvidence",
          who,
          may: ["s3:ReplicateObject", "s3:ReplicateTags", "s3:ObjectOwnerOverrideToBucketOwner"],
          on: [{ bucket, keys: "" }],
        },
        { sid: "SealEvidence", who, may: ["kms:Encrypt", "kms:GenerateDataKey"], on: [{ made: key }] },
      ];
  }
}

/** Reads an object, one version of it, and their stored checksums. */
export const READ = ["s3:GetObject", "s3:GetObjectVersion"] as const;
/** Of evidence a version is named, whatever is read. */
export const READ_VERSION = "s3:GetObjectVersion";
/** Without them a key that isn't there reads as access denied. */
export const LIST = ["s3:ListBucket", "s3:ListBucketVersions"] as const;
/** Goes on with an upload that broke off, or takes its parts away; the second says which uploads a bucket has. */
export const RESUME = ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"] as const;
export const LIST_UPLOADS = "s3:ListBucketMultipartUploads";
