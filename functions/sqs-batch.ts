import type { Logger } from "@aws-lambda-powertools/logger";
import { isObject } from "../src/core/shape";

/** What a Lambda function answers to SQS: the messages that must come again. */
export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/**
 * Handles each message of a batch by itself. One that throws, or that is no JSON, comes again and ends among the dead letters.
 * @param handle what it returns is logged
 */
export async function eachMessage(
  event: unknown,
  logger: Logger,
  handle: (message: unknown) => Promise<object>,
): Promise<BatchResponse> {
  const records = isObject(event) && Array.isArray(event.Records) ? event.Records : undefined;
  if (records === undefined) throw new Error("the event has no Records; the function must be behind an SQS queue");
  const batchItemFailures: BatchResponse["batchItemFailures"] = [];
  for (const { messageId, body } of records) {
    try {
      logger.info("handled", { ...(await handle(JSON.parse(body))) });
    } catch (error) {
      logger.error("failed, to be tried again", error instanceof Error ? error : String(error));
      batchItemFailures.push({ itemIdentifier: messageId });
    } finally {
      logger.resetKeys();
    }
  }
  return { batchItemFailures };
}
