import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as sqs from "@pulumi/aws/sqs";
import * as pulumi from "@pulumi/pulumi";
import { DeadLetterQueue } from "./dead-letter-queue";
import type { Grant } from "./permissions/grant";
import { queuePolicy, ruleSender } from "./permissions/messaging-policy";

export interface RuleQueueArgs {
  account: string;
  /** What its events mean, for people. */
  description: string;
  /** Physical name of the rule, where it is agreed upon. */
  ruleName?: string;
  pattern: object;
  /** Longest run of the function behind the queue. */
  functionTimeoutSeconds: number;
  /** What a message stands for, for the alarm on dead letters. */
  holds: string;
  /** Who else sends to the queue. */
  table: readonly Grant[];
  topicArn: pulumi.Input<string>;
}

/** Receives after which a message is a dead letter. */
const MAX_RECEIVES = 5;

/** An EventBridge rule on the default bus, a queue behind it, and the dead letters of both. */
export class RuleQueue extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly deadLettersUrl: pulumi.Output<string>;
  readonly ruleArn: pulumi.Output<string>;

  constructor(name: string, args: RuleQueueArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:RuleQueue", name, {}, options);
    const own = { parent: this };
    const rule = new cloudwatch.EventRule(name, ruleOf(args), own);
    const sender = ruleSender(rule.arn, args.account);
    const deadLetters = new DeadLetterQueue(
      `${name}-dead-letters`,
      { holds: args.holds, senders: [sender], topicArn: args.topicArn },
      own,
    );
    const queue = new sqs.Queue(name, queueOf(args, deadLetters.arn), own);
    const policy = new sqs.QueuePolicy(
      name,
      { queueUrl: queue.url, policy: pulumi.jsonStringify(queuePolicy(queue.arn, [sender], args.table)) },
      own,
    );
    new cloudwatch.EventTarget(
      name,
      { rule: rule.name, arn: queue.arn, deadLetterConfig: { arn: deadLetters.arn } },
      { ...own, dependsOn: policy },
    );
    this.arn = queue.arn;
    this.url = queue.url;
    this.deadLettersUrl = deadLetters.url;
    this.ruleArn = rule.arn;
    this.registerOutputs({ arn: this.arn, url: this.url, deadLettersUrl: this.deadLettersUrl });
  }
}

const ruleOf = ({ description, ruleName, pattern }: RuleQueueArgs): cloudwatch.EventRuleArgs => ({
  description,
  ...(ruleName !== undefined && { name: ruleName }),
  eventPattern: JSON.stringify(pattern),
});

/**
 * What a function fails at comes again only after this, so it must be well within the time for which evidence is waited:
 * no more than Lambda demands, and a moment. Six times, as Lambda's guide advises for functions that are often throttled,
 * would be 90 minutes.
 */
const visibilitySeconds = (functionTimeoutSeconds: number): number => functionTimeoutSeconds + 60;

const queueOf = ({ functionTimeoutSeconds }: RuleQueueArgs, deadLettersArn: pulumi.Output<string>): sqs.QueueArgs => ({
  sqsManagedSseEnabled: true,
  visibilityTimeoutSeconds: visibilitySeconds(functionTimeoutSeconds),
  redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: deadLettersArn, maxReceiveCount: MAX_RECEIVES }),
});
