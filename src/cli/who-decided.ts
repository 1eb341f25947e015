import type { DecisionRecord } from "../ledger/decision-record";

/** Who or what decided, in words. */
export function whoDecided({ decidedBy }: DecisionRecord): string {
  switch (decidedBy.kind) {
    case "policy":
      return `the policy, in execution ${decidedBy.executionId}`;
    case "people":
      return decidedBy.people.map(({ name, askedAt, reason }) => `${name} at ${askedAt} (${reason})`).join(", ");
    case "watcher":
      return "the watcher";
    case "before":
      return "whoever decided before this ledger";
  }
}
