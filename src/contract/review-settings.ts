import { areCutOvers, type TakeOver } from "./cut-over";
import { isTextList } from "./message-fields";
import type { Place } from "./names";

/** What `governance decide`, `reevaluate` and `baseline` are told: the governance stack prints it as its output `review`. */
export interface ReviewSettings extends Place, TakeOver {
  /** Queue of people's requests. */
  requestQueueUrl: string;
  recordBucket: string;
}

/** Name of that output. */
export const REVIEW_OUTPUT = "review";

const FIELDS = ["partition", "account", "region", "requestQueueUrl", "recordBucket"] as const;

/**
 * Reads a stack's outputs, as `pulumi stack output --json` prints them.
 * @throws Error that names each field which is missing or malformed
 */
export function parseReviewSettings(outputs: unknown): ReviewSettings {
  const found = fieldsOf(fieldsOf(outputs).get(REVIEW_OUTPUT));
  if (found.size === 0)
    throw new Error(
      `output ${REVIEW_OUTPUT} is missing; expected all outputs of a governance stack with governance:reviewers`,
    );
  const text = (name: (typeof FIELDS)[number]): string => {
    const value = found.get(name);
    return typeof value === "string" ? value : "";
  };
  const [observedGroups, cutOvers] = [found.get("observedGroups"), found.get("cutOvers")];
  const wrong: string[] = FIELDS.filter((name) => text(name) === "");
  if (!isTextList(observedGroups) || !areCutOvers(cutOvers) || wrong.length > 0) {
    if (!isTextList(observedGroups)) wrong.push("observedGroups");
    if (!areCutOvers(cutOvers)) wrong.push("cutOvers");
    throw new Error(
      `output ${REVIEW_OUTPUT}: ${wrong.join(", ")} missing or malformed; expected what the stack printed`,
    );
  }
  return {
    ...{ observedGroups, cutOvers },
    partition: text("partition"),
    account: text("account"),
    region: text("region"),
    requestQueueUrl: text("requestQueueUrl"),
    recordBucket: text("recordBucket"),
  };
}

const fieldsOf = (value: unknown): ReadonlyMap<string, unknown> =>
  new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
