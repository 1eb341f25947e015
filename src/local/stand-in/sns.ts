import { arnOf } from "./aws-outputs";
import { type IamRequest, keyRequests, requestFor } from "./iam/request";
import type { Identities } from "./identities";
import { isRecord, nameOf, text } from "./inputs";
import { allowsPrincipal, allowsService, parsePolicy, type Statement } from "./policy";
import {
  AwsError,
  type Call,
  type Clock,
  type DeclaredResource,
  type Service,
  type Trace,
  UnknownToStandIn,
} from "./service";
import { seededUuid } from "./uuid";

/** A message that a topic took. */
export interface Notice {
  subject?: string;
  message: string;
  /** ARN of who published it. */
  from: string;
  /** Addresses that got it by mail. */
  to: readonly string[];
}

/** Who listens to a topic: to all, or to messages that have one of these values of an attribute. */
interface Subscription {
  endpoint: string;
  filter: Readonly<Record<string, readonly string[]>>;
}

type Attributes = Readonly<Record<string, string>>;

interface Topic {
  resource: DeclaredResource;
  policy: readonly Statement[] | undefined;
  subscriptions: Subscription[];
  notices: Notice[];
}

/** Longest message, in bytes. */
const LONGEST_MESSAGE = 262_144;

/** Amazon SNS: topics that people listen to. */
export class Sns implements Service {
  private readonly topics = new Map<string, Topic>();

  constructor(
    private readonly clock: Clock,
    private readonly trace: Trace,
    resources: readonly DeclaredResource[],
    identities: Identities,
  ) {
    const of = (type: string) => resources.filter((resource) => resource.type === type);
    for (const resource of of("aws:sns/topic:Topic")) {
      this.topics.set(arnOf(resource), { resource, policy: undefined, subscriptions: [], notices: [] });
    }
    for (const resource of of("aws:sns/topicPolicy:TopicPolicy")) {
      identities.requirePrincipals(resource.inputs.policy, resource);
      this.require(text(resource, "arn"), resource).policy = parsePolicy(resource.inputs.policy, nameOf(resource));
    }
    for (const resource of of("aws:sns/topicSubscription:TopicSubscription")) {
      const topic = this.require(text(resource, "topic"), resource);
      const protocol = text(resource, "protocol");
      if (protocol !== "email") throw new UnknownToStandIn(`${nameOf(resource)}: protocol ${protocol}`);
      topic.subscriptions.push({ endpoint: text(resource, "endpoint"), filter: filterOf(resource) });
    }
  }

  require(arn: string, by: DeclaredResource): Topic {
    const topic = this.topics.get(arn);
    if (topic === undefined) throw new Error(`${nameOf(by)}: topic ${arn} doesn't exist`);
    return topic;
  }

  /** Whether an AWS service that acts for `sourceArn` may publish: a topic without a policy of ours takes its account's only. */
  admitsService(arn: string, service: string, sourceArn: string, sourceAccount?: string): boolean {
    return allowsService(this.topics.get(arn)?.policy ?? [], service, sourceArn, sourceAccount);
  }

  /** What each topic took, by its ARN. */
  notices(): ReadonlyMap<string, readonly Notice[]> {
    return new Map([...this.topics].map(([arn, { notices }]) => [arn, notices]));
  }

  publish(arn: string, notice: Omit<Notice, "to">, attributes: Attributes = {}): void {
    const topic = this.topics.get(arn);
    const listening = topic?.subscriptions.filter(({ filter }) =>
      Object.entries(filter).every(([name, values]) => values.includes(attributes[name] ?? "")),
    );
    topic?.notices.push({ ...notice, to: listening?.map(({ endpoint }) => endpoint) ?? [] });
    this.trace.note(arn, `notice from ${notice.from}: ${notice.subject ?? notice.message.slice(0, 120)}`);
  }

  needs({ operation, input, caller }: Call): IamRequest[] {
    if (operation !== "Publish") throw new UnknownToStandIn(`sns: operation ${operation}`);
    const topic = this.topics.get(String(input.TopicArn));
    if (topic === undefined) return [];
    return [
      requestFor(caller.principal, "sns:Publish", String(input.TopicArn)),
      ...keyRequests(caller, "sns", topic.resource.inputs.kmsMasterKeyId, "GenerateDataKey", "Decrypt"),
    ];
  }

  async call({ operation, input, caller }: Call): Promise<unknown> {
    if (operation !== "Publish") throw new UnknownToStandIn(`sns: operation ${operation}`);
    const { TopicArn, Message, Subject, MessageAttributes, ...unknown } = input;
    if (Object.keys(unknown).length > 0)
      throw new UnknownToStandIn(`sns Publish: field ${Object.keys(unknown).join(", ")}`);
    const topic = typeof TopicArn === "string" ? this.topics.get(TopicArn) : undefined;
    if (topic === undefined || typeof TopicArn !== "string") {
      throw new AwsError("NotFoundException", `Topic ${String(TopicArn)} does not exist`, 404);
    }
    if (caller.account !== topic.resource.account && !allowsPrincipal(topic.policy ?? [], caller.principal)) {
      throw new AwsError("AuthorizationErrorException", `${caller.principal} may not publish to ${TopicArn}`, 403);
    }
    this.publish(TopicArn, { ...checked(Message, Subject), from: caller.principal }, attributesOf(MessageAttributes));
    return { MessageId: seededUuid(this.clock) };
  }
}

/** Values that an attribute may have, by the attributes' names; no other form of a filter policy is known here. */
function filterOf(resource: DeclaredResource): Subscription["filter"] {
  const { filterPolicy } = resource.inputs;
  if (filterPolicy === undefined) return {};
  const filter: unknown = JSON.parse(String(filterPolicy));
  const isList = (value: unknown): value is string[] =>
    Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string");
  const entries = Object.entries(isRecord(filter) ? filter : {});
  const known = entries.filter((entry): entry is [string, string[]] => isList(entry[1]));
  if (known.length === 0 || known.length < entries.length)
    throw new UnknownToStandIn(`${nameOf(resource)}: filterPolicy ${String(filterPolicy)}`);
  return Object.fromEntries(known);
}

/** Texts by name; a value must not be empty (MessageAttributeValue, SNS API reference). */
function attributesOf(attributes: unknown): Attributes {
  const entries = Object.entries(isRecord(attributes) ? attributes : {}).map(([name, value]): [string, string] => {
    const { DataType, StringValue, ...others } = isRecord(value) ? value : {};
    if (
      DataType !== "String" ||
      typeof StringValue !== "string" ||
      StringValue === "" ||
      Object.keys(others).length > 0
    )
      throw new AwsError(
        "InvalidParameterValue",
        `message attribute ${name} must have a DataType String and a StringValue`,
      );
    return [name, StringValue];
  });
  return Object.fromEntries(entries);
}

/** Subject: up to 100 printable ASCII characters that don't begin with a blank (Publish, SNS API reference). */
function checked(message: unknown, subject: unknown): Omit<Notice, "from" | "to"> {
  if (typeof message !== "string" || message === "" || Buffer.byteLength(message) > LONGEST_MESSAGE) {
    throw new AwsError("InvalidParameterException", `Message must be 1 to ${LONGEST_MESSAGE} bytes`);
  }
  if (subject === undefined) return { message };
  if (typeof subject !== "string" || !/^[!-~][ -~]{0,99}$/.test(subject)) {
    throw new AwsError(
      "InvalidParameterException",
      `Subject must be up to 100 printable ASCII characters, found ${String(subject)}`,
    );
  }
  return { message, subject };
}
