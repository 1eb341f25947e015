import { formatS3Uri, type ObjectLocation, parseS3Uri } from "../contract/evidence-uri";
import type { PinnedObject } from "../core/evidence";
import {
  type EvidenceReference,
  type EvidenceSlot,
  type EvidenceStore,
  MOST_VERSIONS,
  type ModelPackage,
  type ObjectVersion,
} from "../core/ports";
import { sha256 } from "../core/verdict";
import { REPORT_SIZE_LIMIT } from "../reports/json";
import { readManifest } from "../reports/language/manifest";
import { isSpecification } from "../reports/language/read-results";
import { attempt, type ReportDocument, type ReportedRun } from "../reports/report-document";

export interface EvidencePlaces {
  /** Where a registered object is read; undefined for a bucket that evidence may not come from. */
  place(registered: ObjectLocation): ObjectLocation | undefined;
  store: EvidenceStore;
  /** Whether a report that is registered without a ContentDigest counts. */
  acceptUndigested: boolean;
  /** ARN of the other version whose evidence a report is. */
  reusedFrom(report: PinnedObject): Promise<string | undefined>;
  /** Slots in which that is accepted. */
  acceptReused: readonly EvidenceSlot[];
}

/** An object version whose SHA-256 is known. */
type Pinned = ObjectVersion & { sha256: string };

/**
 * Reads every report that a version names, each from one pinned object version. A report that is absent, of another
 * digest, too large or out of reach is a document with a problem.
 * @throws what isn't about the evidence: a fault of ours
 */
export async function collectEvidence(
  modelPackage: Pick<ModelPackage, "evidence">,
  places: EvidencePlaces,
): Promise<ReportDocument[]> {
  const documents: ReportDocument[] = [];
  for (const reference of modelPackage.evidence) documents.push(await collect(reference, places));
  return documents;
}

async function collect(
  { slot, uri, ...registered }: EvidenceReference,
  places: EvidencePlaces,
): Promise<ReportDocument> {
  const problem = (text: string): ReportDocument => ({ slot, uri, problem: text });
  const named = parseS3Uri(uri);
  if (named === undefined) return problem(`${uri} is no s3://BUCKET/KEY URI; register the report by one`);
  const at = places.place(named);
  if (at === undefined) return problem(`${uri} lies in no evidence bucket of an account listed for this group`);
  const pinned = await pin(at, registered.sha256, places);
  if (typeof pinned === "string") return problem(pinned);
  const bytes = await places.store.read(pinned);
  const { versionId, size } = pinned;
  requireDigest(bytes, pinned);
  const source = { uri: formatS3Uri(at), versionId, sha256: pinned.sha256, size };
  const reused = await reusedIn(slot, source, places);
  if (reused !== undefined) return { slot, uri, source, problem: reused };
  if (slot !== "ModelQuality.Statistics") return { slot, uri, source, bytes };
  const run = await collectRun(bytes, at, slot, places);
  return "problem" in run ? { slot, uri, source, ...run } : { slot, uri, source, bytes, ...run };
}

/** Why a report that is another version's evidence doesn't count; undefined where it does. */
async function reusedIn(slot: EvidenceSlot, source: PinnedObject, places: EvidencePlaces): Promise<string | undefined> {
  const from = await places.reusedFrom(source);
  if (from === undefined || places.acceptReused.includes(slot)) return undefined;
  return `reused: the same bytes are evidence of ${from}; evaluate this version's own model, or accept reused evidence of ${slot} in the group's policy`;
}

function requireDigest(bytes: Uint8Array, pinned: Pinned): void {
  if (sha256(bytes) === pinned.sha256) return;
  throw new Error(`${formatS3Uri(pinned)}: the bytes read aren't those that were pinned; try again`);
}

/** Files that a run's manifest lists, each by its digest; none where the report is no manifest. */
async function collectRun(
  bytes: Uint8Array,
  at: ObjectLocation,
  slot: EvidenceSlot,
  places: EvidencePlaces,
): Promise<{ run?: ReportedRun } | { problem: string; run?: ReportedRun }> {
  const manifest = attempt(() => readManifest(bytes));
  if ("problem" in manifest) return { problem: `its manifest: ${manifest.problem}` };
  if (manifest.content === undefined) return {};
  const files: ReportedRun["files"][number][] = [];
  for (const { path, sha256: digest, kind } of manifest.content.files) {
    const file = besideManifest(at, path);
    const pinned = await pinListed(file, digest, places.store);
    // What was read until then is cited: judged again, it is the same.
    if (typeof pinned === "string") return { problem: pinned, run: { files } };
    const content = await places.store.read(pinned);
    requireDigest(content, pinned);
    const { versionId, size } = pinned;
    const source = { uri: formatS3Uri(file), versionId, sha256: digest, size };
    files.push({ path, source, bytes: content, ...(kind && { kind }) });
    const reused = await reusedIn(slot, source, places);
    if (reused !== undefined && !isSpecification({ name: path, bytes: content }))
      return { problem: `its manifest lists ${source.uri}: ${reused}`, run: { files } };
  }
  const { prompts } = manifest.content;
  return { run: { files, ...(prompts !== undefined && { prompts }) } };
}

/** Where a file lies that a manifest lists. */
export const besideManifest = (manifest: ObjectLocation, path: string): ObjectLocation => ({
  bucket: manifest.bucket,
  key: `${manifest.key.slice(0, manifest.key.lastIndexOf("/") + 1)}${path}`,
});

async function pinListed(at: ObjectLocation, digest: string, store: EvidenceStore): Promise<Pinned | string> {
  const versions = await store.versions(at);
  if (versions.length === 0) return `its manifest lists ${formatS3Uri(at)}, and there is no such object`;
  return pinByDigest(at, versions, digest, store);
}

/** The one object version that counts, or why there is none. */
async function pin(at: ObjectLocation, digest: string | undefined, places: EvidencePlaces): Promise<Pinned | string> {
  const versions = await places.store.versions(at);
  if (versions.length === 0) return `no object at ${formatS3Uri(at)}`;
  if (versions.every(isTooLarge)) return `the object at ${formatS3Uri(at)} is larger than ${REPORT_SIZE_LIMIT} bytes`;
  return digest === undefined ? pinUndigested(at, versions, places) : pinByDigest(at, versions, digest, places.store);
}

/** Whether there may be older ones. */
const areMost = (versions: readonly ObjectVersion[]): boolean => versions.length === MOST_VERSIONS;

const isTooLarge = ({ size }: ObjectVersion): boolean => size > REPORT_SIZE_LIMIT;

async function pinByDigest(
  at: ObjectLocation,
  versions: readonly ObjectVersion[],
  digest: string,
  store: EvidenceStore,
): Promise<Pinned | string> {
  const readable = versions.filter((version) => !isTooLarge(version));
  for (const version of readable) {
    if ((await digestOf(version, store)) === digest) return { ...version, sha256: digest };
  }
  const unread = versions.length - readable.length;
  const note = unread === 0 ? "" : `; ${unread} more are larger than ${REPORT_SIZE_LIMIT} bytes and weren't read`;
  const older = areMost(versions) ? `; only the newest ${MOST_VERSIONS} are looked at` : "";
  return `digest mismatch: none of the ${readable.length} object version(s) at ${formatS3Uri(at)} has the registered ContentDigest sha256:${digest}${note}${older}`;
}

async function pinUndigested(
  at: ObjectLocation,
  versions: readonly ObjectVersion[],
  { store, acceptUndigested }: EvidencePlaces,
): Promise<Pinned | string> {
  if (!acceptUndigested)
    return "it is registered without a ContentDigest; register its SHA-256, or accept undigested evidence in the group's policy";
  if (areMost(versions))
    return `ambiguous: ${formatS3Uri(at)} has ${MOST_VERSIONS} object versions or more, and no ContentDigest says which counts`;
  const [newest] = versions;
  // Versions of different sizes differ; one that is too large isn't read to know it.
  const sameSize = versions.every(({ size }) => size === newest?.size);
  const digests = new Set<string>();
  for (const version of sameSize ? versions : []) digests.add(await digestOf(version, store));
  const [digest] = digests;
  if (digests.size !== 1 || digest === undefined || newest === undefined) {
    return `ambiguous: ${formatS3Uri(at)} has object versions of different bytes, and no ContentDigest says which counts`;
  }
  return { ...newest, sha256: digest };
}

/** SHA-256 of an object version: the store's own, or else of its bytes. Lower-case hex. */
export async function digestOf(version: ObjectVersion, store: EvidenceStore): Promise<string> {
  return (await store.storedSha256(version)) ?? (await store.hash(version));
}
