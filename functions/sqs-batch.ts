import type { Logger } from "@aws-lambda-powertools/logger";
import type { Sent } from "../src/contract/person-request";
import { isObject } from "../src/core/shape";

/** What a Lambda function answers to SQS: the messages that must come again. */
export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/** What became of a message, for the log. */
export interface Handled {
  effect: string;
  reason: string;
}

/** Effects that a person may want to look at. */
const WARNINGS: readonly string[] = ["refused", "gone", "told"];

/**
 * Handles each message of a batch by itself. One that throws, or that is no JSON, comes again and ends among the dead letters.
 * @param handle what it returns is logged, in one line
 */
export const eachMessage = async (
  event: unknown,
  logger: Logger,
  handle: (message: unknown) => Promise<Handled>,
): Promise<BatchResponse> => eachRecord(messagesOf(event), logger, ({ body }) => handle(JSON.parse(body)));

/** The same for messages that people send: bodies as they are, and what SQS says of who sent them and when. */
export const eachSent = async (
  event: unknown,
  logger: Logger,
  handle: (body: string, sent: Sent) => Promise<Handled>,
): Promise<BatchResponse> => eachRecord(messagesOf(event), logger, (message) => handle(message.body, sentOf(message)));

interface Message {
  messageId: string;
  body: string;
  attributes: unknown;
}

async function eachRecord(
  messages: readonly Message[],
  logger: Logger,
  handle: (message: Message) => Promise<Handled>,
): Promise<BatchResponse> {
  const batchItemFailures: BatchResponse["batchItemFailures"] = [];
  for (const message of messages) {
    try {
      const handled = await handle(message);
      logger[WARNINGS.includes(handled.effect) ? "warn" : "info"]("handled", { ...handled });
    } catch (error) {
      logger.error("failed, to be tried again", error instanceof Error ? error : String(error));
      batchItemFailures.push({ itemIdentifier: message.messageId });
    } finally {
      logger.resetKeys();
    }
  }
  return { batchItemFailures };
}

function messagesOf(event: unknown): Message[] {
  const records: unknown = isObject(event) ? event.Records : undefined;
  if (!Array.isArray(records)) throw new Error("the event has no Records; the function must be behind an SQS queue");
  return records.map((record: unknown) => {
    const { messageId, body, attributes } = isObject(record) ? record : {};
    if (typeof messageId !== "string" || typeof body !== "string")
      throw new Error("a record has no messageId or body; the function must be behind an SQS queue");
    return { messageId, body, attributes };
  });
}

function sentOf({ messageId, attributes }: Message): Sent {
  const { SenderId, SentTimestamp } = isObject(attributes) ? attributes : {};
  if (typeof SenderId !== "string" || typeof SentTimestamp !== "string" || !/^\d{13}$/.test(SentTimestamp))
    throw new Error("a record has no SenderId or SentTimestamp; the function must be behind an SQS queue");
  return { messageId, senderId: SenderId, sentAt: new Date(Number(SentTimestamp)) };
}
