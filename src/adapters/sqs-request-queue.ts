import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";

/**
 * Sends a request, whose sender SQS will name.
 * @returns the message's id, which its record has
 */
export async function sendRequest(sqs: SQSClient, queueUrl: string, body: string): Promise<string> {
  const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
  if (MessageId === undefined) throw new Error(`${queueUrl}: SQS answered without the message's id`);
  return MessageId;
}
