/** Steps of the pipeline, in their order. */
export const COLLECT_STEP = "CollectInferenceStep";
export const VALIDATE_STEP = "RegisteredModelValidationStep";
export const DECIDE_STEP = "UpdateModelStatusStep";

/** Parameters that start gives to an execution. All are strings. */
export const PIPELINE_PARAMETERS = [
  "ModelPackageGroupName",
  "Bucket",
  "ModelPackageArn",
  "Attempt",
  "JudgesAgain",
] as const;
export type PipelineParameter = (typeof PIPELINE_PARAMETERS)[number];
export type PipelineParameters = Record<PipelineParameter, string>;

/** Value of `Bucket` where a version names no report that lies in an evidence bucket. */
export const NO_BUCKET = "none";

/** Value of `JudgesAgain` where a version is judged for the first time; otherwise it is the SHA-256 of its last record. */
export const NO_RECORD = "none";

/** What the definition hands to the step that asks a language model. */
export const COLLECT_ARGUMENTS = ["ModelPackageGroupName", "ModelPackageArn", "ExecutionId"] as const;
export type CollectArguments = Record<(typeof COLLECT_ARGUMENTS)[number], string>;

/** Where that step's hosts find their part of the prompts: `<set>/<file>` below it. */
export const PROMPTS_FOLDER = "/opt/ml/processing/input/prompts";

/** What the definition hands to the validate step. */
export const VALIDATE_ARGUMENTS = [
  "ModelPackageGroupName",
  "Bucket",
  "ModelPackageArn",
  "Attempt",
  "ExecutionId",
] as const;
export type ValidateArguments = Record<(typeof VALIDATE_ARGUMENTS)[number], string>;

/** What the validate step returns: the decision, for people to read, and the SHA-256 of the checks.json it wrote. */
export const VALIDATE_OUTPUTS = ["Decision", "VerdictSha256"] as const;
export type ValidateOutputs = Record<(typeof VALIDATE_OUTPUTS)[number], string>;

/** What the definition hands to the decide step. */
export const DECIDE_ARGUMENTS = ["ModelPackageArn", "Attempt", "JudgesAgain", "ExecutionId", "VerdictSha256"] as const;
export type DecideArguments = Record<(typeof DECIDE_ARGUMENTS)[number], string>;

/** `VerdictSha256` where the validate step is a Processing job: a job returns nothing to its pipeline. */
export const DIGEST_NOT_TOLD = "not-told";

/** What the decide step returns: the approval status that the version has now, and whether this execution set it. */
export const DECIDE_OUTPUTS = ["ApprovalStatus", "Effect"] as const;
export type DecideOutputs = Record<(typeof DECIDE_OUTPUTS)[number], string>;

/** Effect where a version isn't what its record is about: it was changed since, or made anew under the same ARN. */
export const CHANGED_SINCE = "left alone, changed since it was judged";

/** Effect where a record isn't to be written to the registry: its group is observed, or only a person may take an approval back. */
export const RECORDED_ONLY = "recorded, and left as it is";

/** Effect where a version was registered before its group was taken over. */
export const BEFORE_CUT_OVER = "left alone, registered before the cut-over of its group";

/** What the effect begins with where a record leaves its version to a person. */
export const LEFT_FOR_REVIEW = "left for review";

/** Effect where a version was set as its record says, and someone made it pending again. */
export const SET_BACK = "left alone, set back after it was decided";

/** What the reconciler hands to the decide function: it sets the status that a record says. */
export interface Repair {
  repair: { modelPackageArn: string; attempt: number };
}

/** Reads such an event; undefined for anything else. */
export function parseRepair(event: unknown): Repair["repair"] | undefined {
  const { repair } = typeof event === "object" && event !== null && "repair" in event ? event : {};
  if (typeof repair !== "object" || repair === null) return undefined;
  const { modelPackageArn, attempt } = { modelPackageArn: undefined, attempt: undefined, ...repair };
  if (typeof modelPackageArn !== "string" || typeof attempt !== "number" || !Number.isSafeInteger(attempt))
    return undefined;
  return { modelPackageArn, attempt };
}

/** The attempt that an execution is, from its parameter. @throws Error for anything but 1, 2, 3… */
export function parseAttempt(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`Attempt: found ${text}, expected a whole number from 1`);
  return Number(text);
}

/** A step's arguments or a pipeline's parameters, read from what the caller sent: every name once, a text each. */
export function readArguments<Name extends string>(names: readonly Name[], event: unknown): Record<Name, string> {
  const given = new Map(typeof event === "object" && event !== null ? Object.entries(event) : []);
  const wrong = names.filter((name) => typeof given.get(name) !== "string" || given.get(name) === "");
  if (wrong.length > 0) {
    throw new Error(
      `step arguments: ${wrong.join(", ")} missing or not a text; the pipeline definition must pass ${names.join(", ")}`,
    );
  }
  return Object.fromEntries(names.map((name) => [name, given.get(name)])) as Record<Name, string>;
}
