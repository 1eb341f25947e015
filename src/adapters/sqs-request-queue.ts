import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { type PersonRequest, personRequestMessage } from "../contract/person-request";

/**
 * Sends a person's request.
 * @returns the message's id, which its record has
 */
export async function sendRequest(sqs: SQSClient, queueUrl: string, request: PersonRequest): Promise<string> {
  const MessageBody = personRequestMessage(request);
  const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
  if (MessageId === undefined) throw new Error(`${queueUrl}: SQS answered without a message id`);
  return MessageId;
}
