import { digestOf } from "./digest";
import { IMAGE_CONFIG, type PlannedImage } from "./planned-image";
import { type JsonObject, jsonObject, objectsOf, textOf, textsOf } from "./registry-json";

/** A blob that a manifest names. */
export interface Blob {
  mediaType: string;
  digest: string;
  /** Bytes. */
  size: number;
}

/** A manifest of one image. */
export interface Manifest {
  mediaType: string;
  config: Blob;
  layers: readonly Blob[];
}

/** An image ready to be pushed. */
export interface AssembledImage {
  manifest: Uint8Array;
  mediaType: string;
  digest: string;
  config: Uint8Array;
  configDigest: string;
  /** Blobs that the base has. */
  baseLayers: readonly Blob[];
  /** Bytes of all layers, compressed. */
  size: number;
}

const OCI = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  list: "application/vnd.oci.image.index.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
};
const DOCKER = {
  manifest: "application/vnd.docker.distribution.manifest.v2+json",
  list: "application/vnd.docker.distribution.manifest.list.v2+json",
  config: "application/vnd.docker.container.image.v1+json",
  layer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
};

/** Media types to ask a registry for. */
export const ACCEPTED = [OCI, DOCKER].flatMap(({ manifest, list }) => [manifest, list]).join(", ");

const LISTS: readonly string[] = [OCI.list, DOCKER.list];

/**
 * Digest of the manifest for our platform, where a document is a list of manifests.
 * @returns undefined where it is one image's manifest
 * @throws Error where the list has none for the platform, or several
 */
export function manifestInList(document: JsonObject, name: string): string | undefined {
  if (!("manifests" in document) && !LISTS.includes(String(document.mediaType))) return undefined;
  const { architecture, os } = IMAGE_CONFIG;
  const ours = objectsOf(document, "manifests", name).filter(({ platform }) => {
    const found = typeof platform === "object" && platform !== null ? (platform as JsonObject) : {};
    return found.architecture === architecture && found.os === os;
  });
  const [one, second] = ours;
  if (one === undefined || second !== undefined) {
    throw new Error(`${name}: found ${ours.length} images for ${os}/${architecture}, expected one; name another base`);
  }
  return textOf(one, "digest", name);
}

/** Parses one image's manifest. */
export function parseManifest(document: JsonObject, name: string): Manifest {
  return {
    mediaType: "mediaType" in document ? textOf(document, "mediaType", name) : OCI.manifest,
    config: blobOf(jsonObject(document.config, `${name}: config`), name),
    layers: objectsOf(document, "layers", name).map((layer) => blobOf(layer, name)),
  };
}

function blobOf(blob: JsonObject, name: string): Blob {
  const { size } = blob;
  if (typeof size !== "number" || !Number.isSafeInteger(size)) {
    throw new Error(`${name}: found the size ${JSON.stringify(size)} of a blob, expected a number of bytes`);
  }
  return { mediaType: textOf(blob, "mediaType", name), digest: textOf(blob, "digest", name), size };
}

/**
 * Puts the planned layer on its base. The same plan and base give the same bytes, whatever registry the base came from.
 * @throws Error where the base is of another platform
 */
export function assemble(plan: PlannedImage, base: Manifest, baseConfig: JsonObject, name: string): AssembledImage {
  const types = base.mediaType === DOCKER.manifest ? DOCKER : OCI;
  const config = Buffer.from(JSON.stringify(configOn(baseConfig, plan, name)));
  const { layer } = plan;
  const layers = [...base.layers, { mediaType: types.layer, size: layer.bytes.length, digest: layer.digest }];
  const described = { mediaType: types.config, size: config.length, digest: digestOf(config) };
  const manifest = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: types.manifest, config: described, layers }),
  );
  return {
    manifest,
    mediaType: types.manifest,
    digest: digestOf(manifest),
    config,
    configDigest: described.digest,
    baseLayers: base.layers,
    size: layers.reduce((sum, { size }) => sum + size, 0),
  };
}

function configOn(base: JsonObject, { layer, baseDigest, contentHash }: PlannedImage, name: string): JsonObject {
  const { architecture, os, command } = IMAGE_CONFIG;
  if (base.architecture !== architecture || base.os !== os) {
    throw new Error(
      `${name}: found ${String(base.os)}/${String(base.architecture)}, expected ${os}/${architecture}, since SageMaker's jobs have no other; name another base`,
    );
  }
  const settings = jsonObject(base.config ?? {}, `${name}: config`);
  const rootfs = jsonObject(base.rootfs, `${name}: rootfs`);
  const labels = {
    ...jsonObject(settings.Labels ?? {}, `${name}: Labels`),
    "org.opencontainers.image.base.digest": baseDigest,
    "governance.content-hash": contentHash,
  };
  return {
    ...base,
    config: { ...settings, Cmd: command, Labels: labels },
    rootfs: { ...rootfs, diff_ids: [...textsOf(rootfs, "diff_ids", name), layer.diffId] },
    history: [
      ...(base.history === undefined ? [] : objectsOf(base, "history", name)),
      { created: "1970-01-01T00:00:00Z", created_by: "checks and policy", comment: contentHash },
    ],
  };
}
