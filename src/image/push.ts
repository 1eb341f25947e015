import { type AssembledImage, assemble, manifestInList, parseManifest } from "./manifest";
import type { PlannedImage } from "./planned-image";
import { RegistryError } from "./registry-error";
import { parseJsonObject } from "./registry-json";
import type { RegistryRepository } from "./registry-repository";

/** What a push did. */
export interface PushedImage {
  /** Of the image's manifest: what everything that runs it names. */
  digest: string;
  /** Bytes of all layers, compressed. */
  size: number;
  /** It was there already. */
  existed: boolean;
}

/**
 * Reads the base of a planned image and puts our layer on it. Nothing is written.
 * @param base the base's repository, in AWS's registry or in a mirror
 * @throws Error where the base isn't there, or its bytes have another digest than the plan says
 */
export async function assembleOn(plan: PlannedImage, base: RegistryRepository): Promise<AssembledImage> {
  const name = `${base.title}@${plan.baseDigest}`;
  const named = await manifestOf(base, plan.baseDigest);
  const listed = manifestInList(named, name);
  const manifest = parseManifest(listed === undefined ? named : await manifestOf(base, listed), name);
  const config = parseJsonObject(await base.blob(manifest.config.digest), `${name}: config`);
  return assemble(plan, manifest, config, name);
}

async function manifestOf(base: RegistryRepository, digest: string) {
  const found = await base.manifest(digest);
  if (found === undefined) {
    throw new Error(
      `${base.title}: has no image ${digest}; name a mirror that has the base, or another base by digest`,
    );
  }
  if (found.digest !== digest) {
    throw new Error(
      `${base.title}: found a manifest of digest ${found.digest}, expected the pinned ${digest}; nothing was built on it`,
    );
  }
  return parseJsonObject(found.bytes, `${base.title}@${digest}`);
}

/**
 * Pushes a planned image under its content hash. An image that is there already is success, and one that a broken push left
 * half is completed.
 * @throws Error where the tag names another image: somebody else has pushed under it
 */
export async function pushImage(
  plan: PlannedImage,
  base: RegistryRepository,
  target: RegistryRepository,
): Promise<PushedImage> {
  const image = await assembleOn(plan, base);
  const { digest, size } = image;
  if (await hasImage(plan, image, target)) return { digest, size, existed: true };
  for (const layer of image.baseLayers) await target.copy(layer.digest, base);
  await target.upload(plan.layer.digest, plan.layer.bytes);
  await target.upload(image.configDigest, image.config);
  try {
    await target.putManifest(plan.contentHash, image.manifest, image.mediaType);
  } catch (error) {
    // Another push of the same content may have been faster: a tag is given once.
    const lost = error instanceof RegistryError && error.status < 500 && (await hasImage(plan, image, target));
    if (!lost) throw error;
  }
  return { digest, size, existed: false };
}

async function hasImage({ contentHash }: PlannedImage, { digest }: AssembledImage, target: RegistryRepository) {
  const found = await target.manifest(contentHash);
  if (found === undefined || found.digest === digest) return found !== undefined;
  throw new Error(
    `${target.title}:${contentHash}: found image ${found.digest}, expected ${digest}, which this content and base give; find out who pushed it, and delete it before pushing again`,
  );
}
