import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { revocationMessage } from "../contract/revocation-request";
import type { RevocationQueue } from "../core/ports";

/** The queue that revoke reads. */
export function sqsRevocationQueue(sqs: SQSClient, queueUrl: string): RevocationQueue {
  return {
    async send(request) {
      const MessageBody = revocationMessage(request);
      const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
      if (MessageId === undefined) throw new Error(`${queueUrl}: SQS answered without the message's id`);
      return MessageId;
    },
  };
}
