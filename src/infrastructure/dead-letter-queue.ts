import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as sqs from "@pulumi/aws/sqs";
import * as pulumi from "@pulumi/pulumi";
import { queuePolicy, type ServiceSender } from "./permissions/messaging-policy";

export interface DeadLetterQueueArgs {
  /** What lies here, for the alarm's text. */
  holds: string;
  /** What to do once the cause is mended, where that isn't to redrive the queue. */
  remedy?: string;
  /** Rules that send what they can't deliver. */
  senders: readonly ServiceSender[];
  /** Topic that the alarm goes to. */
  topicArn: pulumi.Input<string>;
}

/** A queue of messages that nothing took, and the alarm on it. */
export class DeadLetterQueue extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: DeadLetterQueueArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:DeadLetterQueue", name, {}, options);
    const queue = new sqs.Queue(
      name,
      { sqsManagedSseEnabled: true, messageRetentionSeconds: FOURTEEN_DAYS },
      { parent: this },
    );
    new sqs.QueuePolicy(
      name,
      { queueUrl: queue.url, policy: pulumi.jsonStringify(queuePolicy(queue.arn, args.senders)) },
      { parent: this },
    );
    new cloudwatch.MetricAlarm(
      name,
      {
        alarmDescription: `${args.holds} lie in the dead-letter queue; read one, mend the cause, then ${args.remedy ?? "redrive the queue"}.`,
        namespace: "AWS/SQS",
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: queue.name },
        statistic: "Maximum",
        period: 300,
        evaluationPeriods: 1,
        comparisonOperator: "GreaterThanThreshold",
        threshold: 0,
        treatMissingData: "notBreaching",
        alarmActions: [args.topicArn],
      },
      { parent: this },
    );
    this.arn = queue.arn;
    this.url = queue.url;
    this.registerOutputs({ arn: this.arn, url: this.url });
  }
}

const FOURTEEN_DAYS = 14 * 24 * 60 * 60;
