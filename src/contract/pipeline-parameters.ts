/** Steps of the pipeline, in their order. */
export const COLLECT_STEP = "CollectInferenceStep";
export const VALIDATE_STEP = "RegisteredModelValidationStep";
export const DECIDE_STEP = "UpdateModelStatusStep";

/** Parameters that start gives to an execution. All are strings. */
export const PIPELINE_PARAMETERS = ["ModelPackageGroupName", "Bucket", "ModelPackageArn"] as const;
export type PipelineParameter = (typeof PIPELINE_PARAMETERS)[number];
export type PipelineParameters = Record<PipelineParameter, string>;

/** Value of `Bucket` where a version names no report that lies in an evidence bucket. */
export const NO_BUCKET = "none";

/** What the definition hands to the step that asks a language model. */
export const COLLECT_ARGUMENTS = ["ModelPackageGroupName", "ModelPackageArn", "ExecutionId"] as const;
export type CollectArguments = Record<(typeof COLLECT_ARGUMENTS)[number], string>;

/** Where that step's hosts find their part of the prompts: `<set>/<file>` below it. */
export const PROMPTS_FOLDER = "/opt/ml/processing/input/prompts";

/** What the definition hands to the validate step. */
export const VALIDATE_ARGUMENTS = [...PIPELINE_PARAMETERS, "ExecutionId"] as const;
export type ValidateArguments = Record<(typeof VALIDATE_ARGUMENTS)[number], string>;

/** What the validate step returns: the decision, for people to read, and the SHA-256 of the checks.json it wrote. */
export const VALIDATE_OUTPUTS = ["Decision", "VerdictSha256"] as const;
export type ValidateOutputs = Record<(typeof VALIDATE_OUTPUTS)[number], string>;

/** What the definition hands to the decide step. */
export const DECIDE_ARGUMENTS = ["ModelPackageArn", "ExecutionId", "VerdictSha256"] as const;
export type DecideArguments = Record<(typeof DECIDE_ARGUMENTS)[number], string>;

/** `VerdictSha256` where the validate step is a Processing job: a job returns nothing to its pipeline. */
export const DIGEST_NOT_TOLD = "not-told";

/** What the decide step returns: the approval status that the version has now, and whether this execution set it. */
export const DECIDE_OUTPUTS = ["ApprovalStatus", "Effect"] as const;
export type DecideOutputs = Record<(typeof DECIDE_OUTPUTS)[number], string>;

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
