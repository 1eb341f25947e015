import { createHash } from "node:crypto";
import { arnParts } from "./arns";
import { arnOf, madeOf } from "./aws-outputs";
import type { VirtualClock } from "./clock";
import { type IamRequest, keyRequests, requestFor } from "./iam/request";
import type { Identities } from "./identities";
import { isRecord, jsonText, listOf, nameOf, number, optionalText, text } from "./inputs";
import { allowsPrincipal, allowsService, deniesPrincipal, type Statement, statementsOf } from "./policy";
import { senderOf } from "./role-id";
import { AwsError, type Call, type DeclaredResource, type Service, type Trace, UnknownToStandIn } from "./service";
import { seededUuid } from "./uuid";

/** A message in a queue. */
export interface Message {
  id: string;
  body: string;
  attributes: Readonly<Record<string, unknown>>;
  sentAt: Date;
  /** As `SenderId` says it. */
  sender: string;
  receiveCount: number;
  /** Set while someone works on it. */
  receipt: string | undefined;
  visible: boolean;
}

/** A queue as declared, with its messages. */
export interface Queue {
  resource: DeclaredResource;
  arn: string;
  url: string;
  name: string;
  policy: readonly Statement[];
  visibilitySeconds: number;
  maxBytes: number;
  redrive: { to: string; after: number } | undefined;
  messages: Message[];
}

/** Longest delay of one message, in seconds (SQS quotas). */
const LONGEST_DELAY = 900;

/** Entries of one batch. */
const MOST_ENTRIES = 10;

/** Amazon SQS: standard queues, of all accounts. */
export class Sqs implements Service {
  private readonly queues = new Map<string, Queue>();
  private readonly readers = new Map<string, () => void>();
  /** Told after every change of a queue. */
  changed: (queue: Queue) => void = () => undefined;
  /** Asked of every message that is deleted: milliseconds after which it is seen once more. */
  repeats: (queue: Queue) => number | undefined = () => undefined;

  constructor(
    private readonly clock: VirtualClock,
    private readonly trace: Trace,
    resources: readonly DeclaredResource[],
    identities: Identities,
  ) {
    for (const resource of resources.filter(({ type }) => type === "aws:sqs/queue:Queue")) {
      const queue = queueOf(resource);
      this.queues.set(queue.arn, queue);
    }
    for (const resource of resources.filter(({ type }) => type === "aws:sqs/queuePolicy:QueuePolicy")) {
      identities.requirePrincipals(resource.inputs.policy, resource);
      this.byUrl(text(resource, "queueUrl"), resource).policy = statementsOf(resource.inputs.policy, nameOf(resource));
    }
    for (const { redrive, resource } of this.queues.values()) {
      if (redrive !== undefined) this.require(redrive.to, resource);
    }
  }

  /** All queues, in the order declared. */
  all(): Queue[] {
    return [...this.queues.values()];
  }

  /** @throws Error naming the resource that needs a queue which isn't there */
  require(arn: string, by: DeclaredResource): Queue {
    const queue = this.queues.get(arn);
    if (queue === undefined) throw new Error(`${nameOf(by)}: queue ${arn} doesn't exist`);
    return queue;
  }

  /** Whether an AWS service that acts for `sourceArn` may send to that queue. */
  admitsService(arn: string, service: string, sourceArn: string, sourceAccount?: string): boolean {
    return allowsService(this.queues.get(arn)?.policy ?? [], service, sourceArn, sourceAccount);
  }

  /** Calls `reader` whenever messages can be received. */
  readWith(arn: string, reader: () => void): void {
    this.readers.set(arn, reader);
  }

  /** Puts a message in, visible after a delay in seconds. */
  send(queue: Queue, body: string, sender: string, delay = 0, attributes: Message["attributes"] = {}): Message {
    const message: Message = {
      ...{ id: seededUuid(this.clock), body, attributes, sentAt: this.clock.now(), sender },
      ...{ receiveCount: 0, receipt: undefined, visible: false },
    };
    queue.messages.push(message);
    if (delay === 0) this.show(queue, message);
    else this.clock.limit(delay * 1000, () => this.show(queue, message));
    return message;
  }

  /** Takes up to `most` visible messages out of sight; those received too often go to the dead letters. */
  receive(queue: Queue, most: number): Message[] {
    const received: Message[] = [];
    for (const message of queue.messages.filter(({ visible }) => visible)) {
      if (received.length === most) break;
      if (queue.redrive !== undefined && message.receiveCount >= queue.redrive.after) this.bury(queue, message);
      else received.push(this.hide(queue, message));
    }
    this.changed(queue);
    return received;
  }

  /** Takes a message away for good. */
  delete(queue: Queue, receipt: string): void {
    const deleted = queue.messages.find((message) => message.receipt === receipt);
    const again = deleted && this.repeats(queue);
    if (deleted === undefined || again === undefined) {
      queue.messages = queue.messages.filter((message) => message !== deleted);
    } else {
      this.trace.note(queue.arn, `message ${deleted.id} comes once more after ${Math.round(again / 1000)} s`);
      deleted.receipt = undefined;
      this.clock.limit(again, () => this.show(queue, deleted));
    }
    this.changed(queue);
  }

  needs({ operation, input, caller }: Call): IamRequest[] {
    if (!/^SendMessage(Batch)?$/.test(operation)) throw new UnknownToStandIn(`sqs: operation ${operation}`);
    const queue = this.all().find(({ url }) => url === input.QueueUrl);
    if (queue === undefined) return [];
    const { arn, resource } = queue;
    return [
      requestFor(caller.principal, "sqs:SendMessage", arn),
      ...keyRequests(caller, "sqs", resource.inputs.kmsMasterKeyId, "GenerateDataKey", "Decrypt"),
    ];
  }

  async call({ operation, input, caller }: Call): Promise<unknown> {
    switch (operation) {
      case "SendMessage":
        return this.take(input, caller, this.admitting(input.QueueUrl, caller));
      case "SendMessageBatch":
        return this.takeEach(input, caller, this.admitting(input.QueueUrl, caller));
      default:
        throw new UnknownToStandIn(`sqs: operation ${operation}`);
    }
  }

  /** That queue, if the caller may send to it. */
  private admitting(url: unknown, caller: Call["caller"]): Queue {
    const queue = this.all().find((candidate) => candidate.url === url);
    if (queue === undefined) throw new AwsError("QueueDoesNotExist", `The queue ${String(url)} does not exist.`);
    const { principal, account } = caller;
    const refused = (why: string) =>
      new AwsError("AccessDenied", `${principal} may not send to ${queue.arn}: ${why}`, 403);
    if (deniesPrincipal(queue.policy, principal, "sqs:SendMessage")) throw refused("its policy denies it");
    if (account === queue.resource.account || allowsPrincipal(queue.policy, principal)) return queue;
    throw refused("no queue policy allows it");
  }

  private take(input: Call["input"], caller: Call["caller"], queue: Queue) {
    const { QueueUrl: _, MessageBody, DelaySeconds = 0, MessageAttributes = {}, ...unknown } = input;
    requireNothingElse("SendMessage", unknown);
    const body = requireBody(MessageBody, queue);
    const delay = requireDelay(DelaySeconds);
    const attributes = isRecord(MessageAttributes) ? MessageAttributes : {};
    const message = this.send(queue, body, senderOf(caller.principal, caller.session), delay, attributes);
    this.trace.note(queue.arn, `message ${message.id} from ${caller.principal}, visible in ${delay} s`);
    return { MessageId: message.id, MD5OfMessageBody: md5(body) };
  }

  private takeEach({ QueueUrl: _, Entries, ...unknown }: Call["input"], caller: Call["caller"], queue: Queue) {
    requireNothingElse("SendMessageBatch", unknown);
    const entries = listOf(Entries).filter(isRecord);
    if (entries.length === 0) throw new AwsError("EmptyBatchRequest", "There must be at least one entry");
    if (entries.length > MOST_ENTRIES) {
      throw new AwsError("TooManyEntriesInBatchRequest", `At most ${MOST_ENTRIES} entries, not ${entries.length}`);
    }
    if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
      throw new AwsError("BatchEntryIdsNotDistinct", "Two entries have the same Id");
    }
    return { Successful: entries.map(({ Id, ...message }) => ({ Id, ...this.take(message, caller, queue) })) };
  }

  private byUrl(url: string, by: DeclaredResource): Queue {
    const queue = this.all().find((candidate) => candidate.url === url);
    if (queue === undefined) throw new Error(`${nameOf(by)}: queue ${url} doesn't exist`);
    return queue;
  }

  private show(queue: Queue, message: Message): void {
    if (!queue.messages.includes(message)) return;
    message.visible = true;
    message.receipt = undefined;
    this.changed(queue);
    this.readers.get(queue.arn)?.();
  }

  private hide(queue: Queue, message: Message): Message {
    message.visible = false;
    message.receiveCount += 1;
    message.receipt = seededUuid(this.clock);
    const { receipt } = message;
    this.clock.limit(queue.visibilitySeconds * 1000, () => {
      if (message.receipt === receipt) this.show(queue, message);
    });
    return { ...message };
  }

  private bury(queue: Queue, message: Message): void {
    queue.messages = queue.messages.filter((other) => other !== message);
    const to = this.queues.get(queue.redrive?.to ?? "");
    if (to === undefined) return;
    this.trace.note(
      queue.arn,
      `message ${message.id} received ${message.receiveCount} times, now a dead letter in ${to.name}`,
    );
    this.send(to, message.body, message.sender, 0, message.attributes);
  }
}

/** MD5 of a text as SQS states it, lower-case hex. */
export const md5 = (body: string): string => createHash("md5").update(body).digest("hex");

function queueOf(resource: DeclaredResource): Queue {
  const name = text(resource, "name");
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(name)) {
    throw new Error(`${nameOf(resource)}: name ${name}: 1 to 80 letters, digits, - and _`);
  }
  const arn = arnOf(resource);
  return {
    ...{ resource, arn, name, url: madeOf(resource).id, policy: [], messages: [] },
    visibilitySeconds: number(resource, "visibilityTimeoutSeconds", 30, [0, 43_200]),
    maxBytes: number(resource, "maxMessageSize", 262_144, [1024, 1_048_576]),
    redrive: redriveOf(resource),
  };
}

function redriveOf(resource: DeclaredResource): Queue["redrive"] {
  if (optionalText(resource, "redrivePolicy") === undefined) return undefined;
  const policy = jsonText(resource, "redrivePolicy");
  const { deadLetterTargetArn: to, maxReceiveCount: after, ...unknown } = isRecord(policy) ? policy : {};
  requireNothingElse(nameOf(resource), unknown);
  if (typeof to !== "string" || arnParts(to)?.region !== resource.region) {
    throw new Error(
      `${nameOf(resource)}: redrivePolicy.deadLetterTargetArn must be a queue of the same Region, found ${String(to)}`,
    );
  }
  if (typeof after !== "number" || after < 1 || after > 1000) {
    throw new Error(`${nameOf(resource)}: redrivePolicy.maxReceiveCount must be 1 to 1000, found ${String(after)}`);
  }
  return { to, after };
}

function requireNothingElse(where: string, unknown: Readonly<Record<string, unknown>>): void {
  const names = Object.keys(unknown);
  if (names.length > 0) throw new UnknownToStandIn(`${where}: field ${names.join(", ")}`);
}

function requireBody(body: unknown, { maxBytes, arn }: Queue): string {
  if (typeof body !== "string" || body === "") throw new AwsError("MissingParameter", "MessageBody is required");
  if (Buffer.byteLength(body) > maxBytes) {
    throw new AwsError("InvalidParameterValue", `a message of ${arn} must be shorter than ${maxBytes} bytes`);
  }
  return body;
}

function requireDelay(delay: unknown): number {
  if (typeof delay === "number" && Number.isInteger(delay) && delay >= 0 && delay <= LONGEST_DELAY) return delay;
  throw new AwsError(
    "InvalidParameterValue",
    `DelaySeconds must be a whole number from 0 to ${LONGEST_DELAY}, found ${String(delay)}`,
  );
}
