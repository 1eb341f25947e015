import { arnOf } from "./aws-outputs";
import { isRecord, listOf, nameOf, text, wrongInput } from "./inputs";
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
}

/** Amazon CloudWatch: alarms, judged on each value as it comes rather than by period. */
export class CloudWatch {
  readonly alarms: Alarm[];

  constructor(
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
        return { resource, name: text(resource, "name"), arn: arnOf(resource), inAlarm: false };
      });
  }

  /** Takes a value; an alarm that it sets off tells its topics. */
  observe(seen: Observation): void {
    for (const alarm of this.alarms.filter(({ resource }) => watches(resource, seen))) {
      const { comparisonOperator, threshold } = alarm.resource.inputs;
      const inAlarm = COMPARISONS[String(comparisonOperator)]?.(seen.value, Number(threshold)) ?? false;
      if (inAlarm && !alarm.inAlarm) this.raise(alarm, seen);
      alarm.inAlarm = inAlarm;
    }
  }

  private raise({ resource, name, arn }: Alarm, { metric, value }: Observation): void {
    this.trace.note(arn, `alarm ${name}: ${metric} is ${value}, threshold ${String(resource.inputs.threshold)}`);
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
