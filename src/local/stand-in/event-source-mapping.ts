import type { VirtualClock } from "./clock";
import type { DeployedFunction } from "./deployed-function";
import { keyRequests, type Refusal, requestFor } from "./iam/request";
import { isRecord, listOf, nameOf, number, text } from "./inputs";
import type { Lambda } from "./lambda";
import { type DeclaredResource, type Trace, UnknownToStandIn } from "./service";
import { type Message, md5, type Queue, type Sqs } from "./sqs";

/** What mappings join. */
export interface MappingSurroundings {
  clock: VirtualClock;
  trace: Trace;
  sqs: Sqs;
  lambda: Lambda;
  refusal: Refusal;
}

/** Lambda's reader of one queue: batches, and partial failures where the mapping asks for them. */
export class EventSourceMapping {
  private readonly queue: Queue;
  private readonly reader: DeployedFunction;
  private readonly batchSize: number;
  private readonly partialFailures: boolean;
  /** Invocations at once. */
  private readonly mostAtOnce: number;
  private running = 0;
  /** Whether there may be messages that wait until an invocation ends. */
  private waiting = false;

  constructor(
    private readonly around: MappingSurroundings,
    resource: DeclaredResource,
  ) {
    this.queue = around.sqs.require(text(resource, "eventSourceArn"), resource);
    this.reader = readerOf(resource, around.lambda);
    // Up to 10,000 with a batching window; a queue's readers here take none.
    this.batchSize = number(resource, "batchSize", 10, [1, 10]);
    this.partialFailures = reportsItems(resource);
    this.mostAtOnce = concurrencyOf(resource);
    if (this.queue.visibilitySeconds < this.reader.timeoutSeconds) {
      throw new Error(
        `${nameOf(resource)}: queue ${this.queue.name} hides a message for ${this.queue.visibilitySeconds} s, function ${this.reader.name} may take ${this.reader.timeoutSeconds} s; Lambda wants the first not to be shorter`,
      );
    }
    if (resource.inputs.enabled !== false) around.sqs.readWith(this.queue.arn, () => this.pollSoon());
  }

  private pollSoon(): void {
    const { clock } = this.around;
    clock.limit(20 + clock.random() * 80, () => this.poll());
  }

  private async poll(): Promise<void> {
    if (!(await this.mayDo("ReceiveMessage", "GetQueueAttributes"))) return;
    if (this.running >= this.mostAtOnce) {
      this.waiting = true;
      return;
    }
    const messages = this.around.sqs.receive(this.queue, this.batchSize);
    if (messages.length === 0) return;
    this.running += 1;
    await this.take(messages);
    this.running -= 1;
    if (!this.waiting) return;
    this.waiting = this.queue.messages.some(({ visible }) => visible);
    if (this.waiting) this.pollSoon();
  }

  private async take(messages: readonly Message[]): Promise<void> {
    const failed = await this.failuresOf(messages);
    if (!(await this.mayDo("DeleteMessage"))) return;
    for (const { id, receipt } of messages) {
      if (receipt !== undefined && !failed.has(id)) this.around.sqs.delete(this.queue, receipt);
    }
  }

  /** Whether the function's role, which Lambda reads the queue as, may. */
  private async mayDo(...actions: string[]): Promise<boolean> {
    const { queue, reader, around } = this;
    const { account, region } = queue.resource;
    const caller = { principal: reader.role, account, region };
    const why = await around.refusal([
      ...actions.map((action) => requestFor(reader.role, `sqs:${action}`, queue.arn)),
      ...keyRequests(caller, "sqs", queue.resource.inputs.kmsMasterKeyId, "Decrypt"),
    ]);
    if (why !== undefined) around.trace.note(queue.arn, `function ${reader.name} failed to read its queue: ${why}`);
    return why === undefined;
  }

  /** Ids of the messages that stay in the queue. */
  private async failuresOf(messages: readonly Message[]): Promise<ReadonlySet<string>> {
    const all = new Set(messages.map(({ id }) => id));
    const { lambda, trace } = this.around;
    const Records = messages.map((message) => recordOf(this.queue, message));
    let result: unknown;
    try {
      result = await lambda.invoke(this.reader.arn, { Records });
    } catch {
      trace.note(
        this.queue.arn,
        `function ${this.reader.name} failed; ${all.size} message(s) come again in ${this.queue.visibilitySeconds} s`,
      );
      return all;
    }
    if (!this.partialFailures) return new Set();
    const failed = itemFailures(result, all);
    if (failed.size > 0)
      trace.note(
        this.queue.arn,
        `function ${this.reader.name} reports ${failed.size} of ${all.size} message(s) as failed`,
      );
    return failed;
  }
}

/** A response that isn't as documented makes the whole batch come again ("Reporting batch item failures"). */
function itemFailures(result: unknown, all: ReadonlySet<string>): ReadonlySet<string> {
  if (result === null || (isRecord(result) && Object.keys(result).length === 0)) return new Set();
  const items = isRecord(result) && Array.isArray(result.batchItemFailures) ? result.batchItemFailures : undefined;
  if (items === undefined) return isRecord(result) && result.batchItemFailures == null ? new Set() : all;
  const ids = items.map((item) => (isRecord(item) ? item.itemIdentifier : undefined));
  return ids.every((id): id is string => typeof id === "string" && all.has(id)) ? new Set(ids) : all;
}

/** Lambda's own limit is a thousand and more. */
const UNLIMITED = 1000;

function concurrencyOf(resource: DeclaredResource): number {
  const { scalingConfig } = resource.inputs;
  if (scalingConfig === undefined) return UNLIMITED;
  const most = isRecord(scalingConfig) ? scalingConfig.maximumConcurrency : undefined;
  if (typeof most === "number" && Number.isInteger(most) && most >= 2 && most <= UNLIMITED) return most;
  throw new Error(`${nameOf(resource)}: scalingConfig.maximumConcurrency must be 2 to ${UNLIMITED}`);
}

function readerOf(resource: DeclaredResource, lambda: Lambda): DeployedFunction {
  const name = text(resource, "functionName");
  const { account, region } = resource;
  const found = lambda
    .all()
    .find(
      ({ arn, name: other, resource: at }) =>
        arn === name || (other === name && at.account === account && at.region === region),
    );
  if (found === undefined)
    throw new Error(`${nameOf(resource)}: function ${name} doesn't exist in ${account}, ${region}`);
  return found;
}

function reportsItems(resource: DeclaredResource): boolean {
  const types = listOf(resource.inputs.functionResponseTypes);
  const unknown = types.find((type) => type !== "ReportBatchItemFailures");
  if (unknown !== undefined)
    throw new UnknownToStandIn(`${nameOf(resource)}: functionResponseTypes ${String(unknown)}`);
  return types.length > 0;
}

const recordOf = ({ arn, resource }: Queue, message: Message) => ({
  messageId: message.id,
  receiptHandle: message.receipt,
  body: message.body,
  attributes: {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt.getTime()),
    SenderId: message.sender,
    ApproximateFirstReceiveTimestamp: String(message.sentAt.getTime()),
  },
  messageAttributes: message.attributes,
  md5OfBody: md5(message.body),
  eventSource: "aws:sqs",
  eventSourceARN: arn,
  awsRegion: resource.region,
});
