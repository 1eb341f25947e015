import {
  type EvidenceSource,
  evidenceLocation,
  formatS3Uri,
  type ObjectLocation,
  parseS3Uri,
} from "../contract/evidence-uri";
import type { EvidenceReference, EvidenceStore, ModelPackage, ObjectVersion } from "../core/ports";
import { readManifest } from "../reports/language/manifest";
import { attempt } from "../reports/report-document";
import { besideManifest } from "./collect-evidence";

/** Above this many bytes an object without a stored SHA-256 isn't hashed while waiting: validate does it. */
const HASH_LIMIT = 1024 ** 3;

/** What is waited for: a report, or an object of model data. */
export type Awaited = Pick<EvidenceReference, "uri" | "sha256"> & Partial<Pick<EvidenceReference, "slot">>;

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
  for (const reference of awaited) missing.push(...(await missingOf(reference, sources, store)));
  return missing;
}

/** Bytes of the largest manifest that is looked into while waiting: it lists a hundred files at most. */
const MANIFEST_LIMIT = 64 * 1024;

/** The report itself, or files that it lists where it is a run's manifest. */
async function missingOf(
  { uri, sha256, slot }: Awaited,
  sources: readonly EvidenceSource[],
  store: EvidenceStore,
): Promise<string[]> {
  const at = placeOf(uri, sources);
  if (at === undefined) return [];
  const version = await arrived(at, sha256, store);
  if (version === undefined) return [uri];
  if (slot !== "ModelQuality.Statistics" || version.size > MANIFEST_LIMIT) return [];
  const bytes = await store.read(version);
  // What is wrong with it, validate says.
  const manifest = attempt(() => readManifest(bytes));
  const files = "content" in manifest ? (manifest.content?.files ?? []) : [];
  const missing: string[] = [];
  for (const file of files) {
    const place = besideManifest(at, file.path);
    if ((await arrived(place, file.sha256, store)) === undefined) missing.push(formatS3Uri(place));
  }
  return missing;
}

/** A version of that digest; any where none is said. */
async function arrived(
  at: ObjectLocation,
  sha256: string | undefined,
  store: EvidenceStore,
): Promise<ObjectVersion | undefined> {
  const versions = await store.versions(at);
  if (sha256 === undefined) return versions[0];
  for (const version of versions) {
    if (await hasDigest(version, sha256, store)) return version;
  }
  return undefined;
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
