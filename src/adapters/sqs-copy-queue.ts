import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { type CreatedObject, createdObjectMessage } from "../stages/copy";
import type { CopyQueue, NotSent } from "../stages/sync";
import { explained } from "./s3-artifact-versions";

/** Messages that one call takes. */
const MOST = 10;

/** How often a message is sent that the queue doesn't take. */
const TRIES = 3;

/** The queue that copy reads, written by a person. */
export function sqsCopyQueue(sqs: SQSClient, queueUrl: string, account: string): CopyQueue {
  return {
    most: MOST,
    async send(objects) {
      let failed: NotSent[] = objects.map((object) => ({ object, reason: "" }));
      for (let tries = 0; tries < TRIES && failed.length > 0; tries += 1) {
        failed = await sendOnce(
          sqs,
          queueUrl,
          failed.map(({ object }) => object),
        ).catch((error: unknown) => {
          throw explained(error, `sending to ${queueUrl}`, "sqs:SendMessage on that queue", account);
        });
      }
      return failed;
    },
  };
}

/** Those that the queue didn't take: a call may succeed for some of its messages alone. */
async function sendOnce(sqs: SQSClient, QueueUrl: string, objects: readonly CreatedObject[]): Promise<NotSent[]> {
  const Entries = objects.map((object, at) => ({ Id: String(at), MessageBody: createdObjectMessage(object) }));
  const { Successful = [], Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  const taken = new Set(Successful.map(({ Id }) => Id));
  const reasons = new Map(Failed.map(({ Id, Code, Message }) => [Id, [Code, Message].filter(Boolean).join(": ")]));
  return objects.flatMap((object, at) => {
    const id = String(at);
    return taken.has(id) ? [] : [{ object, reason: reasons.get(id) ?? "SQS said nothing of it" }];
  });
}
