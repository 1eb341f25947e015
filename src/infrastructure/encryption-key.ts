import * as kms from "@pulumi/aws/kms";
import * as pulumi from "@pulumi/pulumi";
import type { PolicyDocument } from "./permissions/grant";

export interface EncryptionKeyArgs {
  /** What it encrypts, for people who see the key in the console. */
  description: string;
  /** Name after `alias/`. */
  alias: string;
  policy: PolicyDocument;
  /** Whether evidence is lost with it. */
  protect: boolean;
  /** ARN of a key that is there already: it is used, and its policy stays its owner's. */
  existing?: string | undefined;
}

/** A customer key that rotates, with an alias; or one that exists. */
export class EncryptionKey extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(
    name: string,
    { description, alias, policy, protect, existing }: EncryptionKeyArgs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("governance:index:EncryptionKey", name, {}, options);
    if (existing === undefined) {
      const key = new kms.Key(
        name,
        { description, enableKeyRotation: true, deletionWindowInDays: 30, policy: pulumi.jsonStringify(policy) },
        { parent: this, protect },
      );
      new kms.Alias(name, { name: `alias/${alias}`, targetKeyId: key.keyId }, { parent: this, protect });
      this.arn = key.arn;
    } else this.arn = pulumi.output(existing);
    this.registerOutputs({ arn: this.arn });
  }
}
