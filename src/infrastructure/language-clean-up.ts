import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as lambda from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";
import type { Bundle } from "../bundle";
import { functionName } from "../contract/names";
import { servicesOf } from "./evidence-sources";
import { HandlerFunction } from "./handler-function";
import type { Grant, MadeArns } from "./permissions/grant";
import { environmentOf } from "./process-environment";
import type { GovernanceConfig } from "./stack-config";

export interface LanguageCleanUpArgs {
  config: GovernanceConfig;
  code: Bundle;
  table: readonly Grant[];
  made: MadeArns;
  topicArn: pulumi.Input<string>;
}

/** Takes temporary endpoints away that are past their time, whatever became of the execution that made them. */
export class LanguageCleanUp extends pulumi.ComponentResource {
  constructor(name: string, args: LanguageCleanUpArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:LanguageCleanUp", name, {}, options);
    const { config, table, made, topicArn } = args;
    const own = { parent: this };
    const run = new HandlerFunction(
      name,
      {
        config,
        of: "clean-up",
        description: "Takes temporary endpoints away that are past their time",
        code: { bundle: args.code },
        environment: environmentOf("clean-up", {
          PREFIX: config.prefix,
          SERVICES: servicesOf(config),
          NOTICE_TOPIC_ARN: topicArn,
        }),
        timeoutSeconds: 300,
        memoryMegabytes: 512,
        table,
        made,
      },
      own,
    );
    const rule = new cloudwatch.EventRule(
      name,
      { description: "Looks for temporary endpoints past their time", scheduleExpression: "rate(15 minutes)" },
      own,
    );
    const admitted = new lambda.Permission(
      name,
      { function: run.arn, action: "lambda:InvokeFunction", principal: "events.amazonaws.com", sourceArn: rule.arn },
      own,
    );
    new cloudwatch.EventTarget(name, { rule: rule.name, arn: run.arn }, { ...own, dependsOn: admitted });
    new cloudwatch.MetricAlarm(
      name,
      {
        alarmDescription: "The clean-up of temporary endpoints failed: look at its log, endpoints may cost on",
        namespace: "AWS/Lambda",
        metricName: "Errors",
        dimensions: { FunctionName: functionName(config.prefix, "clean-up") },
        statistic: "Sum",
        period: 900,
        evaluationPeriods: 1,
        comparisonOperator: "GreaterThanThreshold",
        threshold: 0,
        treatMissingData: "notBreaching",
        alarmActions: [topicArn],
      },
      own,
    );
    this.registerOutputs({});
  }
}
