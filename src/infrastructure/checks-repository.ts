import * as ecr from "@pulumi/aws/ecr";
import * as pulumi from "@pulumi/pulumi";
import { checksRepositoryName } from "../contract/names";
import { registrarsOf } from "./permissions/group-policy";
import { repositoryPolicy } from "./permissions/repository-policy";
import type { GovernanceConfig } from "./stack-config";

export interface ChecksRepositoryArgs {
  config: GovernanceConfig;
}

/** The repository of the checks' image: a tag is never given twice, and a tagged image stays. */
export class ChecksRepository extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;

  constructor(name: string, { config }: ChecksRepositoryArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:ChecksRepository", name, {}, options);
    const own = { parent: this };
    const repository = new ecr.Repository(
      name,
      {
        name: checksRepositoryName(config.prefix),
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
      },
      // Verdicts name the images in it, and ECR refuses to delete one that holds any.
      { ...own, protect: true },
    );
    const of = { repository: repository.name };
    const roles = registrarsOf(
      config,
      config.devAccounts.map(({ account }) => account),
    );
    const policy = repositoryPolicy(config, roles);
    const opened = new ecr.RepositoryPolicy(name, { ...of, policy: JSON.stringify(policy) }, own);
    new ecr.LifecyclePolicy(name, { ...of, policy: JSON.stringify(UNTAGGED_EXPIRE) }, own);
    // Whoever pushes and runs an image waits for the policy that lets Lambda pull it.
    this.url = pulumi.all([repository.repositoryUrl, opened.id]).apply(([url]) => url);
    this.registerOutputs({ url: this.url });
  }
}

const UNTAGGED_EXPIRE = {
  rules: [
    {
      rulePriority: 1,
      description: "Untagged images expire; a deployed one has a tag",
      selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 30 },
      action: { type: "expire" },
    },
  ],
};
