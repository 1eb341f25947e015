import { parseModelPackageArn } from "../contract/arn";
import { formatS3Uri, type ObjectLocation, parseS3Uri } from "../contract/evidence-uri";
import { promptSetKey } from "../contract/names";
import { NO_BUCKET } from "../contract/pipeline-parameters";
import { canonical } from "../core/canonical";
import type { Check } from "../core/check";
import { restorePolicy } from "../core/policy";
import { policySchema } from "../core/policy-schema";
import type { EvidenceStore, WriteOnceStore } from "../core/ports";
import { type SeenObject, sha256 } from "../core/verdict";
import { readStoredVerdict } from "../ledger/verdict-record";
import { pinnedPromptSets } from "./pinned-prompts";
import { judged } from "./validate";

/** Bytes of an object version. */
export interface StoredObject {
  versionId: string | null;
  bytes: Uint8Array;
}

/** What a kept bundle is given years later. Fields are only ever added. */
export interface StoredInputs {
  /** checks.json as it was written: what it says of the version, execution and sources counts, its findings don't. */
  verdict: Uint8Array;
  /** URI of that checks.json. */
  verdictUri: string;
  /** The kept policy. */
  policy: string;
  /** Versions of an object, newest first; none where it isn't kept. */
  objects(uri: string): Promise<readonly StoredObject[]>;
  /** Manifest of a prompt set, by its SHA-256. */
  promptSet(sha256: string): Promise<Uint8Array | undefined>;
}

/** Judges stored evidence. @returns the text of checks.json, without the signature where it has one @throws Error where inputs are missing or don't belong together */
export type JudgeAgain = (stored: StoredInputs) => Promise<string>;

/**
 * Judges the evidence of a decision as the validate step did, with these checks: no AWS, no clock. Whoever loads a kept
 * bundle holds its SHA-256 against the record before.
 */
export async function judgeAgain(stored: StoredInputs, checks: readonly Check[]): Promise<string> {
  const { verdict } = readStoredVerdict(stored.verdict);
  const { modelPackageArn, executionId, registered, sources, promptSets } = verdict;
  const id = parseModelPackageArn(modelPackageArn);
  if (id === undefined) throw new Error(`checks.json is of ${modelPackageArn}, which is no versioned model package`);
  const results = parseS3Uri(stored.verdictUri);
  if (results === undefined) throw new Error(`${stored.verdictUri}: expected an s3:// URI`);
  const manifests = await pinnedPromptSets(promptSets, async (key) => {
    const set = promptSets.find(({ name }) => promptSetKey(name, "manifest.json") === key);
    return set && stored.promptSet(set.sha256);
  });
  const again = await judged(
    { ...registered, id, createdAt: new Date(registered.createdAt) },
    {
      ...{ ModelPackageGroupName: id.group, ModelPackageArn: modelPackageArn, Bucket: NO_BUCKET },
      ...{ Attempt: String(verdict.attempt), ExecutionId: executionId },
    },
    [...sources],
    {
      evidence: storedEvidence(stored, verdict.seen),
      verdicts: storedResults(stored, results.bucket),
      // Whose evidence a report was then is on record.
      citedBy: async (digest) => verdict.reused?.find(({ sha256: of }) => of === digest)?.modelPackageArn,
    },
    {
      ...{ checks, promptSets: manifests, imageDigest: verdict.checks.imageDigest },
      bundle: { sha256: verdict.checks.bundleSha256 },
      policy: restorePolicy(stored.policy, verdict.policy.digest, policySchema(checks)),
      verdictBucket: results.bucket,
    },
  );
  // The format, and the key that signed, are what they were.
  const { schemaVersion } = verdict;
  return canonical({ ...again, schemaVersion, ...("signedWith" in verdict && { signedWith: verdict.signedWith }) });
}

/** @param seen objects that had versions which aren't kept */
function storedEvidence({ objects }: StoredInputs, seen: readonly SeenObject[] = []): EvidenceStore {
  const seenOf = (at: ObjectLocation) => seen.find(({ uri }) => uri === formatS3Uri(at))?.versions;
  const bytesOf: EvidenceStore["read"] = async ({ versionId, ...at }) => {
    const found = (await objects(formatS3Uri(at))).find((one) => one.versionId === versionId);
    if (found === undefined) throw new Error(`${formatS3Uri(at)}: version ${versionId} isn't kept`);
    return found.bytes;
  };
  return {
    versions: async ({ bucket, key }) => {
      const kept = async () =>
        (await objects(formatS3Uri({ bucket, key }))).map(({ versionId, bytes }) => ({
          versionId,
          size: bytes.length,
        }));
      const versions = seenOf({ bucket, key }) ?? (await kept());
      return versions.map(({ versionId, size }) => ({ bucket, key, versionId, size }));
    },
    storedSha256: async ({ versionId, ...at }) => seenOf(at)?.find((one) => one.versionId === versionId)?.sha256,
    read: bytesOf,
    hash: async (version) => sha256(await bytesOf(version)),
  };
}

/** What the collecting step wrote. */
const storedResults = ({ objects }: StoredInputs, bucket: string): Pick<WriteOnceStore, "readVersion"> => ({
  readVersion: async (key) => (await objects(formatS3Uri({ bucket, key })))[0],
});
