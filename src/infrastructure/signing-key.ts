import * as kms from "@pulumi/aws/kms";
import * as pulumi from "@pulumi/pulumi";
import type { PolicyDocument } from "./permissions/grant";

export interface SigningKeyArgs {
  /** What it signs, for people who see the key in the console. */
  description: string;
  /** Name after `alias/`. */
  alias: string;
  policy: PolicyDocument;
  /** ARN of a key that is there already: it is used, and its policy stays its owner's. */
  existing?: string | undefined;
}

/**
 * A key pair whose private half never leaves KMS. It doesn't rotate by itself: another key takes its place, and it stays
 * in the account, since what it signed is believed by it.
 */
export class SigningKey extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(
    name: string,
    { description, alias, policy, existing }: SigningKeyArgs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("governance:index:SigningKey", name, {}, options);
    const own = { parent: this };
    if (existing === undefined) {
      const key = new kms.Key(
        name,
        {
          description,
          keyUsage: "SIGN_VERIFY",
          customerMasterKeySpec: "ECC_NIST_P256",
          deletionWindowInDays: 30,
          policy: pulumi.jsonStringify(policy),
        },
        { ...own, protect: true, retainOnDelete: true },
      );
      new kms.Alias(name, { name: `alias/${alias}`, targetKeyId: key.keyId }, own);
      this.arn = key.arn;
    } else this.arn = pulumi.output(existing);
    this.registerOutputs({ arn: this.arn });
  }
}
