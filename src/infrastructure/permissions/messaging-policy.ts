import type * as pulumi from "@pulumi/pulumi";
import { formatArn } from "../../contract/arn";
import type { Place } from "../../contract/names";
import { admit, denyPlainText, type Grant, type PolicyDocument, policyOf, type Statement } from "./grant";

/** A service that sends in the name of one resource of ours. */
export interface ServiceSender {
  sid: string;
  service: string;
  /** ARN of the rule or the bucket. */
  source: pulumi.Input<string>;
  account: string;
}

/** A queue's policy: services in the name of one resource each, and whom the table lets send. */
export const queuePolicy = (
  queueArn: pulumi.Input<string>,
  senders: readonly ServiceSender[],
  table: readonly Grant[] = [],
): PolicyDocument =>
  policyOf([
    denyPlainText("sqs:*", [queueArn]),
    ...senders.map((sender) => serviceSends(sender, "sqs:SendMessage", queueArn)),
    ...table
      .filter(({ may }) => may.includes("sqs:SendMessage"))
      .flatMap(({ sid, who, may }) => who.map((principal) => admit(principal, sid, may, [queueArn]))),
  ]);

/** What publishes to a topic by itself. Functions do it by their roles' policies. */
export type Publisher = "alarms" | "rules";

const PUBLISHERS: Record<Publisher, { service: string; source: (place: Place) => string }> = {
  alarms: {
    service: "cloudwatch.amazonaws.com",
    source: (place) => formatArn({ ...place, service: "cloudwatch", resource: "alarm:*" }),
  },
  rules: {
    service: "events.amazonaws.com",
    source: (place) => formatArn({ ...place, service: "events", resource: "rule/*" }),
  },
};

/** The service behind a publisher; it uses the topic's key as well. */
export const publishingService = (publisher: Publisher): string => PUBLISHERS[publisher].service;

/** A topic's policy: alarms or rules of its own account and Region. */
export const topicPolicy = (
  topicArn: pulumi.Input<string>,
  publishers: readonly Publisher[],
  place: Place,
): PolicyDocument =>
  policyOf([
    denyPlainText("sns:Publish", [topicArn]),
    ...publishers.map(
      (publisher): Statement => ({
        Sid: `Lets${publisher === "alarms" ? "Alarms" : "Rules"}Publish`,
        Effect: "Allow",
        Principal: { Service: PUBLISHERS[publisher].service },
        Action: ["sns:Publish"],
        Resource: [topicArn],
        Condition: {
          ArnLike: { "aws:SourceArn": PUBLISHERS[publisher].source(place) },
          StringEquals: { "aws:SourceAccount": place.account },
        },
      }),
    ),
  ]);

const serviceSends = (
  { sid, service, source, account }: ServiceSender,
  action: string,
  target: pulumi.Input<string>,
): Statement => ({
  Sid: sid,
  Effect: "Allow",
  Principal: { Service: service },
  Action: [action],
  Resource: [target],
  Condition: { ArnEquals: { "aws:SourceArn": source }, StringEquals: { "aws:SourceAccount": account } },
});
