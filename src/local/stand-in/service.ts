import type { IamRequest, Refusal } from "./iam/request";
import type { ProcessingJob } from "./sagemaker/processing-step";

/** A resource as the Pulumi program declared it, with the account and Region of its provider. */
export interface DeclaredResource {
  /** Stack it belongs to, for messages. */
  stack: string;
  /** Pulumi's type token, for example `aws:s3/bucket:Bucket`. */
  type: string;
  /** Pulumi's logical name. */
  name: string;
  account: string;
  region: string;
  id: string;
  /** Inputs with all outputs of other resources resolved. */
  inputs: Readonly<Record<string, unknown>>;
}

/** Who makes a call: a role's or a user's ARN, and where its process runs. */
export interface Caller {
  account: string;
  region: string;
  /** `arn:aws:iam::<account>:role/<name>`; it exists, or the call is refused. */
  principal: string;
  /** Name of the role's session, which only who sends a message is known by. */
  session?: string;
}

/** One SDK call: the command's class name without `Command`, and its input. */
export interface Call {
  operation: string;
  input: Readonly<Record<string, unknown>>;
  caller: Caller;
}

/** One AWS service. An operation or an input field it doesn't know is an error of the stand-in, never ignored. */
export interface Service {
  /**
   * What IAM is asked before a call; what isn't there, the call itself says.
   * @throws UnknownToStandIn for an operation or a field that it doesn't know
   */
  needs(call: Call): readonly IamRequest[];
  /** @throws AwsError as AWS would, and UnknownToStandIn */
  call(call: Call): Promise<unknown>;
}

/** An error as the SDK raises it: `name` is the service's error code. */
export class AwsError extends Error {
  readonly $metadata: { httpStatusCode: number };

  constructor(
    override readonly name: string,
    message: string,
    httpStatusCode = 400,
  ) {
    super(message);
    this.$metadata = { httpStatusCode };
  }
}

/** The program or a function used something of AWS that the stand-in doesn't know. */
export class UnknownToStandIn extends Error {
  override readonly name = "UnknownToStandIn";
}

/** An event on an account's default bus, as EventBridge delivers it. */
export interface BusEvent {
  version: "0";
  id: string;
  "detail-type": string;
  source: string;
  account: string;
  /** ISO, whole seconds. */
  time: string;
  region: string;
  resources: string[];
  detail: Readonly<Record<string, unknown>>;
}

/** Virtual time. Nothing here takes a real second, and a seed gives the order of what happens at once. */
export interface Clock {
  now(): Date;
  /** A number in [0, 1) of the seeded sequence. */
  random(): number;
  /** Runs `action` that many virtual milliseconds from now; at the same instant, in an order that the seed gives. */
  after(milliseconds: number, action: () => void | Promise<void>): void;
  /** As `after`, for what the action which asks doesn't wait for. Returns a function that calls it off. */
  limit(milliseconds: number, action: () => void | Promise<void>): () => void;
}

/** A value of a metric, in the account and Region where it is kept. */
export interface Observation {
  account: string;
  region: string;
  namespace: string;
  metric: string;
  dimensions: Readonly<Record<string, string>>;
  value: number;
}

/** An AWS service that acts for one of its resources. */
export interface ActingService {
  /** For example `s3.amazonaws.com`. */
  service: string;
  sourceArn: string;
  sourceAccount: string;
}

/** What happened, for people to read when a link is broken; newest last. */
export interface Trace {
  note(subject: string, text: string): void;
}

/** What the services share. */
export interface Surroundings {
  clock: Clock;
  trace: Trace;
  /** Puts an event on the default bus of its account and Region. `id` and `time` are added. */
  publish(event: Omit<BusEvent, "version" | "id" | "time">): void;
  /** Sends a message to a queue or topic, by its ARN; what stands against it, where its policy doesn't let the sender in. */
  tell(target: string, body: string, from: ActingService): string | undefined;
  /** Takes a value of a metric that alarms look at. */
  observe(seen: Observation): void;
  /** Runs a deployed function, as the account's Lambda service does; what it returns or throws. */
  invoke(functionArn: string, payload: unknown): Promise<unknown>;
  /**
   * Runs a Processing job to its end.
   * @param stopped takes its processes away
   * @throws Error with the reason why it failed or couldn't be created
   */
  runJob(job: ProcessingJob, stopped?: AbortSignal): Promise<void>;
  /** Asks IAM about what AWS does in a role's name. */
  refusal: Refusal;
  /** All declared resources of one type token. */
  declared(type: string): readonly DeclaredResource[];
  /**
   * Refuses a policy that names a principal which doesn't exist: a role, an account outside of this world, also one
   * that a condition on `aws:PrincipalArn` names.
   */
  requirePrincipals(policy: unknown, of: DeclaredResource): void;
  /** Whether a resource's policy lets a caller of another account in: principal and conditions; actions aren't looked at. */
  admits(policy: unknown, caller: Caller): boolean;
}
