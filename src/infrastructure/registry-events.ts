import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import { APPROVAL_RULE, pipelineArn, verdictBucketName } from "../contract/names";
import { APPROVAL_PATTERN } from "../contract/registry-event";
import { evidenceSources, groupAccounts, languageGroups } from "./evidence-sources";
import { HandlerFunction } from "./handler-function";
import { environmentOf } from "./process-environment";
import { consumeQueue } from "./queue-consumer";
import { RuleQueue } from "./rule-queue";
import { placeOf } from "./stack-config";
import { cutOvers } from "./stack-config-takeover";
import type { FlowArgs } from "./stacks/flow-args";

/** Longest run of start: it may hash a report of up to 1 GB. */
const TIMEOUT_SECONDS = 300;

/** From the registry's event to one execution: rule, queue, start function. */
export class RegistryEvents extends pulumi.ComponentResource {
  readonly queueUrl: pulumi.Output<string>;
  readonly queueArn: pulumi.Output<string>;
  readonly deadLettersUrl: pulumi.Output<string>;

  constructor(name: string, args: FlowArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:RegistryEvents", name, {}, options);
    const { config, table, code } = args;
    const queue = new RuleQueue(
      "start",
      {
        account: config.account,
        description: "A model version awaits approval",
        ruleName: APPROVAL_RULE,
        pattern: APPROVAL_PATTERN,
        functionTimeoutSeconds: TIMEOUT_SECONDS,
        holds: "Registry events that start couldn't take",
        table,
        topicArn: args.topicArn,
      },
      { parent: this },
    );
    const start = new HandlerFunction(
      "start",
      {
        config,
        of: "start",
        description: "Starts one execution of the approval pipeline for each version that awaits approval",
        code: { bundle: code("start") },
        environment: environment(args, queue.url),
        timeoutSeconds: TIMEOUT_SECONDS,
        memoryMegabytes: 1024,
        table,
        made: { ...args.made, queue: queue.arn },
      },
      { parent: this },
    );
    consumeQueue("start", { queueArn: queue.arn, functionArn: start.arn, batchSize: 5, atOnce: 5 }, { parent: this });
    alarmOnRefused(`${config.prefix}/governance`, start.logGroup, args.topicArn, { parent: this });
    this.queueUrl = queue.url;
    this.queueArn = queue.arn;
    this.deadLettersUrl = queue.deadLettersUrl;
    this.registerOutputs({ queueUrl: this.queueUrl, deadLettersUrl: this.deadLettersUrl });
  }
}

/** A line of start's log about an event that isn't of this registry: its account or Region is another's. */
export const REFUSED_LINES = '{ $.effect = "refused" }';

/** Counts refused events: they are no errors, so they never become dead letters. */
function alarmOnRefused(
  namespace: string,
  logGroupName: pulumi.Output<string>,
  topicArn: pulumi.Input<string>,
  options: pulumi.CustomResourceOptions,
): void {
  const name = "start-refused";
  const metricName = "RefusedEvents";
  const metricTransformation = { namespace, name: metricName, value: "1" };
  new cloudwatch.LogMetricFilter(name, { logGroupName, pattern: REFUSED_LINES, metricTransformation }, options);
  new cloudwatch.MetricAlarm(
    name,
    {
      alarmDescription: `Start refused events that aren't of this registry; find who sends them in its log: ${REFUSED_LINES}`,
      namespace,
      metricName,
      statistic: "Sum",
      period: 300,
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      treatMissingData: "notBreaching",
      alarmActions: [topicArn],
    },
    options,
  );
}

const environment = ({ config, policy, topicArn }: FlowArgs, queueUrl: pulumi.Output<string>) =>
  environmentOf("start", {
    GROUPS: groupAccounts(config),
    EVIDENCE_SOURCES: evidenceSources(config),
    GOVERNANCE_ACCOUNT: config.account,
    VERDICT_BUCKET: verdictBucketName(config.prefix, placeOf(config)),
    PIPELINE_ARN: pipelineArn(placeOf(config)),
    LANGUAGE_GROUPS: languageGroups(config).map(({ name }) => name),
    CUT_OVERS: cutOvers(config),
    QUEUE_URL: queueUrl,
    NOTICE_TOPIC_ARN: topicArn,
    POLICY_DIGEST: policy.digest,
    EVIDENCE_DEADLINE_MINUTES: policy.evidenceDeadlineMinutes,
  });
