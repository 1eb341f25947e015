import { type EvidenceSource, evidenceLocation, formatS3Uri, parseS3Uri } from "../contract/evidence-uri";
import { servedModelKey } from "../contract/names";
import { EvidenceError } from "../core/evidence";
import type { ServableModel } from "../core/inference-ports";
import type { EvidenceStore, ModelContainer, ModelPackage, ObjectVersion } from "../core/ports";

/**
 * Copies an object version to that key of the bucket that endpoints load from, unless it is there.
 * @returns the copy
 */
export type CopyModelData = (from: ObjectVersion, key: string) => Promise<ObjectVersion>;

interface Places {
  groups: Readonly<Record<string, readonly string[]>>;
  sources: readonly EvidenceSource[];
}

/**
 * What of a version is served: its one container's image by digest, and a copy of its model data that no one else
 * writes: endpoints load a key's newest version, whatever it is then.
 * @throws EvidenceError for a version that can't be served by its own fault
 */
export async function servableModel(
  { id, containers }: ModelPackage,
  store: EvidenceStore,
  copy: CopyModelData,
  { groups, sources }: Places,
): Promise<ServableModel> {
  const [container, ...others] = containers;
  if (container === undefined || others.length > 0) {
    throw new EvidenceError(`the version has ${containers.length} containers with an image; expected one`);
  }
  const accounts = groups[id.group] ?? [];
  const data = await pinnedData(
    container,
    store,
    sources.filter(({ account }) => accounts.includes(account)),
  );
  const digest = (await store.storedSha256(data)) ?? (await store.hash(data));
  const copied = await copy(data, servedModelKey(id.group, id.version, digest, data.key.split("/").at(-1) ?? "model"));
  const found = await store.hash(copied);
  if (found !== digest)
    throw new Error(`${formatS3Uri(copied)}: its SHA-256 is ${found}, that of the version's data ${digest}`);
  return { image: imageByDigest(container), dataUri: formatS3Uri(copied) };
}

function imageByDigest({ image, imageDigest }: ModelContainer): string {
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return image;
  if (imageDigest === undefined)
    throw new EvidenceError(`the version's image ${image} has no digest; register it by one`);
  return `${image.replace(/:[^/:]+$/, "")}@${imageDigest}`;
}

/** The one object version that is the model's data; different ones under its key are ambiguous. */
async function pinnedData(
  { modelDataUrl }: ModelContainer,
  store: EvidenceStore,
  sources: readonly EvidenceSource[],
): Promise<ObjectVersion> {
  const named = modelDataUrl === undefined ? undefined : parseS3Uri(modelDataUrl);
  if (named === undefined)
    throw new EvidenceError(`the version's ModelDataUrl is ${modelDataUrl ?? "absent"}; expected s3://BUCKET/KEY`);
  const at = evidenceLocation(named, sources);
  if (at === undefined)
    throw new EvidenceError(`${modelDataUrl} lies in no evidence bucket of an account listed for this group`);
  const versions = await store.versions(at);
  const [newest, ...older] = versions;
  if (newest === undefined)
    throw new EvidenceError(`no object at ${formatS3Uri(at)}; write the model data below an evidence prefix`);
  const digests = new Set<string>();
  for (const version of older.length === 0 ? [] : versions) digests.add(await store.hash(version));
  if (digests.size > 1)
    throw new EvidenceError(
      `ambiguous: ${formatS3Uri(at)} has object versions of different bytes; write each model's data to a key of its own`,
    );
  return newest;
}
