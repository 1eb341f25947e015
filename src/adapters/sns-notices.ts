import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import { OWNED_GROUP } from "../contract/names";
import type { Notices } from "../core/ports";
import { shorten, singleLine } from "../core/verdict";

/** Longest subject of an e-mail that SNS takes. */
const SUBJECT_LIMIT = 100;

/** The topic that people listen to. */
export function snsNotices(sns: SNSClient, topicArn: string): Notices {
  return {
    async tell(subject, text, group) {
      const ascii = singleLine(subject).replace(/[^ -~]/g, "?");
      await sns.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: shorten(ascii, SUBJECT_LIMIT).replace("…", "~"),
          Message: text,
          ...(group !== undefined && {
            MessageAttributes: { [OWNED_GROUP]: { DataType: "String", StringValue: group } },
          }),
        }),
      );
    },
  };
}
