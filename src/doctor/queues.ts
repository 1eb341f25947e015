import { formatArn } from "../contract/arn";
import { WATCH_QUEUE, WATCH_RULE } from "../contract/governance-outputs";
import { APPROVAL_RULE, type FunctionOf, requestsArn, revocationsArn } from "../contract/names";
import type { PolicyDocument } from "../infrastructure/permissions/grant";
import { queuePolicy, requestsPolicy, ruleSender } from "../infrastructure/permissions/messaging-policy";
import { reviewersOf } from "../infrastructure/permissions/people-table";
import { mayAskToRevoke } from "../infrastructure/permissions/watch-table";
import { placeOf } from "../infrastructure/stack-config";
import { type Expected, madeArn } from "./expected";

/** A queue of the flow. */
export interface ExpectedQueue {
  arn: string;
  policy: PolicyDocument;
  /** The function that takes its messages. */
  feeds: FunctionOf;
}

/** Every queue that a function takes messages from; those of dead letters feed nothing. */
export function queuesIn(expected: Expected): ExpectedQueue[] {
  const { config, table } = expected;
  const place = placeOf(config);
  const [start, watch] = [madeArn(expected, "queue"), madeArn(expected, WATCH_QUEUE)];
  const [revocations, requests] = [revocationsArn(config.prefix, place), requestsArn(config.prefix, place)];
  const ruleSends = (rule: string) => ruleSender(rule, config.account);
  const approval = formatArn({ ...place, service: "events", resource: `rule/${APPROVAL_RULE}` });
  return [
    { arn: start, policy: queuePolicy(start, [ruleSends(approval)], table), feeds: "start" },
    { arn: watch, policy: queuePolicy(watch, [ruleSends(madeArn(expected, WATCH_RULE))]), feeds: "watch" },
    { arn: revocations, policy: requestsPolicy(revocations, mayAskToRevoke(config)), feeds: "revoke" },
    ...(config.reviewers === undefined
      ? []
      : [{ arn: requests, policy: requestsPolicy(requests, reviewersOf(config)), feeds: "review" as const }]),
  ];
}
