import { modelPackageGroupArn } from "../../contract/names";
import { sha256 } from "../../core/verdict";
import type { EvaluatedProgram } from "../evaluate-program";
import { readSample, type SampleVersion } from "../sample-versions";
import type { LocalWorld } from "../stand-in/create-world";
import { isRecord } from "../stand-in/inputs";
import { type Registered, SAMPLE_VERSIONS, teamOf } from "../story";
import { changeVersion, decideAsPerson, LOOKS, lookUntilDone } from "./people";
import type { Plan, Registration } from "./plan";

/** A version of the plan. */
export interface Told extends Registered {
  registration: Registration;
  /** The status that a person gave it; `onRecord` where that was after the decision of its record was done. */
  person?: { status: string; onRecord: boolean };
}

const samples = new Map<string, SampleVersion>();

function sampleOf({ sample: name, gaps }: Registration): SampleVersion {
  const key = `${name} ${gaps === true}`;
  const read = () => readSample(SAMPLE_VERSIONS, name);
  const sample = samples.get(key) ?? (gaps ? withGaps(read()) : read());
  samples.set(key, sample);
  return sample;
}

/**
 * The sample as the model of one registration: no two versions have the same reports, which would be reused evidence.
 * Blanks after its JSON number it.
 */
function asOwn(sample: SampleVersion, number: number, ownKeys: boolean): SampleVersion {
  if (number === 0) return sample;
  const blanks = number.toString(2).replaceAll("0", " ").replaceAll("1", "\n");
  const renamed = (text: string) =>
    ownKeys ? text.replaceAll(`/${sample.name}/`, `/${sample.name}-${number}/`) : text;
  const reports = sample.reports.map((report) => ({
    ...report,
    key: renamed(report.key),
    bytes: Buffer.concat([report.bytes, Buffer.from(blanks)]),
  }));
  const described: unknown = JSON.parse(renamed(JSON.stringify(sample.described)));
  return { ...sample, reports, described: withDigests(isRecord(described) ? described : {}, reports) };
}

/** The sample with a tenth of one column missing. */
function withGaps(sample: SampleVersion): SampleVersion {
  const reports = sample.reports.map((report) => {
    if (!report.key.endsWith("data-quality/statistics.json")) return report;
    const text = Buffer.from(report.bytes).toString("utf8");
    const changed = text
      .replace('"num_present": 1994', '"num_present": 1800')
      .replace('"num_missing": 6', '"num_missing": 200');
    if (changed === text) throw new Error(`${report.key}: has no column with 6 values missing`);
    return { ...report, key: report.key.replace(".json", "-gaps.json"), bytes: Buffer.from(changed) };
  });
  const described: unknown = JSON.parse(
    JSON.stringify(sample.described).replaceAll("data-quality/statistics.json", "data-quality/statistics-gaps.json"),
  );
  if (!isRecord(described)) throw new Error("a description is an object");
  return { ...sample, reports, described: withDigests(described, reports) };
}

/** The digests of its reports' bytes, as they are now. */
function withDigests(described: Readonly<Record<string, unknown>>, reports: SampleVersion["reports"]) {
  const digestOf = new Map(reports.map(({ bucket, key, bytes }) => [`s3://${bucket}/${key}`, sha256(bytes)]));
  const renewed = (value: unknown): unknown => {
    if (!isRecord(value)) return value;
    const digest = digestOf.get(String(value.S3Uri));
    if (digest !== undefined) return { ...value, ContentDigest: `sha256:${digest}` };
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, renewed(one)]));
  };
  return { ...described, ModelMetrics: renewed(described.ModelMetrics) };
}

/** Schedules what the plan says; nothing happens until the world runs. */
export const tellPlan = (world: LocalWorld, program: EvaluatedProgram, { registrations }: Plan): Told[] =>
  registrations.map((registration, at) => {
    const sample = asOwn(sampleOf(registration), at, registration.ownKeys === true);
    const told: Told = { registration, sample, arn: "" };
    world.clock.after(registration.at * 1000, () => play(told, world, program));
    return told;
  });

async function play(told: Told, world: LocalWorld, program: EvaluatedProgram): Promise<void> {
  const { registration, sample } = told;
  const { late, missing = [], overwritten, person, revised, changed: changes } = registration;
  const { governance } = program;
  const team = teamOf(sample, program);
  const put = ({ bucket: Bucket, key: Key }: SampleVersion["reports"][number], Body: unknown) =>
    world.call(team, governance.region, "s3", "PutObject", { Bucket, Key, Body });
  for (const [index, report] of sample.reports.entries()) {
    if (!missing.includes(index) && index !== late?.report) await put(report, report.bytes);
  }
  const { InferenceSpecification, ModelMetrics } = sample.described;
  const answer = await world.call(team, governance.region, "sagemaker", "CreateModelPackage", {
    ModelPackageGroupName: modelPackageGroupArn(governance, sample.group),
    ModelApprovalStatus: "PendingManualApproval",
    InferenceSpecification,
    ModelMetrics,
  });
  told.arn = isRecord(answer) ? String(answer.ModelPackageArn) : "";
  const later = (seconds: number, action: () => Promise<unknown>) =>
    world.clock.limit(seconds * 1000, async () => void (await action()));
  const [lateReport, changed] = [late, overwritten].map((one) => one && sample.reports[one.report]);
  if (late && lateReport) later(late.seconds, () => put(lateReport, lateReport.bytes));
  if (overwritten && changed) later(overwritten.seconds, () => put(changed, '{"changed": true}'));
  const stage = { world, program };
  if (person) later(person.seconds, () => decideAsPerson(told, person.status, stage));
  if (revised) lookUntilDone(told, revised, LOOKS, stage);
  if (changes) later(changes.seconds, () => changeVersion(told, stage));
}
