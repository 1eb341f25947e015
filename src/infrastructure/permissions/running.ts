import { formatArn } from "../../contract/arn";
import { type FunctionOf, functionName, type Place } from "../../contract/names";
import type { Grant } from "./grant";

/** What Lambda needs under a function's role to hand it a queue's messages. */
export const takeMessages = (who: Grant["who"]): Grant[] => [
  {
    sid: "TakeMessages",
    who,
    may: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    on: [{ made: "queue" }],
  },
];

/** A function writes into its own log group, which the program makes. */
export const writeLogs = (prefix: string, place: Place, who: Grant["who"], of: FunctionOf): Grant => ({
  sid: "WriteLogs",
  who,
  may: ["logs:CreateLogStream", "logs:PutLogEvents"],
  on: [
    { arn: formatArn({ ...place, service: "logs", resource: `log-group:/aws/lambda/${functionName(prefix, of)}:*` }) },
  ],
});
