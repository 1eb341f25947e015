import { arnOf } from "./aws-outputs";
import type { VirtualClock } from "./clock";
import { isRecord, listOf, nameOf, number, optionalText, text, wrongInput } from "./inputs";
import { type DeclaredResource, type Observation, type Trace, UnknownToStandIn } from "./service";
import type { Sns } from "./sns";

/** Namespaces that AWS services write to, besides those that a log metric filter feeds. */
const NAMESPACES = [
  "AWS/SQS",
  "AWS/Lambda",
  "AWS/S3",
  "AWS/Events",
  "AWS/SageMaker",
  "AWS/Sagemaker/ModelBuildingPipeline",
];

const COMPARISONS: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/** An alarm as declared. */
export interface Alarm {
  resource: DeclaredResource;
  name: string;
  arn: string;
  inAlarm: boolean;
  /** Whether a value has come since its periods were looked at last. */
  hasValue: boolean;
}

/** What an alarm may make of values that are missing. */
const MISSING = ["missing", "ignore", "breaching", "notBreaching"];

/**
 * Amazon CloudWatch: alarms, judged on each value as it comes rather than by period; where missing values are breaching,
 * also after periods without any.
 */
export class CloudWatch {
  readonly alarms: Alarm[];

  constructor(
    clock: VirtualClock,
    private readonly trace: Trace,
    resources: readonly DeclaredResource[],
    private readonly sns: Sns,
  ) {
    const filters = resources.filter(({ type }) => type === "aws:cloudwatch/logMetricFilter:LogMetricFilter");
    const namespaces = [
      ...NAMESPACES,
      ...filters.map(({ inputs: { metricTransformation: to } }) => (isRecord(to) ? to.namespace : "")),
    ];
    this.alarms = resources
      .filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm")
      .map((resource) => {
        if (!namespaces.includes(text(resource, "namespace"))) {
          throw new UnknownToStandIn(`${nameOf(resource)}: nothing writes to namespace ${text(resource, "namespace")}`);
        }
        for (const action of listOf(resource.inputs.alarmActions)) sns.require(String(action), resource);
        requireComparison(resource);
        return { resource, name: text(resource, "name"), arn: arnOf(resource), inAlarm: false, hasValue: false };
      });
    for (const alarm of this.alarms) this.watchForMissing(alarm, clock);
  }

  private watchForMissing(alarm: Alarm, clock: VirtualClock): void {
    const { resource } = alarm;
    const treated = optionalText(resource, "treatMissingData") ?? "missing";
    if (!MISSING.includes(treated)) throw wrongInput(resource, "treatMissingData", MISSING.join(", "));
    if (treated !== "breaching") return;
    const seconds = number(resource, "period", 0, [10, 86_400]) * number(resource, "evaluationPeriods", 0, [1, 100]);
    clock.every(seconds * 1000, () => {
      if (!alarm.hasValue && !alarm.inAlarm) {
        this.raise(alarm, `${text(resource, "metricName")} is missing for ${seconds} s`);
        alarm.inAlarm = true;
      }
      alarm.hasValue = false;
    });
  }

  /** Takes a value; an alarm that it sets off tells its topics. */
  observe(seen: Observation): void {
    for (const alarm of this.alarms.filter(({ resource }) => watches(resource, seen))) {
      const { comparisonOperator, threshold } = alarm.resource.inputs;
      const inAlarm = COMPARISONS[String(comparisonOperator)]?.(seen.value, Number(threshold)) ?? false;
      if (inAlarm && !alarm.inAlarm)
        this.raise(alarm, `${seen.metric} is ${seen.value}, threshold ${String(threshold)}`);
      alarm.inAlarm = inAlarm;
      alarm.hasValue = true;
    }
  }

  private raise({ resource, name, arn }: Alarm, why: string): void {
    this.trace.note(arn, `alarm ${name}: ${why}`);
    for (const topic of listOf(resource.inputs.alarmActions).map(String)) {
      if (this.sns.admitsService(topic, "cloudwatch.amazonaws.com", arn)) {
        this.sns.publish(topic, {
          subject: `ALARM: "${name}"`,
          message: JSON.stringify({ AlarmName: name, NewStateValue: "ALARM" }),
          from: arn,
        });
      } else {
        this.trace.note(arn, `alarm ${name}: ${topic} has no policy that lets cloudwatch.amazonaws.com publish`);
      }
    }
  }
}

function requireComparison(resource: DeclaredResource): void {
  if (COMPARISONS[text(resource, "comparisonOperator")] === undefined) {
    throw new UnknownToStandIn(`${nameOf(resource)}: comparisonOperator ${text(resource, "comparisonOperator")}`);
  }
  if (typeof resource.inputs.threshold !== "number") throw wrongInput(resource, "threshold", "a number");
}

function watches({ account, region, inputs }: DeclaredResource, seen: Observation): boolean {
  const dimensions = isRecord(inputs.dimensions) ? inputs.dimensions : {};
  const names = Object.keys({ ...dimensions, ...seen.dimensions });
  return (
    account === seen.account &&
    region === seen.region &&
    inputs.namespace === seen.namespace &&
    inputs.metricName === seen.metric &&
    names.every((name) => dimensions[name] === seen.dimensions[name])
  );
}
