import type { VirtualClock } from "./clock";
import { type Fault, isTransient, ProcessDied, thrownBy } from "./faults";
import type { Refusal } from "./iam/request";
import type { Identities } from "./identities";
import { AwsError, type Call, type Service, type Trace, UnknownToStandIn } from "./service";

/** One try of a function's call; the SDK makes up to three. */
export interface Attempt {
  service: string;
  call: Call;
  /** From 1. */
  number: number;
}

/** What may be done around calls. */
export interface CallHooks {
  /** What goes wrong with a function's call. */
  fault?(attempt: Attempt): Fault | undefined;
  /** Told of every call just before it has its effect, of people's calls too. */
  beforeEffect?(service: string, call: Call): void;
  /** Told of every call of a function that was answered. */
  afterCall?(service: string, call: Call, answer: unknown): void;
}

/** Tries that the SDK makes of a call in its standard mode, and how long it waits between: up to so many milliseconds, doubled each time. */
const MOST_ATTEMPTS = 3;
const FIRST_PAUSE = 500;

/** Error code and status of a refusal, where a service has its own. */
const REFUSED: Readonly<Record<string, readonly [string, number]>> = {
  s3: ["AccessDenied", 403],
  sqs: ["AccessDenied", 403],
  sns: ["AuthorizationErrorException", 403],
};

/** Where every SDK call enters: it takes a moment, the caller must exist and be allowed, and what is unknown ends the run. */
export class Gateway {
  constructor(
    private readonly clock: VirtualClock,
    private readonly trace: Trace,
    private readonly identities: Identities,
    private readonly services: Readonly<Record<string, Service>>,
    /** Nobody is asked where it is left out. */
    private readonly refusal: Refusal | undefined,
    private readonly hooks: CallHooks,
  ) {}

  /** A call of a deployed function, repeated as the SDK does where that may help. */
  async send(service: string, call: Call): Promise<unknown> {
    for (let number = 1; ; number += 1) {
      await this.clock.sleep(2 + this.clock.random() * 30);
      try {
        return await this.attempt({ service, call, number });
      } catch (error) {
        if (number === MOST_ATTEMPTS || !isTransient(error)) throw error;
        await this.clock.sleep(this.clock.random() * FIRST_PAUSE * 2 ** number);
      }
    }
  }

  private async attempt(attempt: Attempt): Promise<unknown> {
    const { service, call } = attempt;
    const fault = this.hooks.fault?.(attempt);
    if (fault === undefined) {
      const answer = await this.call(service, call);
      this.hooks.afterCall?.(service, call, answer);
      return answer;
    }
    this.trace.note(
      call.caller.principal,
      `${service} ${call.operation}: ${fault.kind} ${fault.moment} its effect, attempt ${attempt.number}`,
    );
    // Whatever the call comes to: its answer doesn't arrive.
    if (fault.moment === "after") await this.call(service, call).catch(() => undefined);
    if (fault.kind === "hang") return new Promise(() => undefined);
    throw fault.kind === "crash" ? new ProcessDied() : thrownBy(fault.kind, service, call.operation);
  }

  /** A call that takes no time, as a person's at the beginning of a story. */
  async call(name: string, call: Call): Promise<unknown> {
    try {
      this.identities.requireCaller(call.caller);
      await this.requireAllowed(name, call);
      this.hooks.beforeEffect?.(name, call);
      return await this.serviceOf(name).call(call);
    } catch (error) {
      if (error instanceof UnknownToStandIn) this.clock.fail(error);
      if (error instanceof Error) {
        this.trace.note(call.caller.principal, `${name} ${call.operation}: ${error.name}: ${error.message}`);
      }
      throw error;
    }
  }

  private async requireAllowed(name: string, call: Call): Promise<void> {
    const why = await this.refusal?.(this.serviceOf(name).needs(call));
    if (why === undefined) return;
    const [code, status] = REFUSED[name] ?? ["AccessDeniedException", 400];
    throw new AwsError(code, why, status);
  }

  private serviceOf(name: string): Service {
    const service = this.services[name];
    if (service === undefined) throw new UnknownToStandIn(`service ${name}`);
    return service;
  }
}
