import * as sqs from "@pulumi/aws/sqs";
import * as pulumi from "@pulumi/pulumi";
import { DeadLetterQueue } from "./dead-letter-queue";
import type { Principal } from "./permissions/grant";
import { requestsPolicy } from "./permissions/messaging-policy";

export interface RequestQueueArgs {
  /** Physical name. */
  name: string;
  /** Who sends to it, and nobody else. */
  senders: readonly Principal[];
  /** Longest run of the function behind the queue. */
  functionTimeoutSeconds: number;
  /** What a dead letter stands for, for the alarm. */
  holds: string;
  topicArn: pulumi.Input<string>;
}

/** Receives after which a request is a dead letter. */
const MAX_RECEIVES = 5;

/** A queue of requests, each of which rests on who SQS says has sent it; and its dead letters. */
export function requestQueue(
  name: string,
  { name: queueName, senders, functionTimeoutSeconds, holds, topicArn }: RequestQueueArgs,
  options: pulumi.ComponentResourceOptions,
): { queue: sqs.Queue; deadLetters: DeadLetterQueue } {
  const deadLetters = new DeadLetterQueue(
    `${name}-dead-letters`,
    // Moved back they would be somebody else's, and are refused.
    { holds, remedy: "ask again with the command", senders: [], topicArn },
    options,
  );
  const queue = new sqs.Queue(
    name,
    {
      name: queueName,
      sqsManagedSseEnabled: true,
      visibilityTimeoutSeconds: functionTimeoutSeconds + 60,
      redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: MAX_RECEIVES }),
    },
    options,
  );
  new sqs.QueuePolicy(
    name,
    { queueUrl: queue.url, policy: pulumi.jsonStringify(requestsPolicy(queue.arn, senders)) },
    options,
  );
  return { queue, deadLetters };
}
