import { RETENTION_MODES } from "../contract/retention";
import { existingKey, KEY_ARN, objectOf, type ValueSchema } from "./stack-config-values";

const EXAMPLE = "arn:aws:kms:us-east-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/** What a governance stack says of decision records. */
export const LEDGER_SCHEMAS: Readonly<Record<string, ValueSchema>> = {
  recordKeyArn: existingKey("decision records"),
  retention: {
    ...objectOf(
      {
        mode: {
          enum: [...RETENTION_MODES],
          description: "GOVERNANCE (a permission can shorten it) or COMPLIANCE (nobody can)",
          examples: ["GOVERNANCE"],
        },
        days: {
          type: "integer",
          minimum: 1,
          maximum: 36500,
          description: "a whole number of days",
          examples: [1],
        },
      },
      ["mode", "days"],
    ),
    description: "how long decision records and the evidence they cite can't be deleted: mode and days",
    examples: [{ mode: "GOVERNANCE", days: 1 }],
  },
  revokeOnTampering: {
    type: "boolean",
    default: false,
    description:
      "true or false: whether a version that was approved past the records, or changed after its approval, is set to Rejected at once",
    examples: [true],
  },
  signingKeys: {
    ...objectOf(
      {
        records: signing("decision records"),
        checkpoints: signing("checkpoints"),
        verdicts: signing("verdicts"),
        revocations: signing("revocations"),
        former: {
          ...objectOf(
            {
              records: former("decision records"),
              checkpoints: former("checkpoints"),
              verdicts: former("verdicts"),
              revocations: former("revocations"),
            },
            [],
          ),
          default: {},
          description: "an object of keys that signed before: records, checkpoints, verdicts and revocations",
          examples: [{ records: [EXAMPLE] }],
        },
      },
      [],
    ),
    default: {},
    description: "an object of existing signing keys: records, checkpoints, verdicts, revocations and former",
    examples: [{}],
  },
};

function signing(of: string): ValueSchema {
  return {
    type: "string",
    pattern: KEY_ARN,
    description: `the ARN of an asymmetric key (ECC_NIST_P256, SIGN_VERIFY) for ${of}`,
    examples: [EXAMPLE],
  };
}

function former(of: string): ValueSchema {
  return {
    type: "array",
    uniqueItems: true,
    items: signing(of),
    default: [],
    description: `a list of the keys that signed ${of} before`,
    examples: [[EXAMPLE]],
  };
}
