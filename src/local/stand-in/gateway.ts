import type { VirtualClock } from "./clock";
import { type Fault, isTransient, ProcessDied, thrownBy } from "./faults";
import type { Identities } from "./identities";
import { type Call, type Service, type Trace, UnknownToStandIn } from "./service";

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

/** Where every SDK call enters: it takes a moment, the caller must exist, and what is unknown ends the run. */
export class Gateway {
  constructor(
    private readonly clock: VirtualClock,
    private readonly trace: Trace,
    private readonly identities: Identities,
    private readonly services: Readonly<Record<string, Service>>,
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
  async call(service: string, call: Call): Promise<unknown> {
    try {
      this.identities.requireCaller(call.caller);
      this.hooks.beforeEffect?.(service, call);
      return await this.serviceOf(service).call(call);
    } catch (error) {
      if (error instanceof UnknownToStandIn) this.clock.fail(error);
      if (error instanceof Error) {
        this.trace.note(call.caller.principal, `${service} ${call.operation}: ${error.name}: ${error.message}`);
      }
      throw error;
    }
  }

  private serviceOf(name: string): Service {
    const service = this.services[name];
    if (service === undefined) throw new UnknownToStandIn(`service ${name}`);
    return service;
  }
}
