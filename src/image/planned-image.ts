import { createHash } from "node:crypto";
import { gzipSync } from "fflate";
import { digestOf } from "./digest";
import { tarOf } from "./tar";

/** A layer of ours, on top of a base. */
export interface Layer {
  /** The archive, compressed. */
  bytes: Uint8Array;
  digest: string;
  /** Digest of the archive before compression, which an image's config lists. */
  diffId: string;
}

/** What an image will be, known without a network. */
export interface PlannedImage {
  layer: Layer;
  /** Digest of the base's manifest, or of the list that has it. */
  baseDigest: string;
  /** 64 hexadecimal digits over all that makes the image; its tag as well, since a tag is never given twice. */
  contentHash: string;
}

/** What our images set in their base's config. The handler is the file's in the base's working folder. */
export const IMAGE_CONFIG = { architecture: "amd64", os: "linux", command: ["index.handler"] } as const;

/**
 * Plans an image: one layer of files on a base.
 * @param files path in the image -> text
 * @param baseDigest `sha256:…`
 */
export function planImage(files: ReadonlyMap<string, string>, baseDigest: string): PlannedImage {
  const layer = layerOf(files);
  const content = JSON.stringify([baseDigest, layer.digest, IMAGE_CONFIG]);
  return { layer, baseDigest, contentHash: createHash("sha256").update(content).digest("hex") };
}

/** Node.js's own zlib writes other bytes on other processors and in other versions; this one doesn't. */
function layerOf(files: ReadonlyMap<string, string>): Layer {
  const archive = tarOf(files);
  // No time and no file name in the header.
  const bytes = gzipSync(archive, { level: 9, mtime: 0 });
  return { bytes, digest: digestOf(bytes), diffId: digestOf(archive) };
}
