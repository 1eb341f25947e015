import type * as pulumi from "@pulumi/pulumi";

/** What the image is made from and where it goes; all of it stands in the stack's state, so none of it is secret. */
export interface ChecksImageInputs {
  /** Of files, base and config: what decides whether there is a new image. */
  contentHash: string;
  /** `host/repository` */
  repositoryUrl: string;
  repository: string;
  account: string;
  region: string;
  assumeRole?: string;
  baseRegistry?: string;
  baseImage?: string;
}

/** What is known of the image once it is pushed. */
export interface ChecksImageOutputs extends ChecksImageInputs {
  /** `sha256:…` of its manifest. */
  digest: string;
  /** `host/repository@sha256:…` */
  uri: string;
}

/**
 * Pushes the checks' image. Pulumi keeps this object's text in the state and runs it in a process of its own, in the
 * project's folder: so it holds nothing but these methods, and each requires what it needs.
 */
export const checksImageProvider: pulumi.dynamic.ResourceProvider<ChecksImageInputs, ChecksImageOutputs> = {
  async diff(_id, olds, news) {
    const replaces = (["contentHash", "repositoryUrl"] as const).filter((key) => olds[key] !== news[key]);
    // An image is never altered: another content or place is another image. The old one stays, so the order is free.
    const others = ["account", "region", "assumeRole", "baseRegistry", "baseImage"] as const;
    return { changes: replaces.length > 0 || others.some((key) => olds[key] !== news[key]), replaces };
  },

  async create(inputs) {
    const { resolve } = require("node:path");
    require("ts-node/register/transpile-only");
    const { checksImageFiles } = require(resolve("checks/image"));
    const { planOn, pushToEcr } = require(resolve("src/image/ecr-image"));
    const plan = planOn(inputs, checksImageFiles());
    if (plan.contentHash !== inputs.contentHash) {
      throw new Error(
        `the checks' image: found content ${plan.contentHash}, expected ${inputs.contentHash}, which was previewed; checks, policy or packages changed meanwhile, so run pulumi up again`,
      );
    }
    const { digest } = await pushToEcr(plan, inputs);
    return { id: digest, outs: { ...inputs, digest, uri: `${inputs.repositoryUrl}@${digest}` } };
  },

  /** Another role or mirror for the same image: there is nothing to push. */
  async update(id, _olds, news) {
    return { outs: { ...news, digest: id, uri: `${news.repositoryUrl}@${id}` } };
  },

  /** An image that is gone is absent from the state after a refresh, and the next `up` pushes it. */
  async read(id, props) {
    if (props === undefined) return {};
    const { resolve } = require("node:path");
    require("ts-node/register/transpile-only");
    const { isInEcr } = require(resolve("src/image/ecr-image"));
    return (await isInEcr(id, props)) ? { id, props } : {};
  },

  /** Verdicts name the image that judged, so it is kept as long as its repository. */
  async delete() {},
};
