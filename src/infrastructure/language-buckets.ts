import * as pulumi from "@pulumi/pulumi";
import { promptBucketName, servedModelBucketName } from "../contract/names";
import { EncryptedBucket } from "./encrypted-bucket";
import { EncryptionKey } from "./encryption-key";
import { tablePolicy } from "./permissions/bucket-policy";
import type { Grant } from "./permissions/grant";
import { keyPolicy } from "./permissions/key-policy";
import { type GovernanceConfig, placeOf } from "./stack-config";

export interface LanguageBucketsArgs {
  config: GovernanceConfig;
  /** Who does what in the governance account. */
  table: readonly Grant[];
}

/** What language models are asked, which no dev account reads, and the copies of their data that endpoints load. */
export class LanguageBuckets extends pulumi.ComponentResource {
  readonly prompts: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;

  constructor(name: string, { config, table }: LanguageBucketsArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:LanguageBuckets", name, {}, options);
    const place = placeOf(config);
    const prompts = promptBucketName(config.prefix, place);
    const key = new EncryptionKey(
      name,
      {
        description: "Prompt sets and served models of model governance",
        alias: prompts,
        policy: keyPolicy(table, "language-key", place),
        protect: true,
      },
      { parent: this },
    );
    const bucket = (of: string, physical: string) =>
      new EncryptedBucket(
        of,
        {
          bucket: physical,
          keyArn: key.arn,
          policy: tablePolicy(table, { ...place, bucket: physical }),
          objectLock: false,
        },
        { parent: this },
      ).bucket;
    this.prompts = bucket("prompts", prompts);
    bucket("served-models", servedModelBucketName(config.prefix, place));
    this.keyArn = key.arn;
    this.registerOutputs({ prompts: this.prompts, keyArn: this.keyArn });
  }
}
