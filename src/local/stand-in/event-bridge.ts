import { arnParts } from "./arns";
import { arnOf } from "./aws-outputs";
import type { VirtualClock } from "./clock";
import { eventPattern, type Mismatch } from "./event-pattern";
import { isRecord, jsonText, nameOf, optionalText, text } from "./inputs";
import type { Lambda } from "./lambda";
import { type BusEvent, type DeclaredResource, type Trace, UnknownToStandIn } from "./service";
import type { Sns } from "./sns";
import type { Sqs } from "./sqs";
import { seededUuid } from "./uuid";

/** Services that a rule delivers to. */
export interface Destinations {
  sqs: Sqs;
  sns: Sns;
  lambda: Lambda;
}

interface Rule {
  resource: DeclaredResource;
  name: string;
  arn: string;
  enabled: boolean;
  mismatch: (event: unknown) => Mismatch | undefined;
  /** Of a rule that runs on a schedule, which looks at no event. */
  everyMinutes: number | undefined;
  targets: Target[];
}

interface Target {
  resource: DeclaredResource;
  arn: string;
  deadLetters: string | undefined;
}

/** Longest pattern of a rule, in characters. */
const LONGEST_PATTERN = 2048;

/** Amazon EventBridge: the default bus of each account and Region, with its rules. */
export class EventBridge {
  private readonly rules: Rule[];

  constructor(
    private readonly clock: VirtualClock,
    private readonly trace: Trace,
    resources: readonly DeclaredResource[],
    private readonly to: Destinations,
    private readonly deliveries: (event: BusEvent) => readonly number[] | undefined = () => undefined,
  ) {
    this.rules = resources.filter(({ type }) => type === "aws:cloudwatch/eventRule:EventRule").map(ruleOf);
    for (const target of resources.filter(({ type }) => type === "aws:cloudwatch/eventTarget:EventTarget")) {
      this.addTarget(target);
    }
    const idle = this.rules.find(({ targets }) => targets.length === 0);
    if (idle !== undefined) throw new Error(`${nameOf(idle.resource)}: has no target`);
    for (const rule of this.rules) this.schedule(rule);
  }

  /** Puts an event on its account's bus in its Region; rules see it a moment later. */
  publish(event: Omit<BusEvent, "version" | "id" | "time">): void {
    const whole: BusEvent = { version: "0", id: seededUuid(this.clock), time: this.time(), ...event };
    this.carry(whole, () => this.deliver(whole));
  }

  /** Has an event arrive as often and as late as `deliveries` says; at once where it says nothing. */
  private carry(event: BusEvent, arrive: () => void): void {
    const deliveries = this.deliveries(event);
    if (deliveries === undefined) {
      arrive();
      return;
    }
    if (deliveries.length !== 1 || deliveries[0] !== 0) {
      this.trace.note(subjectOf(event), `${event["detail-type"]}: ${deliveriesText(deliveries)}`);
    }
    for (const delay of deliveries) this.clock.limit(delay, arrive);
  }

  private time(): string {
    return this.clock
      .now()
      .toISOString()
      .replace(/\.\d{3}Z$/, "Z");
  }

  /** Delivers an event as it is, its id too. */
  deliver(event: BusEvent): void {
    const rules = this.rules.filter(
      ({ resource, everyMinutes }) => isOn(resource, event) && everyMinutes === undefined,
    );
    if (rules.length === 0)
      this.trace.note(
        subjectOf(event),
        `${event["detail-type"]}: no rule on the bus of ${event.account} in ${event.region}`,
      );
    for (const rule of rules) this.clock.limit(100 + this.clock.random() * 400, () => this.match(rule, event));
  }

  /** The longest time between two events of one schedule, in minutes; 0 where there is none. */
  get longestInterval(): number {
    return Math.max(0, ...this.rules.map(({ everyMinutes }) => everyMinutes ?? 0));
  }

  private schedule(rule: Rule): void {
    const { everyMinutes, enabled, arn, name } = rule;
    if (everyMinutes === undefined) return;
    if (enabled) this.clock.every(everyMinutes * 60_000, () => this.tick(rule));
    else this.trace.note(arn, `rule ${name}: is disabled, its schedule begins nothing`);
  }

  /** What a schedule sends to its targets: at least once, and hardly ever not at all. */
  private tick(rule: Rule): void {
    const { account, region } = rule.resource;
    const event: BusEvent = {
      ...{ version: "0", id: seededUuid(this.clock), "detail-type": "Scheduled Event", source: "aws.events" },
      ...{ account, region, time: this.time(), resources: [rule.arn], detail: {} },
    };
    this.carry(event, () =>
      this.fanOut(rule, event, (what) => this.trace.note(rule.arn, `rule ${rule.name}: ${what}`)),
    );
  }

  private match(rule: Rule, event: BusEvent): void {
    const say = (what: string) => this.trace.note(subjectOf(event), `rule ${rule.name}: ${what}`);
    const mismatch = rule.mismatch(event);
    if (!rule.enabled) {
      say("is disabled");
    } else if (mismatch !== undefined) {
      const { field, found, wanted } = mismatch;
      const wants = Array.isArray(wanted) ? wanted.map((value) => JSON.stringify(value)).join(" or ") : wanted;
      say(`${field} is ${JSON.stringify(found) ?? "absent"}, pattern wants ${wants}`);
    } else {
      this.fanOut(rule, event, say);
    }
  }

  private fanOut(rule: Rule, event: BusEvent, say: (what: string) => void): void {
    for (const target of rule.targets) {
      const refused = this.hand(target.arn, rule, event);
      say(refused ?? `matches ${event["detail-type"]}, delivered to ${target.arn}`);
      if (refused !== undefined) this.bury(target, rule, event);
    }
  }

  /** Delivers to one target; says why where it can't. */
  private hand(arn: string, rule: Rule, event: BusEvent): string | undefined {
    const service = arnParts(arn)?.service;
    const body = JSON.stringify(event);
    const refused = `${arn} has no policy that lets events.amazonaws.com in for ${rule.arn}; the event is not delivered`;
    if (service === "sqs") {
      if (!this.to.sqs.admitsService(arn, "events.amazonaws.com", rule.arn)) return refused;
      this.to.sqs.send(this.to.sqs.require(arn, rule.resource), body, "events.amazonaws.com");
    } else if (service === "sns") {
      if (!this.to.sns.admitsService(arn, "events.amazonaws.com", rule.arn)) return refused;
      this.to.sns.publish(arn, { message: body, from: rule.arn });
    } else {
      if (!this.to.lambda.admitsService(arn, "events.amazonaws.com", rule.arn)) return refused;
      this.to.lambda.invokeLater(arn, event);
    }
    return undefined;
  }

  private bury({ deadLetters }: Target, rule: Rule, event: BusEvent): void {
    if (deadLetters === undefined) return;
    const refused = this.hand(deadLetters, rule, event);
    this.trace.note(subjectOf(event), `rule ${rule.name}: ${refused ?? `dead letter in ${deadLetters}`}`);
  }

  private addTarget(resource: DeclaredResource): void {
    const name = text(resource, "rule");
    const rule = this.rules.find(({ name: other, resource: of }) => other === name && isOn(of, resource));
    if (rule === undefined)
      throw new Error(`${nameOf(resource)}: rule ${name} doesn't exist in ${resource.account}, ${resource.region}`);
    const arn = text(resource, "arn");
    this.requireTarget(arn, resource);
    const deadLetters = deadLettersOf(resource);
    if (deadLetters !== undefined) this.to.sqs.require(deadLetters, resource);
    rule.targets.push({ resource, arn, deadLetters });
  }

  private requireTarget(arn: string, resource: DeclaredResource): void {
    const service = arnParts(arn)?.service;
    if (service === "sqs") this.to.sqs.require(arn, resource);
    else if (service === "sns") this.to.sns.require(arn, resource);
    else if (service === "lambda") this.to.lambda.require(arn, resource);
    else throw new UnknownToStandIn(`${nameOf(resource)}: target ${arn}`);
  }
}

const deliveriesText = (delays: readonly number[]): string =>
  delays.length === 0
    ? "is lost"
    : `arrives after ${delays.map((delay) => `${Math.round(delay / 1000)} s`).join(", ")}`;

const isOn = (resource: DeclaredResource, { account, region }: { account: string; region: string }): boolean =>
  resource.account === account && resource.region === region;

const subjectOf = (event: BusEvent): string => event.resources[0] ?? event.id;

function ruleOf(resource: DeclaredResource): Rule {
  const bus = optionalText(resource, "eventBusName") ?? "default";
  if (bus !== "default") throw new UnknownToStandIn(`${nameOf(resource)}: event bus ${bus}`);
  const state = optionalText(resource, "state") ?? "ENABLED";
  if (state !== "ENABLED" && state !== "DISABLED") throw new UnknownToStandIn(`${nameOf(resource)}: state ${state}`);
  const everyMinutes = minutesOf(resource);
  if (everyMinutes === undefined && text(resource, "eventPattern").length > LONGEST_PATTERN) {
    throw new Error(`${nameOf(resource)}: eventPattern is longer than ${LONGEST_PATTERN} characters`);
  }
  const mismatch = everyMinutes === undefined ? eventPattern(jsonText(resource, "eventPattern")) : () => undefined;
  return {
    everyMinutes,
    resource,
    name: text(resource, "name"),
    arn: arnOf(resource),
    enabled: state === "ENABLED",
    mismatch,
    targets: [],
  };
}

/** Of a schedule by rate; undefined for a rule that looks at events. */
function minutesOf(resource: DeclaredResource): number | undefined {
  const schedule = optionalText(resource, "scheduleExpression");
  if (schedule === undefined) return undefined;
  const [, value, unit = "", plural] = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(schedule) ?? [];
  const minutes = Number(value) * (MINUTES[unit] ?? 0);
  // EventBridge wants a singular after 1, and a plural after all else.
  if (minutes > 0 && (value === "1") === (plural === "")) return minutes;
  throw new UnknownToStandIn(`${nameOf(resource)}: scheduleExpression ${schedule}`);
}

const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };

function deadLettersOf(resource: DeclaredResource): string | undefined {
  const { deadLetterConfig } = resource.inputs;
  if (deadLetterConfig === undefined) return undefined;
  if (isRecord(deadLetterConfig) && typeof deadLetterConfig.arn === "string") return deadLetterConfig.arn;
  throw new Error(`${nameOf(resource)}: deadLetterConfig.arn must be a queue's ARN`);
}
