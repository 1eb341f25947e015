import type { ComponentResourceOptions, Input } from "@pulumi/pulumi";
import { pipelineArn, recordBucketName, verdictBucketName } from "../contract/names";
import { SCHEDULE_MINUTES } from "../contract/schedule";
import { groupAccounts, languageGroups } from "./evidence-sources";
import { environmentOf } from "./process-environment";
import type { RecordKeyValues } from "./record-keys";
import { ScheduledFunction } from "./scheduled-function";
import { placeOf } from "./stack-config";
import { cutOvers, observedGroups } from "./stack-config-takeover";
import type { FlowArgs } from "./stacks/flow-args";

/** Does what an event, a call or an execution that got lost has left undone. */
export const reconciler = (
  {
    config,
    code,
    table,
    made,
    topicArn,
    ...args
  }: FlowArgs & Record<"decideArn" | "queueUrl" | "watchQueueUrl", Input<string>>,
  options: ComponentResourceOptions,
): ScheduledFunction =>
  new ScheduledFunction(
    "reconcile",
    {
      config,
      of: "reconcile",
      description: "Takes up model versions that an event, a call or an execution left undecided",
      code: { bundle: code("reconcile") },
      environment: environmentOf("reconcile", {
        GROUPS: groupAccounts(config),
        GOVERNANCE_ACCOUNT: config.account,
        VERDICT_BUCKET: verdictBucketName(config.prefix, placeOf(config)),
        RECORD_BUCKET: recordBucketName(config.prefix, placeOf(config)),
        PIPELINE_ARN: pipelineArn(placeOf(config)),
        LANGUAGE_GROUPS: languageGroups(config).map(({ name }) => name),
        OBSERVED_GROUPS: observedGroups(config),
        CUT_OVERS: cutOvers(config),
        PEOPLE_ON_RECORD: config.reviewers !== undefined,
        QUEUE_URL: args.queueUrl,
        WATCH_QUEUE_URL: args.watchQueueUrl,
        REVOKES: config.revokeOnTampering,
        DECIDE_FUNCTION_ARN: args.decideArn,
        NOTICE_TOPIC_ARN: topicArn,
      }),
      timeoutSeconds: 600,
      memoryMegabytes: 512,
      table,
      made,
      everyMinutes: SCHEDULE_MINUTES,
      alarm: "look at its log; versions whose event or execution got lost stay undecided until it runs well",
      topicArn,
    },
    options,
  );

/** Appends checkpoints over the records that are new. */
export const checkpoints = (
  {
    config,
    code,
    table,
    made,
    topicArn,
    signingKeyArn,
    recordKeys,
  }: FlowArgs & { signingKeyArn: Input<string>; recordKeys: RecordKeyValues },
  options: ComponentResourceOptions,
): ScheduledFunction =>
  new ScheduledFunction(
    "checkpoint",
    {
      config,
      of: "checkpoint",
      description: "Appends a signed checkpoint over the decision records that are new",
      code: { bundle: code("checkpoint") },
      environment: environmentOf("checkpoint", {
        GOVERNANCE_ACCOUNT: config.account,
        RECORD_BUCKET: recordBucketName(config.prefix, placeOf(config)),
        CHECKPOINT_KEY_ARN: signingKeyArn,
        FORMER_KEY_ARNS: [...config.signingKeys.former.checkpoints],
        ...recordKeys,
      }),
      timeoutSeconds: 600,
      memoryMegabytes: 512,
      // One writer: a number is written once whoever is faster, and no second signs what then isn't the chain's.
      mostAtOnce: 1,
      table,
      made,
      everyMinutes: SCHEDULE_MINUTES,
      alarm: "look at its log; records stay without a checkpoint, or some are missing or too many",
      topicArn,
    },
    options,
  );
