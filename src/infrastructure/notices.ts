import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import { OWNED_GROUP } from "../contract/names";
import { EncryptionKey } from "./encryption-key";
import type { Grant } from "./permissions/grant";
import { keyPolicy } from "./permissions/key-policy";
import { PUBLISHERS_OF, publishingService, topicPolicy } from "./permissions/messaging-policy";
import { placeOf, type StackConfig } from "./stack-config";

/** Groups by the address of their owner, but of owners who get all notices: a topic has one subscription an address. */
function ownersOf(config: StackConfig): Map<string, string[]> {
  const owners = new Map<string, string[]>();
  for (const { name, owner } of config.role === "governance" ? config.groups : []) {
    if (owner === undefined || config.notifyEmails.includes(owner)) continue;
    owners.set(owner, [...(owners.get(owner) ?? []), name]);
  }
  return owners;
}

export interface NoticesArgs {
  config: StackConfig;
  /** Who does what in this account. */
  table: readonly Grant[];
}

/** The topic that alarms and notices go to, and the people who get them. */
export class Notices extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;

  constructor(name: string, { config, table }: NoticesArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:Notices", name, {}, options);
    const publishers = PUBLISHERS_OF[config.role];
    const key = new EncryptionKey(
      name,
      {
        description: "Alarms and notices of model governance",
        alias: `${config.prefix}-notices-${config.role}`,
        policy: keyPolicy(table, "notice-key", placeOf(config), publishers.map(publishingService)),
        protect: false,
        existing: config.noticeKeyArn,
      },
      { parent: this },
    );
    const topic = new sns.Topic(name, { kmsMasterKeyId: key.arn }, { parent: this });
    new sns.TopicPolicy(
      name,
      { arn: topic.arn, policy: pulumi.jsonStringify(topicPolicy(topic.arn, publishers, placeOf(config))) },
      { parent: this },
    );
    for (const endpoint of config.notifyEmails) {
      new sns.TopicSubscription(
        `${name}-${endpoint}`,
        { topic: topic.arn, protocol: "email", endpoint },
        { parent: this },
      );
    }
    for (const [endpoint, groups] of ownersOf(config)) {
      new sns.TopicSubscription(
        `${name}-${endpoint}`,
        { topic: topic.arn, protocol: "email", endpoint, filterPolicy: JSON.stringify({ [OWNED_GROUP]: groups }) },
        { parent: this },
      );
    }
    this.topicArn = topic.arn;
    this.keyArn = key.arn;
    this.registerOutputs({ topicArn: this.topicArn, keyArn: this.keyArn });
  }
}
