import {
  type EvidenceSource,
  evidenceLocation,
  formatS3Uri,
  type ObjectLocation,
  parseS3Uri,
} from "../contract/evidence-uri";
import { servedModelKey } from "../contract/names";
import { EvidenceError } from "../core/evidence";
import type { ServableModel } from "../core/inference-ports";
import type { EvidenceStore, ModelContainer, ModelPackage, ObjectVersion } from "../core/ports";
import { sha256 } from "../core/verdict";

export interface ModelDataPorts {
  evidence: EvidenceStore;
  /** Keys of a bucket that begin so. */
  keysBelow(at: ObjectLocation): Promise<readonly string[]>;
  /** Copies an object version to that key of the bucket that is served from, unless it is there; gives the copy. */
  copyModelData(from: ObjectVersion, key: string): Promise<ObjectVersion>;
}

interface Places {
  groups: Readonly<Record<string, readonly string[]>>;
  sources: readonly EvidenceSource[];
}

/** A file of the model's data: its name in the copy, and the version that counts. */
interface DataFile {
  name: string;
  version: ObjectVersion;
  sha256: string;
}

/** Files of a model; the largest have some hundred. */
const MOST_FILES = 2000;

/**
 * What of a version is served: its one container's image by digest, and a copy of its model data that no one else
 * writes: whoever serves a model loads each key's newest version, whatever it is then.
 * @throws EvidenceError for a version that can't be served by its own fault
 */
export async function servableModel(
  { id, containers }: ModelPackage,
  ports: ModelDataPorts,
  { groups, sources }: Places,
): Promise<ServableModel> {
  const container = onlyOne(containers);
  const accounts = groups[id.group] ?? [];
  const listed = sources.filter(({ account }) => accounts.includes(account));
  const files = await pinnedFiles(container, ports, listed);
  const isPrefix = container.modelData?.isPrefix === true;
  const digest = isPrefix ? digestOfFiles(files) : (files[0]?.sha256 ?? "");
  const copies: ObjectVersion[] = [];
  for (const file of files)
    copies.push(await copied(file, servedModelKey(id.group, id.version, digest, file.name), ports));
  const [copy] = copies;
  if (copy === undefined) throw new EvidenceError("the version's model data has no files");
  const dataUri = isPrefix
    ? formatS3Uri({ bucket: copy.bucket, key: servedModelKey(id.group, id.version, digest, "") })
    : formatS3Uri(copy);
  return { image: imageByDigest(container), dataUri, isPrefix, environment: container.environment ?? {} };
}

/** The version's one container, of which all that matters is served: what is asked must be what is deployed later. */
function onlyOne(containers: readonly ModelContainer[]): ModelContainer {
  const [container, ...more] = containers;
  if (container === undefined || more.length > 0)
    throw new EvidenceError(`the version has ${containers.length} containers; expected one`);
  const { others = [] } = container;
  if (others.length > 0)
    throw new EvidenceError(
      `the version's container has ${others.join(", ")}; expected all its data in ModelDataUrl, or below ModelDataSource's prefix`,
    );
  return container;
}

function imageByDigest({ image, imageDigest }: ModelContainer): string {
  if (image === undefined) throw new EvidenceError("the version's container names no image; expected one by digest");
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return image;
  if (imageDigest === undefined)
    throw new EvidenceError(`the version's image ${image} has no digest; register it by one`);
  return `${image.replace(/:[^/:]+$/, "")}@${imageDigest}`;
}

/** Of several files: their names and digests. */
const digestOfFiles = (files: readonly DataFile[]): string =>
  sha256(files.map(({ name, sha256: digest }) => `${digest}  ${name}\n`).join(""));

/** The copy, whose bytes were hashed again. */
async function copied(
  file: DataFile,
  key: string,
  { evidence, copyModelData }: ModelDataPorts,
): Promise<ObjectVersion> {
  const copy = await copyModelData(file.version, key);
  const found = await evidence.hash(copy);
  if (found === file.sha256) return copy;
  throw new Error(`${formatS3Uri(copy)}: its SHA-256 is ${found}, that of the version's data ${file.sha256}`);
}

async function pinnedFiles(
  { modelData }: ModelContainer,
  ports: ModelDataPorts,
  sources: readonly EvidenceSource[],
): Promise<DataFile[]> {
  const named = modelData === undefined ? undefined : parseS3Uri(modelData.uri);
  if (modelData === undefined || named === undefined)
    throw new EvidenceError(`the version's model data is ${modelData?.uri ?? "absent"}; expected s3://BUCKET/KEY`);
  const at = evidenceLocation(named, sources);
  if (at === undefined)
    throw new EvidenceError(`${modelData.uri} lies in no evidence bucket of an account listed for this group`);
  if (!modelData.isPrefix) return [await pinned(at, at.key.split("/").at(-1) ?? "model", ports.evidence)];
  const folder = { ...at, key: at.key.endsWith("/") ? at.key : `${at.key}/` };
  const keys = (await ports.keysBelow(folder)).filter((key) => !key.endsWith("/"));
  if (keys.length === 0 || keys.length > MOST_FILES)
    throw new EvidenceError(`${formatS3Uri(folder)} has ${keys.length} objects; expected 1 to ${MOST_FILES}`);
  const files: DataFile[] = [];
  for (const key of [...keys].sort())
    files.push(await pinned({ ...at, key }, key.slice(folder.key.length), ports.evidence));
  return files;
}

/** The one object version that counts; different ones under a key are ambiguous. */
async function pinned(at: ObjectLocation, name: string, store: EvidenceStore): Promise<DataFile> {
  const [newest, ...older] = await store.versions(at);
  if (newest === undefined)
    throw new EvidenceError(`no object at ${formatS3Uri(at)}; write the model data below an evidence prefix`);
  const digest = (await store.storedSha256(newest)) ?? (await store.hash(newest));
  for (const version of older) {
    if ((await store.hash(version)) !== digest)
      throw new EvidenceError(
        `ambiguous: ${formatS3Uri(at)} has object versions of different bytes; write each model's data to keys of its own`,
      );
  }
  return { name, version: newest, sha256: digest };
}
