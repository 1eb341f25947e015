import * as pulumi from "@pulumi/pulumi";
import { REQUEST_DEAD_LETTERS } from "../contract/governance-outputs";
import { recordBucketName, requestsName, verdictBucketName } from "../contract/names";
import { REVIEW_OUTPUT } from "../contract/review-settings";
import { type FunctionRole, HandlerFunction } from "./handler-function";
import { identityPolicy } from "./permissions/grant";
import { reviewersOf } from "./permissions/people-table";
import { environmentOf } from "./process-environment";
import { ProcessRole } from "./process-role";
import { consumeQueue } from "./queue-consumer";
import type { RecordKeyValues } from "./record-keys";
import { requestQueue } from "./request-queue";
import { placeOf } from "./stack-config";
import { cutOvers, observedGroups } from "./stack-config-takeover";
import type { FlowArgs } from "./stacks/flow-args";

export interface PeopleDecideArgs extends FlowArgs {
  recordKeys: RecordKeyValues;
  /** Unique id of the role that people ask under. */
  reviewerId: pulumi.Input<string>;
  /** The deciding role. */
  decideRole: FunctionRole;
  startQueueUrl: pulumi.Input<string>;
}

/** Longest run of review. */
const TIMEOUT_SECONDS = 55;

/** From a person's request to a decision: a queue that the reviewer role alone may send to, and the function behind it. */
export class PeopleDecide extends pulumi.ComponentResource {
  /** What people's commands are told; and, for a permission set, the policy that it needs. */
  readonly outputs: Record<string, pulumi.Input<unknown>>;

  constructor(name: string, args: PeopleDecideArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:PeopleDecide", name, {}, options);
    const own = { parent: this };
    const { config, table, made } = args;
    const place = placeOf(config);
    const { queue, deadLetters } = requestQueue(
      "requests",
      {
        name: requestsName(config.prefix),
        senders: reviewersOf(config),
        functionTimeoutSeconds: TIMEOUT_SECONDS,
        holds: "People's requests that review couldn't take",
        topicArn: args.topicArn,
      },
      own,
    );
    const run = reviewFunction(args, own);
    consumeQueue("review", { queueArn: queue.arn, functionArn: run.arn, batchSize: 1, atOnce: 2 }, own);
    const existing = config.reviewers?.permissionSetRole;
    this.outputs = {
      [REVIEW_OUTPUT]: {
        ...place,
        requestQueueUrl: queue.url,
        recordBucket: recordBucketName(config.prefix, place),
        observedGroups: observedGroups(config),
        cutOvers: cutOvers(config),
      },
      [REQUEST_DEAD_LETTERS]: deadLetters.url,
      ...(existing && { permissionSetPolicy: identityPolicy(table, existing.arn, config.partition, made) }),
    };
    this.registerOutputs({});
  }
}

function reviewFunction(args: PeopleDecideArgs, options: pulumi.ComponentResourceOptions): HandlerFunction {
  const { config, table, made } = args;
  const place = placeOf(config);
  return new HandlerFunction(
    "review",
    {
      ...{ config, table, made, code: { bundle: args.code("review") } },
      of: "review",
      role: args.decideRole,
      description: "Approves, rejects, has judged again or records as it was before what a person asks for",
      environment: environmentOf("review", {
        TEAMS: Object.fromEntries(config.groups.map(({ name, team = [] }) => [name, [...team]])),
        GOVERNANCE_ACCOUNT: config.account,
        VERDICT_BUCKET: verdictBucketName(config.prefix, place),
        RECORD_BUCKET: recordBucketName(config.prefix, place),
        ...args.recordKeys,
        RETENTION: config.retention,
        OBSERVED_GROUPS: observedGroups(config),
        CUT_OVERS: cutOvers(config),
        START_QUEUE_URL: args.startQueueUrl,
        REVIEWER_ROLE_ID: args.reviewerId,
        NOTICE_TOPIC_ARN: args.topicArn,
      }),
      timeoutSeconds: TIMEOUT_SECONDS,
      memoryMegabytes: 512,
    },
    options,
  );
}

/** Unique id of the role that people ask under, which is made where they have none; undefined where nobody does. */
export function reviewerRoleId(
  { config, table, made }: Pick<FlowArgs, "config" | "table" | "made">,
  options: pulumi.ComponentResourceOptions,
): pulumi.Input<string> | undefined {
  if (config.reviewers === undefined) return undefined;
  const { permissionSetRole } = config.reviewers;
  return (
    permissionSetRole?.id ?? new ProcessRole("reviewer", { config, of: "reviewer", table, made }, options).uniqueId
  );
}
