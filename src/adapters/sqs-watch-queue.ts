import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { lookAgainMessage } from "../contract/registry-event";
import type { WatchQueue } from "../core/ports";

/** The queue that the watcher reads. */
export const sqsWatchQueue = (sqs: SQSClient, queueUrl: string): WatchQueue => ({
  async lookAgain(modelPackageArn, delaySeconds) {
    const MessageBody = lookAgainMessage(modelPackageArn);
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody, DelaySeconds: delaySeconds }));
  },
});
