import * as pulumi from "@pulumi/pulumi";
import { REVOCATION_DEAD_LETTERS, WATCH_DEAD_LETTERS, WATCH_QUEUE, WATCH_RULE } from "../contract/governance-outputs";
import { recordBucketName, revocationsName, verdictBucketName } from "../contract/names";
import { DECIDED_PATTERN } from "../contract/registry-event";
import { groupAccounts } from "./evidence-sources";
import { HandlerFunction } from "./handler-function";
import { mayAskToRevoke } from "./permissions/watch-table";
import { environmentOf } from "./process-environment";
import { consumeQueue } from "./queue-consumer";
import type { RecordKeyValues } from "./record-keys";
import { requestQueue } from "./request-queue";
import { RuleQueue } from "./rule-queue";
import { placeOf } from "./stack-config";
import { cutOvers, observedGroups } from "./stack-config-takeover";
import type { FlowArgs } from "./stacks/flow-args";

export interface RevocationsArgs extends FlowArgs {
  recordKeys: RecordKeyValues;
  /** Unique id of the role of the people who decide; absent where there are none. */
  reviewerId?: pulumi.Input<string> | undefined;
}

const TIMEOUT_SECONDS = 60;

/** What was approved stays what was approved: what watches decided versions, and what takes an approval back. */
export class Revocations extends pulumi.ComponentResource {
  /** Queue of the requests to revoke. */
  readonly queueUrl: pulumi.Output<string>;
  /** Queue of what the watcher looks at. */
  readonly watchQueueUrl: pulumi.Output<string>;
  /** Queue of what is watched, and the rule that feeds it, for `made`. */
  readonly watched: Record<typeof WATCH_QUEUE | typeof WATCH_RULE, pulumi.Output<string>>;
  /** Queues of what nothing took, by output. */
  readonly deadLetters: Record<string, pulumi.Output<string>>;

  constructor(name: string, args: RevocationsArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:Revocations", name, {}, options);
    const own = { parent: this };
    const { config } = args;
    const { queue, deadLetters } = requestQueue(
      name,
      {
        name: revocationsName(config.prefix),
        senders: mayAskToRevoke(config),
        functionTimeoutSeconds: TIMEOUT_SECONDS,
        holds: "Requests to revoke that weren't carried out",
        topicArn: args.topicArn,
      },
      own,
    );
    const { watch, watched } = watcher(args, queue.url, own);
    const revoke = new HandlerFunction(
      "revoke",
      {
        ...{ config, table: args.table, code: { bundle: args.code("revoke") } },
        of: "revoke",
        description: "Takes an approval back: a signed record, then the status",
        environment: environmentOf("revoke", {
          ...common(args),
          OBSERVED_GROUPS: observedGroups(config),
          CUT_OVERS: cutOvers(config),
          WATCH_ROLE_ID: watch.role.uniqueId,
          REVIEWER_ROLE_ID: args.reviewerId ?? "none",
        }),
        timeoutSeconds: TIMEOUT_SECONDS,
        memoryMegabytes: 512,
        made: args.made,
      },
      own,
    );
    consumeQueue("revoke", { queueArn: queue.arn, functionArn: revoke.arn, batchSize: 1, atOnce: 2 }, own);
    this.queueUrl = queue.url;
    this.watchQueueUrl = watched.url;
    this.watched = { [WATCH_QUEUE]: watched.arn, [WATCH_RULE]: watched.ruleArn };
    this.deadLetters = {
      [REVOCATION_DEAD_LETTERS]: deadLetters.url,
      [WATCH_DEAD_LETTERS]: watched.deadLettersUrl,
    };
    this.registerOutputs({ queueUrl: this.queueUrl });
  }
}

function watcher(
  args: RevocationsArgs,
  revocationsUrl: pulumi.Input<string>,
  options: pulumi.ComponentResourceOptions,
): { watch: HandlerFunction; watched: RuleQueue } {
  const { config } = args;
  const queue = new RuleQueue(
    "watch",
    {
      account: config.account,
      description: "A model version was approved or rejected, or changed since",
      pattern: DECIDED_PATTERN,
      functionTimeoutSeconds: TIMEOUT_SECONDS,
      holds: "Events of decided versions that watch couldn't look at",
      table: [],
      topicArn: args.topicArn,
    },
    options,
  );
  const watch = new HandlerFunction(
    "watch",
    {
      ...{ config, table: args.table, code: { bundle: args.code("watch") } },
      of: "watch",
      description: "Compares each decided version with its records",
      environment: environmentOf("watch", {
        ...common(args),
        REGION: config.region,
        REVOCATION_QUEUE_URL: revocationsUrl,
        REVOKES: config.revokeOnTampering,
        PEOPLE_ON_RECORD: config.reviewers !== undefined,
        OBSERVED_GROUPS: observedGroups(config),
        CUT_OVERS: cutOvers(config),
      }),
      timeoutSeconds: TIMEOUT_SECONDS,
      memoryMegabytes: 512,
      made: { ...args.made, [WATCH_QUEUE]: queue.arn },
    },
    options,
  );
  consumeQueue("watch", { queueArn: queue.arn, functionArn: watch.arn, batchSize: 5, atOnce: 5 }, options);
  return { watch, watched: queue };
}

const common = ({ config, recordKeys, topicArn }: RevocationsArgs) => ({
  GROUPS: groupAccounts(config),
  GOVERNANCE_ACCOUNT: config.account,
  VERDICT_BUCKET: verdictBucketName(config.prefix, placeOf(config)),
  RECORD_BUCKET: recordBucketName(config.prefix, placeOf(config)),
  ...recordKeys,
  NOTICE_TOPIC_ARN: topicArn,
});
