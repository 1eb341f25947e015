/** An image to build on, named by digest in the registry that has it. */
export interface BaseImage {
  /** `https://public.ecr.aws`, or a mirror that keeps digests. */
  registry: string;
  /** `lambda/nodejs` */
  repository: string;
  /** `sha256:…` of a manifest or of a list of manifests; a tag beside it is for people. */
  digest: string;
}

export const DEFAULT_BASE_REGISTRY = "public.ecr.aws";

/** The one place where the base is pinned: AWS's Node.js image for Lambda. docs/image.md says how to move it. */
export const DEFAULT_BASE_IMAGE =
  "lambda/nodejs:22@sha256:c71939cdffffb125e6255fdb284ccde3c748bcba60658c7efc6d3a2241b2398b";

/** `repository[:tag]@sha256:…` */
export const BASE_IMAGE_PATTERN = "^[a-z0-9]+([._/-]+[a-z0-9]+)*(:[\\w][\\w.-]{0,127})?@sha256:[0-9a-f]{64}$";

/** A registry's host, also with a port; `http://` for one without TLS. */
export const REGISTRY_PATTERN = "^(https?://)?[a-z0-9.-]+(:\\d+)?$";

/**
 * Reads a base's name.
 * @throws Error where the image isn't named by digest
 */
export function baseImage(image = DEFAULT_BASE_IMAGE, registry = DEFAULT_BASE_REGISTRY): BaseImage {
  if (!new RegExp(BASE_IMAGE_PATTERN).test(image)) {
    throw new Error(
      `base image: found ${JSON.stringify(image)}, expected repository[:tag]@sha256:…, for example ${DEFAULT_BASE_IMAGE}`,
    );
  }
  const [name = "", digest = ""] = image.split("@");
  return { registry: originOf(registry), repository: name.replace(/:[^/:]*$/, ""), digest };
}

/** `host` -> `https://host` */
export const originOf = (registry: string): string =>
  /^https?:\/\//.test(registry) ? registry : `https://${registry}`;
