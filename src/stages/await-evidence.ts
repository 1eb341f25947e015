import { type EvidenceSource, evidenceLocation, type ObjectLocation, parseS3Uri } from "../contract/evidence-uri";
import type { EvidenceReference, EvidenceStore, ModelPackage, ObjectVersion } from "../core/ports";

/** Above this many bytes an object without a stored SHA-256 isn't hashed while waiting: validate does it. */
const HASH_LIMIT = 1024 ** 3;

/** What is waited for: a report, or an object of model data. */
export type Awaited = Pick<EvidenceReference, "uri" | "sha256">;

/**
 * What is waited for before a version is started: its reports, and of a language model, which is served, its archive of
 * model data. Of files below a prefix nobody can tell which is the last.
 */
export const awaitedOf = ({ evidence, containers }: ModelPackage, isServed: boolean): Awaited[] => [
  ...evidence,
  ...(isServed ? containers : []).flatMap(({ modelData }): Awaited[] =>
    modelData === undefined || modelData.isPrefix ? [] : [{ uri: modelData.uri }],
  ),
];

/**
 * Those that haven't arrived: no object version has the registered digest, or, without one, no object
 * has the key. A report that no listed account could deliver isn't waited for.
 */
export async function missingEvidence(
  awaited: readonly Awaited[],
  sources: readonly EvidenceSource[],
  store: EvidenceStore,
): Promise<string[]> {
  const missing: string[] = [];
  for (const reference of awaited) {
    if (!(await hasArrived(reference, sources, store))) missing.push(reference.uri);
  }
  return missing;
}

async function hasArrived(
  { uri, sha256 }: Awaited,
  sources: readonly EvidenceSource[],
  store: EvidenceStore,
): Promise<boolean> {
  const at = placeOf(uri, sources);
  if (at === undefined) return true;
  const versions = await store.versions(at);
  if (sha256 === undefined) return versions.length > 0;
  for (const version of versions) {
    if (await hasDigest(version, sha256, store)) return true;
  }
  return false;
}

async function hasDigest(version: ObjectVersion, sha256: string, store: EvidenceStore): Promise<boolean> {
  const stored = await store.storedSha256(version);
  if (stored !== undefined) return stored === sha256;
  return version.size > HASH_LIMIT || (await store.hash(version)) === sha256;
}

/** Where a registered report is judged; undefined where no listed account could deliver it. */
function placeOf(uri: string, sources: readonly EvidenceSource[]): ObjectLocation | undefined {
  const named = parseS3Uri(uri);
  return named && evidenceLocation(named, sources);
}

/** The evidence bucket of the first report that lies in one; undefined where none does. */
export function firstEvidenceBucket(
  modelPackage: ModelPackage,
  sources: readonly EvidenceSource[],
): string | undefined {
  for (const { uri } of modelPackage.evidence) {
    const at = placeOf(uri, sources);
    if (at) return at.bucket;
  }
  return undefined;
}
