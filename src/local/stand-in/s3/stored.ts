import { type Content, crcOf, sha256Of } from "./content";

/** Checksums by S3's names, base64. */
export interface Checksums {
  ChecksumSHA256?: string;
  ChecksumCRC64NVME?: string;
  ChecksumType: "FULL_OBJECT" | "COMPOSITE";
}

/** Modes of Object Lock. */
export type LockMode = "GOVERNANCE" | "COMPLIANCE";

export interface Retained {
  mode: LockMode;
  until: Date;
}

/** One version of an object, or the marker of its deletion. */
export interface Stored {
  key: string;
  versionId: string;
  content: Content;
  etag: string;
  checksums: Checksums;
  lastModified: Date;
  contentType: string;
  metadata: Readonly<Record<string, string>>;
  kmsKeyArn: string | undefined;
  deleteMarker: boolean;
  /** Until when it can't be taken away; absent where nothing holds it. */
  retention?: Retained | undefined;
  /** On a source PENDING, then COMPLETED or FAILED; absent where no rule applies. */
  replicationStatus?: "PENDING" | "COMPLETED" | "FAILED" | "REPLICA";
}

/** What an uploader may ask for. */
export const ALGORITHMS = ["SHA256", "CRC64NVME"] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** The checksum of a whole object's bytes; CRC-64/NVME where nobody asked for another. */
export const wholeChecksum = (algorithm: Algorithm | undefined, content: Content): Checksums => ({
  ...(algorithm === "SHA256" ? { ChecksumSHA256: sha256Of(content) } : { ChecksumCRC64NVME: crcOf(content) }),
  ChecksumType: "FULL_OBJECT",
});
