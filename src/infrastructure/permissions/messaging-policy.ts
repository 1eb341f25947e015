import type * as pulumi from "@pulumi/pulumi";
import { formatArn } from "../../contract/arn";
import type { Place } from "../../contract/names";
import type { StackConfig } from "../stack-config";
import {
  admit,
  type Conditions,
  denyPlainText,
  type Grant,
  type PolicyDocument,
  type Principal,
  policyOf,
  type Statement,
} from "./grant";

/** A service that sends in the name of one resource of ours. */
export interface ServiceSender {
  sid: string;
  service: string;
  /** ARN of the rule or the bucket. */
  source: pulumi.Input<string>;
  account: string;
}

const EVENT_BRIDGE = "events.amazonaws.com";

/** EventBridge, in the name of one of its rules. */
export const ruleSender = (source: ServiceSender["source"], account: string): ServiceSender => ({
  sid: "RuleSends",
  service: EVENT_BRIDGE,
  source,
  account,
});

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
      .filter(({ may, on }) => may.includes("sqs:SendMessage") && on.some((at) => "made" in at && at.made === "queue"))
      .flatMap(({ sid, who, may }) => who.map((principal) => admit(principal, sid, may, [queueArn]))),
  ]);

/**
 * Policy of a queue of requests: the table's own senders, whatever another's policy says. Who sent a message is
 * what the requests rest on.
 */
export const requestsPolicy = (queueArn: pulumi.Input<string>, senders: readonly Principal[]): PolicyDocument =>
  policyOf([
    denyPlainText("sqs:*", [queueArn]),
    {
      Sid: "DenyOtherSenders",
      Effect: "Deny",
      Principal: "*",
      Action: ["sqs:SendMessage"],
      Resource: [queueArn],
      Condition: { ArnNotEquals: { "aws:PrincipalArn": senders.map(({ arn }) => arn) } },
    },
    ...senders.map((sender, at) => admit(sender, `Ask${at + 1}`, ["sqs:SendMessage"], [queueArn])),
  ]);

/** What publishes to a topic by itself. Functions do it by their roles' policies. */
export type Publisher = "alarms" | "rules";

interface PublishingService {
  service: string;
  condition?: (place: Place) => Conditions;
}

/** Who publishes to the topic of each kind of stack, besides functions. */
export const PUBLISHERS_OF: Readonly<Record<StackConfig["role"], readonly Publisher[]>> = {
  governance: ["alarms", "rules"],
  dev: ["alarms"],
};

const PUBLISHERS: Record<Publisher, PublishingService> = {
  alarms: {
    service: "cloudwatch.amazonaws.com",
    condition: (place) => ({
      ArnLike: { "aws:SourceArn": formatArn({ ...place, service: "cloudwatch", resource: "alarm:*" }) },
      StringEquals: { "aws:SourceAccount": place.account },
    }),
  },
  // Without a condition: AWS documents that a topic's policy can't have one for EventBridge, and one that never holds tells nobody.
  rules: { service: EVENT_BRIDGE },
};

/** The service behind a publisher; it uses the topic's key as well. */
export const publishingService = (publisher: Publisher): string => PUBLISHERS[publisher].service;

/** A topic's policy: alarms of its own account and Region, and EventBridge's rules. */
export const topicPolicy = (
  topicArn: pulumi.Input<string>,
  publishers: readonly Publisher[],
  place: Place,
): PolicyDocument =>
  policyOf([
    denyPlainText("sns:Publish", [topicArn]),
    ...publishers.map((publisher): Statement => {
      const { service, condition } = PUBLISHERS[publisher];
      return {
        Sid: `Lets${publisher === "alarms" ? "Alarms" : "Rules"}Publish`,
        Effect: "Allow",
        Principal: { Service: service },
        Action: ["sns:Publish"],
        Resource: [topicArn],
        ...(condition !== undefined && { Condition: condition(place) }),
      };
    }),
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

/** What lets EventBridge call a function on a schedule, as Lambda is asked for it; the rule's ARN is said besides. */
export const SCHEDULE_CALLS = {
  statementId: "ScheduleCalls",
  action: "lambda:InvokeFunction",
  principal: EVENT_BRIDGE,
};

/** A function's policy, as Lambda writes it: the rule of its schedule calls it, where it has one, and nobody else is let in. */
export const functionPolicy = (functionArn: string, scheduleRuleArn?: string): PolicyDocument =>
  policyOf(
    scheduleRuleArn === undefined
      ? []
      : [
          {
            Sid: SCHEDULE_CALLS.statementId,
            Effect: "Allow",
            Principal: { Service: SCHEDULE_CALLS.principal },
            Action: [SCHEDULE_CALLS.action],
            Resource: [functionArn],
            Condition: { ArnLike: { "AWS:SourceArn": scheduleRuleArn } },
          },
        ],
  );
