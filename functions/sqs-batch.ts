import type { Logger } from "@aws-lambda-powertools/logger";
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
export async function eachMessage(
  event: unknown,
  logger: Logger,
  handle: (message: unknown) => Promise<Handled>,
): Promise<BatchResponse> {
  const batchItemFailures: BatchResponse["batchItemFailures"] = [];
  for (const { messageId, body } of messagesOf(event)) {
    try {
      const handled = await handle(JSON.parse(body));
      logger[WARNINGS.includes(handled.effect) ? "warn" : "info"]("handled", { ...handled });
    } catch (error) {
      logger.error("failed, to be tried again", error instanceof Error ? error : String(error));
      batchItemFailures.push({ itemIdentifier: messageId });
    } finally {
      logger.resetKeys();
    }
  }
  return { batchItemFailures };
}

function messagesOf(event: unknown): { messageId: string; body: string }[] {
  const records: unknown = isObject(event) ? event.Records : undefined;
  if (!Array.isArray(records)) throw new Error("the event has no Records; the function must be behind an SQS queue");
  return records.map((record: unknown) => {
    const { messageId, body } = isObject(record) ? record : {};
    if (typeof messageId !== "string" || typeof body !== "string")
      throw new Error("a record has no messageId or body; the function must be behind an SQS queue");
    return { messageId, body };
  });
}
