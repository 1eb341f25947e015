import * as pulumi from "@pulumi/pulumi";
import { checksRepositoryName } from "../contract/names";
import { planOn } from "../image/ecr-image";
import { type ChecksImageInputs, checksImageProvider } from "./checks-image-provider";
import type { StackBuild } from "./stack-build";
import type { GovernanceConfig } from "./stack-config";

export interface ChecksImageArgs {
  config: GovernanceConfig;
  build: StackBuild;
  /** Of the repository that holds it. */
  repositoryUrl: pulumi.Input<string>;
}

/** The checks' image by digest: the one that CI has pushed, or one that this update builds. */
export function checksImage(args: ChecksImageArgs, options: pulumi.ComponentResourceOptions): pulumi.Input<string> {
  return args.config.checksImage ?? new ChecksImage("checks-image", args, options).uri;
}

/** The checks' image, built without a container engine and pushed under its content hash. */
class ChecksImage extends pulumi.ComponentResource {
  readonly uri: pulumi.Output<string>;

  constructor(name: string, args: ChecksImageArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:ChecksImage", name, {}, options);
    const { config, build, repositoryUrl } = args;
    const { prefix, account, region, assumeRole, checksImageBuild = {} } = config;
    const inputs = {
      contentHash: planOn(checksImageBuild, build.checksImageFiles()).contentHash,
      repositoryUrl,
      repository: checksRepositoryName(prefix),
      account,
      region,
      ...(assumeRole !== undefined && { assumeRole }),
      ...checksImageBuild,
    };
    this.uri = new PushedImage(name, inputs, { parent: this }).uri;
    this.registerOutputs({ uri: this.uri });
  }
}

class PushedImage extends pulumi.dynamic.Resource {
  declare readonly uri: pulumi.Output<string>;

  constructor(
    name: string,
    inputs: pulumi.Inputs & pulumi.Unwrap<Pick<ChecksImageInputs, "contentHash">>,
    options: pulumi.CustomResourceOptions,
  ) {
    super(
      checksImageProvider,
      name,
      { ...inputs, digest: undefined, uri: undefined },
      options,
      "governance",
      "ChecksImage",
    );
  }
}
