import { formatArn } from "./arn";

/** Where resources are: one account and Region of one partition. */
export interface Place {
  /** `aws`, `aws-us-gov` or `aws-cn`. */
  partition: string;
  region: string;
  /** Twelve digits. */
  account: string;
}

/** The EventBridge rule that sees versions awaiting approval. */
export const APPROVAL_RULE = "invoke-model-approval-checks";

/** The SageMaker pipeline that decides. */
export const PIPELINE = "model-governance-pipeline";

/** Name or ARN of the one that first collects inference, for groups of language models. */
export const ofLanguage = (pipeline: string): string => `${pipeline}-language`;

/** Processes that have a role of their own; the role's name is made from it. */
export const ROLES = [
  "copy",
  "replication",
  "start",
  "pipeline",
  "collect",
  "serving",
  "clean-up",
  "validate",
  "decide",
] as const;
export type RoleOf = (typeof ROLES)[number];

/** Role name, unique in an account that is used from several Regions (IAM names are global): at most 64 characters. */
export const roleName = (prefix: string, of: RoleOf, region: string): string => `${prefix}-${of}-${region}`;

/** What the names of roles are made from; the same in all stacks, since their policies name each other's roles. */
export interface RoleNaming {
  prefix: string;
  /** IAM path: `/`, or `/ml/governance/`. */
  rolePath: string;
}

/** ARN of that role in `place`. */
export const roleArn = ({ prefix, rolePath }: RoleNaming, of: RoleOf, place: Place): string =>
  formatArn({ ...place, service: "iam", region: "", resource: `role${rolePath}${roleName(prefix, of, place.region)}` });

/** Processes that are a Lambda function. */
export const PROCESSES_WITH_FUNCTION = ["copy", "start", "validate", "decide", "clean-up"] as const;
export type FunctionOf = (typeof PROCESSES_WITH_FUNCTION)[number];

/** Lambda function names. */
export const functionName = (prefix: string, of: FunctionOf): string => `${prefix}-${of}`;

export const functionArn = (prefix: string, of: FunctionOf, place: Place): string =>
  formatArn({ ...place, service: "lambda", resource: `function:${functionName(prefix, of)}` });

/** Evidence bucket of one dev account; it lies in the governance account, in the governance Region. At most 63 characters. */
export const evidenceBucketName = (prefix: string, devAccount: string, governanceRegion: string): string =>
  `${prefix}-evidence-${devAccount}-${governanceRegion}`;

/** Bucket of verdicts and start markers; no dev principal can write to it. */
export const verdictBucketName = (prefix: string, governance: Place): string =>
  `${prefix}-verdicts-${governance.account}-${governance.region}`;

/** Artifact bucket of a dev account, where config names no existing one. */
export const artifactBucketName = (prefix: string, dev: Place): string =>
  `${prefix}-artifacts-${dev.account}-${dev.region}`;

/** ECR repository of the checks' image. */
export const checksRepositoryName = (prefix: string): string => `${prefix}/checks`;

export const bucketArn = (partition: string, bucket: string): string =>
  formatArn({ partition, service: "s3", region: "", account: "", resource: bucket });

export const modelPackageGroupArn = (place: Place, group: string): string =>
  formatArn({ ...place, service: "sagemaker", resource: `model-package-group/${group}` });

/** Pattern of all versions of one group, for policies. */
export const modelPackageArnPattern = (place: Place, group: string): string =>
  formatArn({ ...place, service: "sagemaker", resource: `model-package/${group}/*` });

export const pipelineArn = (place: Place): string =>
  formatArn({ ...place, service: "sagemaker", resource: `pipeline/${PIPELINE}` });

/** Key of an execution's full result in the verdict bucket; one key an execution, never a shared one. */
export const verdictKey = (executionId: string): string => `governance-pipeline/processor/${executionId}/checks.json`;

/** Key of the marker that guards one start: version and attempt. */
export const startMarkerKey = (group: string, version: number, attempt: number): string =>
  `start-markers/${group}/${version}/${attempt}.json`;

/** Key of a prompt set's file in the bucket of prompt sets; its manifest is `manifest.json`. */
export const promptSetKey = (name: string, file: string): string => `${PROMPT_SETS_PREFIX}${name}/${file}`;
export const PROMPT_SETS_PREFIX = "prompt-sets/";

/** Key of what the model wrote to a shard of prompts, in the verdict bucket; evidence for that execution alone. */
export const inferenceKey = (executionId: string, promptSet: string, file: string): string =>
  `inference/${executionId}/${promptSet}/${file}`;

/** Key of what says why a version can't be asked, in the verdict bucket. */
export const refusedKey = (executionId: string): string => `inference/${executionId}/refused.json`;

/** Beginning of the keys of a month's estimates, in the verdict bucket; each execution has one. */
export const spendingPrefix = (month: string): string => `spending/${month}/`;

/** Name of the endpoint, configuration and model that an execution makes; at most 63 characters. */
export const temporaryName = (prefix: string, executionId: string): string =>
  `${temporaryPrefix(prefix)}${executionId}`;

/** What all such names begin with. */
export const temporaryPrefix = (prefix: string): string => `${prefix}-ask-`;

/** Tags of what is temporary: until when it may be there, ISO 8601, and for which execution it was made. */
export const EXPIRES_TAG = "governance:expires";
export const EXECUTION_TAG = "governance:execution";

/** Key of a copy of a version's model data. */
export const servedModelKey = (group: string, version: number, sha256: string, file: string): string =>
  `models/${group}/${version}/${sha256}/${file}`;

/** Bucket of prompt sets; dev accounts can't read it, so that no one tunes a model to them. */
export const promptBucketName = (prefix: string, governance: Place): string =>
  `${prefix}-prompts-${governance.account}-${governance.region}`;

/** Bucket that temporary endpoints load their model data from. */
export const servedModelBucketName = (prefix: string, governance: Place): string =>
  `${prefix}-models-${governance.account}-${governance.region}`;
