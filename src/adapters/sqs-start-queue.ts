import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { StartAgain } from "../contract/registry-event";
import type { StartQueue } from "../core/ports";

/** The queue that start reads. */
export function sqsStartQueue(sqs: SQSClient, queueUrl: string): StartQueue {
  return {
    async startAgain(modelPackageArn, waits, delaySeconds) {
      const message: StartAgain = { startAgain: { modelPackageArn, waits } };
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify(message),
          DelaySeconds: delaySeconds,
        }),
      );
    },
  };
}
