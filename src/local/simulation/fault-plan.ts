import { roleName } from "../../contract/names";
import type { EvaluatedProgram } from "../evaluate-program";
import { FAULT_KINDS, type Fault, type FaultKind } from "../stand-in/faults";
import type { Attempt } from "../stand-in/gateway";
import type { BusEvent, Call } from "../stand-in/service";
import { Dice } from "./dice";

/** What went wrong in a run, and how often. */
export type Counts = Map<string, number>;

export const count = (counts: Counts, what: string, by = 1): void => {
  counts.set(what, (counts.get(what) ?? 0) + by);
};

/** A service that fails for a while. */
interface Outage {
  service: string;
  fault: Fault;
  /** Virtual milliseconds since the begin. */
  from: number;
  to: number;
}

const MINUTE = 60_000;
const SERVICES = ["s3", "sagemaker", "sqs", "sns", "kms", "lambda"];
/** Shares of calls that fail, of which a run has one: most often few, so that what is rare is met among much that works. */
const CALL_SHARES = [0, 0.01, 0.02, 0.05, 0.1];
const EVENT_SHARES = [0, 0.05, 0.15, 0.4];
/** Writes of which most runs pick one whose answer is often lost, in one way: few calls, and the end state hangs on them. */
const FAVOURITES = [
  ["decide", "PutObject"],
  ["decide", "PutObject"],
  ["decide", "UpdateModelPackage"],
  ["start", "PutObject"],
  ["start", "StartPipelineExecution"],
  ["checkpoint", "PutObject"],
] as const;
const LOST_ANSWERS: readonly FaultKind[] = ["timeout", "server-error", "reset", "crash", "hang"];
const RUNS_WITH_FAVOURITE = 0.6;
const FAVOURITE_SHARE = 0.7;
/** How many attempts fail in a row: the SDK hides up to two. */
const ATTEMPTS = [1, 1, 2, 3, 3];
/** Longest time by which an event is late. */
const LATEST = 25 * MINUTE;

/** The seed's faults, until they end. */
export class FaultPlan {
  readonly counts: Counts = new Map();
  /** Events that never reached the bus. */
  readonly lost: BusEvent[] = [];
  /** Virtual milliseconds since the begin at which all goes well again. */
  readonly end: number;
  private readonly dice: Dice;
  private readonly callShare: number;
  private readonly eventShare: number;
  private readonly favourite: { process: string; operation: string; fault: Fault } | undefined;
  private readonly outages: readonly Outage[];
  private readonly failing = new WeakMap<Call, { fault: Fault; left: number }>();

  /** @param elapsed virtual milliseconds since the begin */
  constructor(
    seed: number,
    private readonly program: EvaluatedProgram,
    private readonly elapsed: () => number,
  ) {
    this.dice = new Dice(seed, "faults");
    const { dice } = this;
    this.end = dice.pick([20, 40, 70]) * MINUTE;
    this.callShare = dice.pick(CALL_SHARES);
    this.eventShare = dice.pick(EVENT_SHARES);
    this.favourite = dice.chance(RUNS_WITH_FAVOURITE) ? this.pickFavourite() : undefined;
    this.outages = Array.from({ length: dice.whole(0, 2) }, () => {
      const from = dice.between(0, 10 * MINUTE);
      return {
        service: dice.pick(SERVICES),
        fault: this.fault(undefined),
        from,
        to: from + dice.between(5_000, 600_000),
      };
    });
  }

  private pickFavourite() {
    const [process, operation] = this.dice.pick(FAVOURITES);
    return { process, operation, fault: { kind: this.dice.pick(LOST_ANSWERS), moment: "after" as const } };
  }

  /** What goes wrong with a try of a call. */
  ofAttempt({ service, call, number }: Attempt): Fault | undefined {
    if (this.elapsed() >= this.end) return undefined;
    const found = this.goingOn(call) ?? this.outage(service) ?? (number === 1 ? this.fresh(call) : undefined);
    if (found !== undefined) count(this.counts, `${found.kind} ${found.moment}`);
    return found;
  }

  private goingOn(call: Call): Fault | undefined {
    const going = this.failing.get(call);
    if (going === undefined || going.left === 0) return undefined;
    going.left -= 1;
    return going.fault;
  }

  private outage(service: string): Fault | undefined {
    const now = this.elapsed();
    return this.outages.find((one) => one.service === service && one.from <= now && now < one.to)?.fault;
  }

  private fresh(call: Call): Fault | undefined {
    const { favourite } = this;
    const isFavourite =
      call.operation === favourite?.operation && processOf(call.caller.principal, this.program) === favourite.process;
    if (!this.dice.chance(isFavourite ? FAVOURITE_SHARE : this.callShare)) return undefined;
    const fault = isFavourite ? favourite.fault : this.fault(call);
    this.failing.set(call, { fault, left: this.dice.pick(ATTEMPTS) - 1 });
    return fault;
  }

  /** Only a write that depends on what is there conflicts; what is throttled or conflicts has no effect. */
  private fault(call: Call | undefined): Fault {
    const kinds = FAULT_KINDS.filter((kind) => kind !== "conflict" || call?.input.IfNoneMatch !== undefined);
    const kind: FaultKind = this.dice.pick(kinds);
    const moment = this.dice.pick(["before", "after"] as const);
    return { kind, moment: kind === "throttle" || kind === "conflict" ? "before" : moment };
  }

  /** After how many milliseconds an event reaches the bus, or a schedule's its targets; several times, or never. */
  ofEvent(event: BusEvent): readonly number[] {
    const { dice } = this;
    if (this.elapsed() >= this.end || !dice.chance(this.eventShare)) return [0];
    const late = () => dice.between(1_000, dice.chance(0.5) ? MINUTE : LATEST);
    const kind = dice.pick(["lost", "doubled", "late", "late"]);
    count(this.counts, `${event.source === "aws.events" ? "tick" : "event"} ${kind}`);
    if (kind === "lost") this.lost.push(event);
    return kind === "lost" ? [] : kind === "late" ? [late()] : [0, late()];
  }

  /** After how many milliseconds a deleted message comes once more. */
  ofMessage(): number | undefined {
    if (this.elapsed() >= this.end || !this.dice.chance(this.eventShare / 2)) return undefined;
    count(this.counts, "message doubled");
    return this.dice.between(100, 5 * MINUTE);
  }
}

const PROCESSES = ["copy", "start", "validate", "decide", "reconcile", "checkpoint", "clean-up"] as const;
const processes = new Map<string, string | undefined>();

/** The process whose call it is, by its role's name; undefined for people. */
export function processOf(principal: string, { governance: { prefix, region } }: EvaluatedProgram): string | undefined {
  const known = processes.get(principal);
  if (known !== undefined) return known;
  const found = PROCESSES.find((of) => principal.endsWith(`/${roleName(prefix, of, region)}`));
  processes.set(principal, found);
  return found;
}
