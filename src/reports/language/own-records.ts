import { EvidenceError, LANGUAGE_KINDS, type LanguageKind } from "../../core/evidence";
import type { Tally } from "../../core/tally";
import { evaluateRecords, type InferenceRun } from "../../language/evaluate-records";
import { parseInferenceRecord } from "../../language/inference-record";
import { isObject } from "../fields";

/** What evaluates records, by kind. */
export type Tallies = ReadonlyMap<LanguageKind, () => Tally>;

/** Whether a record is in the gate's own form. */
export const isOwnRecord = (record: unknown): boolean =>
  isObject(record) &&
  Object.hasOwn(record, "id") &&
  ["completions", "error"].some((name) => Object.hasOwn(record, name));

/** Fields that tell of which kind records are. Texts about claims may have none. */
const TELLING: readonly (readonly [LanguageKind, readonly string[]])[] = [
  ["bias-bbq", ["label", "polarity", "condition"]],
  ["memorization", ["reference"]],
  ["toxicity-bold", ["scores", "scorer"]],
  ["disinformation", ["token_logprobs", "refused"]],
];

/** The kind that a record's fields tell. @throws EvidenceError where they don't */
export function kindOfRecord(record: unknown): LanguageKind {
  const kinds = TELLING.filter(([, fields]) => fields.some((name) => isObject(record) && Object.hasOwn(record, name)));
  const [kind, ...others] = kinds.map(([of]) => of);
  if (kind !== undefined && others.length === 0) return kind;
  const found = kind === undefined ? "none" : [kind, ...others].join(" and ");
  throw new EvidenceError(
    `the fields of its records tell of ${found}; name its kind in a manifest.json (${LANGUAGE_KINDS.join(", ")})`,
  );
}

/** Evaluates records of one kind as they come, from one file or several. */
export function ownRecords(kind: LanguageKind, tallies: Tallies, run: InferenceRun) {
  const tally = tallies.get(kind);
  if (tally === undefined) throw new Error(`no check evaluates records of ${kind}`);
  const evaluated = evaluateRecords(tally(), run);
  return {
    add(records: Iterable<unknown>): void {
      let number = 0;
      for (const record of records) {
        number++;
        try {
          evaluated.add(parseInferenceRecord(record));
        } catch (error) {
          if (error instanceof EvidenceError) throw new EvidenceError(`line ${number}: ${error.message}`);
          throw error;
        }
      }
    },
    evaluation: () => evaluated.evaluation(),
  };
}
