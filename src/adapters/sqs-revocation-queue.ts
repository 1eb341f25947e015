import type { SQSClient } from "@aws-sdk/client-sqs";
import { revocationMessage } from "../contract/revocation-request";
import type { RevocationQueue } from "../core/ports";
import { sendRequest } from "./sqs-request-queue";

/** The queue that revoke reads. */
export const sqsRevocationQueue = (sqs: SQSClient, queueUrl: string): RevocationQueue => ({
  send: (request) => sendRequest(sqs, queueUrl, revocationMessage(request)),
});
