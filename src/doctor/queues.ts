import { formatArn } from "../contract/arn";
import {
  FAILURE_DEAD_LETTERS,
  FAILURE_RULE,
  START_DEAD_LETTERS,
  WATCH_DEAD_LETTERS,
  WATCH_QUEUE,
  WATCH_RULE,
} from "../contract/governance-outputs";
import { APPROVAL_RULE, type FunctionOf, requestsArn, revocationsArn } from "../contract/names";
import type { PolicyDocument } from "../infrastructure/permissions/grant";
import { queuePolicy, requestsPolicy, ruleSender } from "../infrastructure/permissions/messaging-policy";
import { reviewersOf } from "../infrastructure/permissions/people-table";
import { mayAskToRevoke } from "../infrastructure/permissions/watch-table";
import { placeOf } from "../infrastructure/stack-config";
import { type Expected, madeArn } from "./expected";

/** A queue, and who sends to it. */
export interface ExpectedQueue {
  arn: string;
  policy: PolicyDocument;
}

/** A queue of the flow. */
export interface FeedingQueue extends ExpectedQueue {
  /** The function that takes its messages. */
  feeds: FunctionOf;
}

/** Every queue that a function takes messages from. */
export function queuesIn(expected: Expected): FeedingQueue[] {
  const { config, table } = expected;
  const place = placeOf(config);
  const [start, watch] = [madeArn(expected, "queue"), madeArn(expected, WATCH_QUEUE)];
  const [revocations, requests] = [revocationsArn(config.prefix, place), requestsArn(config.prefix, place)];
  const sends = (rule: string) => [ruleSender(rule, config.account)];
  return [
    { arn: start, policy: queuePolicy(start, sends(approvalRule(expected)), table), feeds: "start" },
    { arn: watch, policy: queuePolicy(watch, sends(madeArn(expected, WATCH_RULE))), feeds: "watch" },
    { arn: revocations, policy: requestsPolicy(revocations, mayAskToRevoke(config)), feeds: "revoke" },
    ...(config.reviewers === undefined
      ? []
      : [{ arn: requests, policy: requestsPolicy(requests, reviewersOf(config)), feeds: "review" as const }]),
  ];
}

/** Every queue of dead letters. The rules of the flow send there what they can't deliver; other queues' letters SQS moves. */
export function deadLettersIn(expected: Expected): ExpectedQueue[] {
  const { config, outputs } = expected;
  const rules: Readonly<Record<string, string>> = {
    [START_DEAD_LETTERS]: approvalRule(expected),
    [WATCH_DEAD_LETTERS]: madeArn(expected, WATCH_RULE),
    [FAILURE_DEAD_LETTERS]: madeArn(expected, FAILURE_RULE),
  };
  return [...outputs.deadLetters].map(([output, url]) => {
    const arn = formatArn({ ...placeOf(config), service: "sqs", resource: url.slice(url.lastIndexOf("/") + 1) });
    const rule = rules[output];
    return { arn, policy: queuePolicy(arn, rule === undefined ? [] : [ruleSender(rule, config.account)]) };
  });
}

const approvalRule = ({ config }: Expected): string =>
  formatArn({ ...placeOf(config), service: "events", resource: `rule/${APPROVAL_RULE}` });
