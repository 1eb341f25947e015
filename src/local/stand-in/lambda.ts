import { wildcardMatches } from "./arns";
import { invokeFromQueue, throttled } from "./async-invocation";
import type { VirtualClock } from "./clock";
import {
  type DeployedFunction,
  deployedFunction,
  type Images,
  invokedArn,
  publishedVersion,
} from "./deployed-function";
import { ProcessDied } from "./faults";
import { type Handler, startProcess } from "./function-process";
import { logRequests } from "./iam/containers";
import { ownArn, type Refusal } from "./iam/request";
import type { Identities } from "./identities";
import { nameOf, text } from "./inputs";
import { keptFiles } from "./process-files";
import type { Send } from "./sdk-modules";
import { AwsError, type DeclaredResource, type Trace, UnknownToStandIn } from "./service";
import { seededUuid } from "./uuid";

/** A line that a function or a job wrote. */
export interface LogLine {
  at: Date;
  /** ARN of the function or the job. */
  function: string;
  text: string;
}

/** One execution environment of a function: one invocation at a time. */
interface Instance {
  handler: Handler;
  alive: boolean;
  /** Ends the invocation that is under way, and the process with it. */
  end(error: AwsError): void;
}

const NEVER = new Promise<never>(() => undefined);

/** What functions' processes need of the world around them. */
export interface FunctionSurroundings {
  clock: VirtualClock;
  trace: Trace;
  identities: Identities;
  images: Images;
  refusal: Refusal;
  /** Sends a call of that function's. */
  sendAs(deployed: DeployedFunction): Send;
  /** Told of every invocation that has ended. */
  ended(deployed: DeployedFunction, well: boolean): void;
}

/** AWS Lambda: deployed functions, run in this process. */
export class Lambda {
  readonly logs: LogLine[] = [];
  /** When each function was last begun, by its ARN. */
  readonly begun = new Map<string, Date>();
  private readonly functions = new Map<string, DeployedFunction>();
  /** Published versions, by the ARN that names one. */
  private readonly versions = new Map<string, DeployedFunction>();
  private readonly running = new Map<string, number>();
  private readonly idle = new Map<string, Instance[]>();
  private readonly permissions: DeclaredResource[];

  constructor(
    private readonly around: FunctionSurroundings,
    resources: readonly DeclaredResource[],
  ) {
    for (const resource of resources.filter(({ type }) => type === "aws:lambda/function:Function")) {
      const deployed = deployedFunction(resource, around.images);
      around.identities.requireRole(deployed.role, "lambda.amazonaws.com", nameOf(resource), deployed.arn);
      this.functions.set(deployed.arn, deployed);
      const published = publishedVersion(deployed);
      if (published !== undefined) this.versions.set(invokedArn(published), published);
    }
    this.permissions = resources.filter(({ type }) => type === "aws:lambda/permission:Permission");
    for (const permission of this.permissions) this.byName(permission);
  }

  all(): DeployedFunction[] {
    return [...this.functions.values()];
  }

  /** What an ARN invokes: the newest code, or a published version. */
  find(arn: string): DeployedFunction | undefined {
    return this.functions.get(arn) ?? this.versions.get(arn);
  }

  require(arn: string, by: DeclaredResource): DeployedFunction {
    const found = this.functions.get(arn);
    if (found === undefined) throw new Error(`${nameOf(by)}: function ${arn} doesn't exist`);
    return found;
  }

  /** Whether a permission lets an AWS service invoke a function on behalf of `sourceArn`. */
  admitsService(arn: string, service: string, sourceArn: string): boolean {
    return this.permissions.some((permission) => {
      const { principal, sourceArn: from } = permission.inputs;
      const given = typeof from === "string" ? wildcardMatches(from, sourceArn) : from === undefined;
      return this.byName(permission).arn === arn && principal === service && given;
    });
  }

  /** Puts the invocation into Lambda's own queue, which tries again what fails; in the end its failure is noted only. */
  invokeLater(arn: string, payload: unknown): void {
    invokeFromQueue(this.around.clock, () => this.invoke(arn, payload));
  }

  /**
   * Invokes what the ARN names and waits, in virtual time.
   * @throws what the function throws, that it ran out of its time, or that as many run as are reserved
   */
  async invoke(invoked: string, payload: unknown): Promise<unknown> {
    const deployed = this.find(invoked);
    if (deployed === undefined) throw new AwsError("ResourceNotFoundException", `Function not found: ${invoked}`, 404);
    const { arn } = deployed;
    await this.around.clock.sleep(5 + this.around.clock.random() * 20);
    const running = this.running.get(arn) ?? 0;
    if (running >= (deployed.reservedConcurrency ?? Number.POSITIVE_INFINITY)) throw throttled();
    this.running.set(arn, running + 1);
    this.begun.set(arn, this.around.clock.now());
    try {
      const instance = this.idle.get(invoked)?.pop() ?? this.start(deployed, await this.logOf(deployed));
      const result = await this.handle(deployed, instance, JSON.parse(JSON.stringify(payload)));
      this.around.ended(deployed, true);
      return result;
    } catch (error) {
      const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      this.around.trace.note(arn, `function ${deployed.name} failed: ${message}`);
      this.around.ended(deployed, false);
      throw error;
    } finally {
      this.running.set(arn, (this.running.get(arn) ?? 1) - 1);
    }
  }

  private async handle(deployed: DeployedFunction, instance: Instance, payload: unknown): Promise<unknown> {
    const ended = Promise.resolve().then(() => instance.handler(payload, this.contextOf(deployed)));
    const result = await this.within(deployed, instance, ended);
    const of = invokedArn(deployed);
    this.idle.set(of, [...(this.idle.get(of) ?? []), instance]);
    return result === undefined ? null : JSON.parse(JSON.stringify(result));
  }

  private async within(deployed: DeployedFunction, instance: Instance, ended: Promise<unknown>): Promise<unknown> {
    const { timeoutSeconds } = deployed;
    const gone = new Promise<never>((_, reject) => {
      instance.end = (error) => {
        instance.alive = false;
        reject(error);
      };
    });
    const cancel = this.around.clock.limit(timeoutSeconds * 1000, () =>
      instance.end(new AwsError("Sandbox.Timedout", `Task timed out after ${timeoutSeconds}.00 seconds`)),
    );
    try {
      return await Promise.race([ended, gone]);
    } finally {
      cancel();
    }
  }

  /** A process that is gone gets no answer any more. */
  private async sendFrom(instance: Instance, answer: () => Promise<unknown>): Promise<unknown> {
    if (!instance.alive) return NEVER;
    try {
      const answered = await answer();
      return instance.alive ? answered : NEVER;
    } catch (error) {
      if (error instanceof ProcessDied) {
        instance.end(new AwsError("Runtime.ExitError", "Runtime exited with error: signal: killed"));
      }
      if (!instance.alive) return NEVER;
      throw error;
    }
  }

  /** Where a new process writes; nowhere, where the function's role may not. */
  private async logOf({ role, name, arn, resource: { account, region } }: DeployedFunction): Promise<LogLine[]> {
    const group = ownArn({ principal: role, account, region }, "logs", `log-group:/aws/lambda/${name}`);
    const why = await this.around.refusal(logRequests(role, group, "stream"));
    if (why === undefined) return this.logs;
    this.around.trace.note(arn, `function ${name} failed to write its log: ${why}`);
    return [];
  }

  private start(deployed: DeployedFunction, logs: LogLine[]): Instance {
    const root = keptFiles(deployed.files, "function-");
    const instance: Instance = { alive: true, handler: () => undefined, end: () => undefined };
    const send = this.around.sendAs(deployed);
    instance.handler = startProcess({
      root,
      source: deployed.files.get(`${deployed.handler.split(".")[0]}.js`) ?? "",
      handler: deployed.handler,
      environment: { ...deployed.environment, LAMBDA_TASK_ROOT: root },
      clock: this.around.clock,
      send: (...call) => this.sendFrom(instance, () => send(...call)),
      log: (line) => logs.push({ at: this.around.clock.now(), function: deployed.arn, text: line }),
    });
    return instance;
  }

  private contextOf(deployed: DeployedFunction): Readonly<Record<string, unknown>> {
    const { clock } = this.around;
    const { name, version, resource, timeoutSeconds } = deployed;
    const end = clock.now().getTime() + timeoutSeconds * 1000;
    return {
      ...{ functionName: name, functionVersion: version, invokedFunctionArn: invokedArn(deployed) },
      awsRequestId: seededUuid(clock),
      ...{
        memoryLimitInMB: String(resource.inputs.memorySize ?? 128),
        logGroupName: `/aws/lambda/${name}`,
        logStreamName: "local",
      },
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => end - clock.now().getTime(),
    };
  }

  private byName(permission: DeclaredResource): DeployedFunction {
    const name = text(permission, "function");
    const found = this.all().find(
      ({ arn, name: other, resource: { account, region } }) =>
        arn === name || (other === name && account === permission.account && region === permission.region),
    );
    if (found === undefined) throw new Error(`${nameOf(permission)}: function ${name} doesn't exist`);
    if (text(permission, "action") !== "lambda:InvokeFunction")
      throw new UnknownToStandIn(`${nameOf(permission)}: action`);
    return found;
  }
}
