/** A dev account and the two buckets that hold its evidence: where the team writes it, and where it is judged. */
export interface EvidenceSource {
  account: string;
  /** The team's bucket, in the dev account. */
  artifactBucket: string;
  /** The copy's bucket, in the governance account; keys are the same. */
  evidenceBucket: string;
}

/** An object's place in S3. */
export interface ObjectLocation {
  bucket: string;
  key: string;
}

const S3_URI = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/s;

/** Longest key that S3 takes, in bytes of UTF-8. */
const LONGEST_KEY = 1024;

/**
 * Reads `s3://bucket/key`; the key is taken as it stands. Undefined for other schemes, for a bare bucket, and for a key
 * that S3 would refuse: too long, or with a control character or half of a surrogate pair.
 */
export function parseS3Uri(uri: string): ObjectLocation | undefined {
  const [, bucket, key] = S3_URI.exec(uri) ?? [];
  if (bucket === undefined || key === undefined) return undefined;
  return /[\p{Cc}\p{Cs}]/u.test(key) || Buffer.byteLength(key) > LONGEST_KEY ? undefined : { bucket, key };
}

export const formatS3Uri = ({ bucket, key }: ObjectLocation): string => `s3://${bucket}/${key}`;

/**
 * Where an object that a model version names is judged: a dev bucket's object at the same key of that account's
 * evidence bucket, an evidence bucket's object at its own place.
 * @param sources the accounts listed for the version's group; an object of any other account has no place.
 */
export function evidenceLocation(at: ObjectLocation, sources: readonly EvidenceSource[]): ObjectLocation | undefined {
  const source = sources.find((s) => s.artifactBucket === at.bucket || s.evidenceBucket === at.bucket);
  return source && { bucket: source.evidenceBucket, key: at.key };
}
