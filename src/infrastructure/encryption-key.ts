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
}

/** A customer key that rotates, with an alias. */
export class EncryptionKey extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(
    name: string,
    { description, alias, policy, protect }: EncryptionKeyArgs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("governance:index:EncryptionKey", name, {}, options);
    const key = new kms.Key(
      name,
      { description, enableKeyRotation: true, deletionWindowInDays: 30, policy: pulumi.jsonStringify(policy) },
      { parent: this, protect },
    );
    new kms.Alias(name, { name: `alias/${alias}`, targetKeyId: key.keyId }, { parent: this, protect });
    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
