import type { VirtualClock } from "./clock";
import type { Identities } from "./identities";
import { type Call, type Service, type Trace, UnknownToStandIn } from "./service";

/** What may be done around every call that a function makes: a later place for faults. */
export interface CallHooks {
  beforeCall?(service: string, call: Call): void | Promise<void>;
  afterCall?(service: string, call: Call, answer: unknown): void | Promise<void>;
}

/** Where every SDK call enters: it takes a moment, the caller must exist, and what is unknown ends the run. */
export class Gateway {
  constructor(
    private readonly clock: VirtualClock,
    private readonly trace: Trace,
    private readonly identities: Identities,
    private readonly services: Readonly<Record<string, Service>>,
    private readonly hooks: CallHooks,
  ) {}

  /** A call of a deployed function. */
  async send(service: string, call: Call): Promise<unknown> {
    await this.clock.sleep(2 + this.clock.random() * 30);
    await this.hooks.beforeCall?.(service, call);
    const answer = await this.call(service, call);
    await this.hooks.afterCall?.(service, call, answer);
    return answer;
  }

  /** A call that takes no time, as a person's at the beginning of a story. */
  async call(service: string, call: Call): Promise<unknown> {
    try {
      this.identities.requireCaller(call.caller);
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
