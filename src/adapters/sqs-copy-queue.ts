import { SendMessageBatchCommand, type SendMessageBatchCommandOutput, type SQSClient } from "@aws-sdk/client-sqs";
import { type CreatedObject, createdObjectMessage } from "../stages/copy";
import type { CopyQueue, NotSent } from "../stages/sync";
import { explained } from "./s3-artifact-versions";

/** Messages that one call takes. */
const MOST = 10;

/** How often a message is sent that the queue doesn't take. */
const TRIES = 3;

/** The queue that copy reads, written by a person. */
export function sqsCopyQueue(sqs: SQSClient, QueueUrl: string, account: string): CopyQueue {
  const call = (objects: readonly CreatedObject[]) => {
    const Entries = objects.map((object, at) => ({ Id: String(at), MessageBody: createdObjectMessage(object) }));
    return sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })).catch((error: unknown) => {
      throw explained(error, `sending to ${QueueUrl}`, "sqs:SendMessage on that queue", account);
    });
  };
  return {
    most: MOST,
    async send(objects) {
      let left = objects;
      let failed: NotSent[] = [];
      for (let tries = 0; tries < TRIES && left.length > 0; tries += 1) {
        failed = notTaken(left, await call(left));
        left = failed.map(({ object }) => object);
      }
      return failed;
    },
  };
}

/** A call may succeed for some of its messages alone. */
function notTaken(objects: readonly CreatedObject[], answer: SendMessageBatchCommandOutput): NotSent[] {
  const { Successful = [], Failed = [] } = answer;
  const taken = new Set(Successful.map(({ Id }) => Id));
  const reasons = new Map(Failed.map(({ Id, Code, Message }) => [Id, [Code, Message].filter(Boolean).join(": ")]));
  return objects.flatMap((object, at) => {
    const id = String(at);
    return taken.has(id) ? [] : [{ object, reason: reasons.get(id) ?? "SQS said nothing of it" }];
  });
}
