import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { startAgainMessage } from "../contract/registry-event";
import type { StartQueue } from "../core/ports";

/** The queue that start reads. */
export function sqsStartQueue(sqs: SQSClient, queueUrl: string): StartQueue {
  return {
    async send(again, delaySeconds) {
      const MessageBody = startAgainMessage(again);
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody, DelaySeconds: delaySeconds }));
    },
  };
}
