/** What `governance verify` is told: the governance stack prints it as its output `verify`. */
export interface VerifySettings {
  recordBucket: string;
  /** ARNs of the keys that sign, and have signed, decisions. */
  recordKeyArns: readonly string[];
  /** The same for revocations. */
  revocationKeyArns: readonly string[];
}

/** Name of that output. */
export const VERIFY_OUTPUT = "verify";

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((text) => typeof text === "string");

/**
 * Reads a stack's outputs, as `pulumi stack output --json` prints them.
 * @throws Error where they aren't such outputs
 */
export function parseVerifySettings(outputs: unknown): VerifySettings {
  const { recordBucket, recordKeyArns, revocationKeyArns } = fieldsOf(fieldsOf(outputs)[VERIFY_OUTPUT]);
  if (typeof recordBucket === "string" && isTexts(recordKeyArns) && isTexts(revocationKeyArns))
    return { recordBucket, recordKeyArns, revocationKeyArns };
  throw new Error(
    `output ${VERIFY_OUTPUT} is missing or malformed; expected recordBucket, recordKeyArns and revocationKeyArns, as a governance stack of this release prints them`,
  );
}
