import { arnParts } from "./arns";
import { VirtualClock } from "./clock";
import { type Alarm, CloudWatch } from "./cloud-watch";
import { Comprehend } from "./comprehend";
import type { DeployedFunction, Images } from "./deployed-function";
import { EventBridge } from "./event-bridge";
import { EventSourceMapping } from "./event-source-mapping";
import { type CallHooks, Gateway } from "./gateway";
import { type Authorise, refusals } from "./iam/request";
import { Identities } from "./identities";
import { isRecord } from "./inputs";
import { Kms } from "./kms";
import { Lambda, type LogLine } from "./lambda";
import { LambdaService } from "./lambda-service";
import { ProcessingJobs } from "./processing-jobs";
import { requireReferences } from "./references";
import type { Serving } from "./sagemaker/endpoints";
import type { Send } from "./sdk-modules";
import {
  type ActingService,
  type BusEvent,
  type Call,
  type DeclaredResource,
  type Service,
  type Surroundings,
  UnknownToStandIn,
} from "./service";
import { type Notice, Sns } from "./sns";
import { Sqs } from "./sqs";
import { type Note, Notes } from "./trace";

export interface WorldOptions extends CallHooks {
  /** The same seed gives the same run. */
  seed: number;
  /** When the run begins, in virtual time. */
  start: Date;
  /** Container images that exist, by URI. */
  images: Images;
  /** What runs in models' containers, by the image's URI. */
  models?: Serving["models"];
  /** Whether a process may wait for a file or another thread, as those of language models and jobs do; else runs are quicker. */
  waits?: boolean;
  /** ARNs of roles that were there before the program. */
  existingRoles: readonly string[];
  /** IAM's decision on every call, and on what AWS does in a role's name; without it, all that is let in is allowed. */
  authorise?: Authorise | undefined;
  /** After how many milliseconds each an event reaches the bus; none loses it. At once, and once, where nothing is said. */
  deliveries?(event: BusEvent): readonly number[];
  /** After how many milliseconds a message that was deleted comes once more, as a standard queue may do. */
  repeats?(queueArn: string): number | undefined;
  /** Told what happens as it happens. */
  listener?(note: Note): void;
}

/** Makes the services that hold evidence and versions. */
export interface Makers<S3 extends Service, SageMaker extends SageMakerService> {
  s3(around: Surroundings): S3;
  sageMaker(around: Surroundings, serving: Serving): SageMaker;
}

type SageMakerService = Service & { runtime?: Service };

/** Accounts as the declared resources make them, running in virtual time. */
export interface World<S3 extends Service, SageMaker extends SageMakerService> {
  clock: VirtualClock;
  s3: S3;
  sageMaker: SageMaker;
  alarms: readonly Alarm[];
  notes: readonly Note[];
  logs: readonly LogLine[];
  /** An SDK call of a role, which takes no time: operation is the command's name without `Command`. */
  call(
    principal: string,
    region: string,
    service: string,
    operation: string,
    input: Readonly<Record<string, unknown>>,
    session?: string,
  ): Promise<unknown>;
  /** Delivers an event again, or one that is made up. */
  deliver(event: BusEvent): void;
  /** Goes on until nothing more would happen, or until that instant. */
  run(until?: Date): Promise<void>;
  /** Virtual milliseconds in which every schedule begins what it begins; `run` to the end doesn't wait for schedules. */
  schedulesWithin: number;
  /** When each function was last begun, by its ARN. */
  begun(): ReadonlyMap<string, Date>;
  /** A signing key's SubjectPublicKeyInfo in DER, by the key's ARN; undefined where there is no such key. */
  publicKey(keyArn: string): Uint8Array | undefined;
  /** Messages in each queue, by its ARN, seen or not. */
  depths(): ReadonlyMap<string, number>;
  /** What each topic took, by its ARN. */
  notices(): ReadonlyMap<string, readonly Notice[]>;
}

/**
 * Wires declared resources into the services they configure.
 * @throws Error or UnknownToStandIn where one refers to what isn't there, or holds what the stand-in doesn't know
 */
export function assembleWorld<S3 extends Service, SageMaker extends SageMakerService>(
  resources: readonly DeclaredResource[],
  options: WorldOptions,
  make: Makers<S3, SageMaker>,
): World<S3, SageMaker> {
  const identities = new Identities(resources, options.existingRoles);
  requireReferences(resources, identities);
  const clock = new VirtualClock(options.seed, options.start, options.waits);
  const trace = new Notes(clock, options.listener?.bind(options));
  const refusal = refusals(clock, options.authorise);
  const sqs = new Sqs(clock, trace, resources, identities);
  const sns = new Sns(clock, trace, resources, identities);
  const watch = new CloudWatch(clock, trace, resources, sns);
  const sendAs = ({ role, name, resource: { account, region } }: DeployedFunction): Send =>
    sender({ role, account, region, session: name }, () => gateway);
  const ended = ({ name, resource: { account, region } }: DeployedFunction, well: boolean) => {
    const of = { account, region, namespace: "AWS/Lambda", dimensions: { FunctionName: name }, value: 1 };
    watch.observe({ ...of, metric: "Invocations" });
    if (!well) watch.observe({ ...of, metric: "Errors" });
  };
  const lambda = new Lambda({ clock, trace, identities, images: options.images, refusal, sendAs, ended }, resources);
  const kms = new Kms(resources);
  const jobs = new ProcessingJobs({
    ...{ clock, trace, identities, images: options.images, logs: lambda.logs, refusal },
    sendAs: (job) => sender(job, () => gateway),
  });
  const bus = new EventBridge(clock, trace, resources, { sqs, sns, lambda }, options.deliveries?.bind(options));
  const around: Surroundings = {
    clock,
    trace,
    publish: (event) => bus.publish(event),
    tell: (target, body, from) => tell(target, body, from, { sqs, sns }),
    observe: (seen) => watch.observe(seen),
    invoke: (arn, payload) => lambda.invoke(arn, payload),
    runJob: (job, stopped) => jobs.run(job, stopped),
    refusal,
    declared: (type) => resources.filter((resource) => resource.type === type),
    requirePrincipals: (policy, of) => identities.requirePrincipals(policy, of),
    admits: (policy, caller) => identities.admits(policy, caller),
  };
  const s3 = make.s3(around);
  const sageMaker = make.sageMaker(around, {
    models: options.models ?? new Map(),
    fetch: (role, caller, uri) => {
      const model = `arn:aws:sagemaker:${caller.region}:${caller.account}:model/of-${uri}`;
      identities.requireRole(role, "sagemaker.amazonaws.com", uri, model);
      return textOf(uri, (input) =>
        gateway.call("s3", { operation: "GetObject", input, caller: { ...caller, principal: role } }),
      );
    },
  });
  const none: Service = {
    needs: () => [],
    call: (call) => Promise.reject(new UnknownToStandIn(`SageMaker Runtime ${call.operation}`)),
  };
  const services = {
    s3,
    sagemaker: sageMaker,
    "sagemaker-runtime": sageMaker.runtime ?? none,
    comprehend: new Comprehend(),
    sqs,
    sns,
    kms,
    lambda: new LambdaService(lambda),
  };
  const gateway = new Gateway(clock, trace, identities, services, options.authorise && refusal, options);
  for (const mapping of around.declared("aws:lambda/eventSourceMapping:EventSourceMapping")) {
    new EventSourceMapping({ clock, trace, sqs, lambda, refusal }, mapping);
  }
  sqs.repeats = (queue) => options.repeats?.(queue.arn);
  sqs.changed = ({ resource: { account, region }, name, messages }) => {
    const value = messages.filter(({ visible }) => visible).length;
    const metric = "ApproximateNumberOfMessagesVisible";
    watch.observe({ account, region, namespace: "AWS/SQS", metric, dimensions: { QueueName: name }, value });
  };
  return {
    ...{ clock, s3, sageMaker, alarms: watch.alarms, notes: trace.all, logs: lambda.logs },
    call: (principal, region, service, operation, input, session) =>
      gateway.call(service, {
        operation,
        input,
        caller: { account: arnParts(principal)?.account ?? "", region, principal, ...(session && { session }) },
      }),
    deliver: (event) => bus.deliver(event),
    run: (until) => clock.run(until),
    schedulesWithin: bus.longestInterval * 60_000,
    begun: () => lambda.begun,
    publicKey: (keyArn) => kms.publicKey(keyArn),
    depths: () => new Map(sqs.all().map(({ arn, messages }) => [arn, messages.length])),
    notices: () => sns.notices(),
  };
}

function tell(target: string, body: string, from: ActingService, to: { sqs: Sqs; sns: Sns }): string | undefined {
  const { service, sourceArn, sourceAccount } = from;
  const queue = to.sqs.all().find(({ arn }) => arn === target);
  const letIn = (queue === undefined ? to.sns : to.sqs).admitsService(target, service, sourceArn, sourceAccount);
  if (!letIn) return `${target} has no policy that lets ${service} in for ${sourceArn}`;
  if (queue === undefined) to.sns.publish(target, { message: body, from: sourceArn });
  else to.sqs.send(queue, body, service);
  return undefined;
}

/** An object's text, as whoever gets it may read it. */
async function textOf(uri: string, getObject: (input: Call["input"]) => Promise<unknown>): Promise<string> {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  const answer = await getObject({ Bucket, Key });
  const body = isRecord(answer) ? answer.Body : undefined;
  if (isRecord(body) && typeof body.transformToString === "function") return body.transformToString();
  throw new Error(`${uri}: the answer has no text`);
}

const sender =
  (
    { role, account, region, session }: { role: string; account: string; region: string; session?: string },
    gateway: () => Gateway,
  ): Send =>
  (service, operation, input, asked) => {
    const caller = { account, region: asked ?? region, principal: role, ...(session && { session }) };
    return gateway().send(service, { operation, input, caller });
  };
