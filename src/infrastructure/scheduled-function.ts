import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as lambda from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";
import { functionName } from "../contract/names";
import { scheduleExpression } from "../contract/schedule";
import { HandlerFunction, type HandlerFunctionArgs } from "./handler-function";
import { SCHEDULE_CALLS } from "./permissions/messaging-policy";

export interface ScheduledFunctionArgs extends HandlerFunctionArgs {
  everyMinutes: number;
  /** What it means when it fails or doesn't run, and what to do. */
  alarm: string;
  topicArn: pulumi.Input<string>;
}

/** A function that a schedule calls, and the alarms for when it fails and for when it doesn't run. */
export class ScheduledFunction extends pulumi.ComponentResource {
  /** Of its schedule. */
  readonly ruleArn: pulumi.Output<string>;

  constructor(name: string, args: ScheduledFunctionArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:ScheduledFunction", name, {}, options);
    const { everyMinutes, alarm, topicArn, ...of } = args;
    const own = { parent: this };
    const run = new HandlerFunction(name, of, own);
    const rule = new cloudwatch.EventRule(
      name,
      { description: args.description, scheduleExpression: scheduleExpression(everyMinutes) },
      own,
    );
    const admitted = new lambda.Permission(
      name,
      { ...SCHEDULE_CALLS, function: run.arn, sourceArn: rule.arn },
      // Lambda takes a statement's id once.
      { ...own, deleteBeforeReplace: true },
    );
    new cloudwatch.EventTarget(name, { rule: rule.name, arn: run.arn }, { ...own, dependsOn: admitted });
    const watched = {
      namespace: "AWS/Lambda",
      dimensions: { FunctionName: functionName(args.config.prefix, args.of) },
      statistic: "Sum",
      evaluationPeriods: 1,
      alarmActions: [topicArn],
    };
    new cloudwatch.MetricAlarm(
      name,
      {
        ...watched,
        alarmDescription: `${args.of} failed: ${alarm}`,
        metricName: "Errors",
        period: everyMinutes * 60,
        comparisonOperator: "GreaterThanThreshold",
        threshold: 0,
        treatMissingData: "notBreaching",
      },
      own,
    );
    new cloudwatch.MetricAlarm(
      `${name}-missing`,
      {
        ...watched,
        alarmDescription: `${args.of} hasn't run for an hour: ${alarm}`,
        metricName: "Invocations",
        period: 3600,
        comparisonOperator: "LessThanThreshold",
        threshold: 1,
        treatMissingData: "breaching",
      },
      own,
    );
    this.ruleArn = rule.arn;
    this.registerOutputs({ ruleArn: this.ruleArn });
  }
}
