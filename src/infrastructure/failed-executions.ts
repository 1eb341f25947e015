import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import { ofLanguage, pipelineArn } from "../contract/names";
import { failedExecutionPattern } from "../contract/registry-event";
import { DeadLetterQueue } from "./dead-letter-queue";
import { ruleSender } from "./permissions/messaging-policy";
import { type GovernanceConfig, placeOf } from "./stack-config";

export interface FailedExecutionsArgs {
  config: GovernanceConfig;
  topicArn: pulumi.Output<string>;
}

/**
 * Tells people of executions of the approval pipeline that didn't end well: a fault of ours, after which a version's
 * status is as it was.
 */
export class FailedExecutions extends pulumi.ComponentResource {
  readonly deadLettersUrl: pulumi.Output<string>;
  readonly ruleArn: pulumi.Output<string>;

  constructor(name: string, { config, topicArn }: FailedExecutionsArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:FailedExecutions", name, {}, options);
    const own = { parent: this };
    const rule = new cloudwatch.EventRule(
      name,
      {
        description: "An execution of the approval pipeline didn't end well",
        eventPattern: JSON.stringify(
          failedExecutionPattern([pipelineArn(placeOf(config)), ofLanguage(pipelineArn(placeOf(config)))]),
        ),
      },
      own,
    );
    const sender = ruleSender(rule.arn, config.account);
    const deadLetters = new DeadLetterQueue(
      `${name}-dead-letters`,
      { holds: "Notices of failed executions that nobody got", senders: [sender], topicArn },
      own,
    );
    new cloudwatch.EventTarget(
      name,
      { rule: rule.name, arn: topicArn, deadLetterConfig: { arn: deadLetters.arn } },
      own,
    );
    this.deadLettersUrl = deadLetters.url;
    this.ruleArn = rule.arn;
    this.registerOutputs({ deadLettersUrl: this.deadLettersUrl });
  }
}
