/**
 * Schemas of a stack's configuration. In each, `description` says what is expected, in words that end an error's
 * sentence, and `examples` holds a value to copy into the file.
 */
export interface ValueSchema {
  readonly description: string;
  readonly examples: readonly [unknown, ...unknown[]];
  readonly [keyword: string]: unknown;
}

/** An object that has these keys and no others. */
export const objectOf = (properties: Readonly<Record<string, ValueSchema>>, required: readonly string[]) => ({
  type: "object",
  additionalProperties: false,
  required,
  properties,
});

/** Pattern of a role's ARN, for a regular expression; it takes no wildcard. */
export const ROLE_ARN = "arn:aws[a-z-]*:iam::\\d{12}:role/[\\w+=,.@/-]{1,512}";

/** ARN of a KMS key. */
export const KEY_ARN = "^arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/[a-zA-Z0-9-]{1,64}$";

/** A key that is used in place of one that the stack makes. */
export const existingKey = (of: string, account = "444455556666"): ValueSchema => ({
  type: "string",
  pattern: KEY_ARN,
  description: `the ARN of an existing key of this account for ${of}; the stack prints what its policy must let in`,
  examples: [`arn:aws:kms:us-east-1:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`],
});
