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

/** Life-cycle stage of a decided version; its status is the decision. */
export const LIFE_CYCLE_STAGE = "Governance";

/** Attribute of a notice that a group's owner gets: the group's name. */
export const OWNED_GROUP = "ownedGroup";

/** The SageMaker pipeline that decides. */
export const PIPELINE = "model-governance-pipeline";

/** Name or ARN of the one that first collects inference, for groups of language models. */
export const ofLanguage = (pipeline: string): string => `${pipeline}-language`;

/** ARN of a group's pipeline, from what a process is told. */
export const pipelineOf =
  ({ PIPELINE_ARN, LANGUAGE_GROUPS }: { PIPELINE_ARN: string; LANGUAGE_GROUPS: readonly string[] }) =>
  (group: string): string =>
    LANGUAGE_GROUPS.includes(group) ? ofLanguage(PIPELINE_ARN) : PIPELINE_ARN;

/** Processes, and people, that have a role of their own; the role's name is made from it. */
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
  "reconcile",
  "checkpoint",
  "watch",
  "revoke",
  "reviewer",
  "auditor",
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
export const PROCESSES_WITH_FUNCTION = [
  "copy",
  "start",
  "validate",
  "decide",
  "clean-up",
  "reconcile",
  "checkpoint",
  "watch",
  "revoke",
  "review",
] as const;
export type FunctionOf = (typeof PROCESSES_WITH_FUNCTION)[number];

/** Lambda function names. */
export const functionName = (prefix: string, of: FunctionOf): string => `${prefix}-${of}`;

export const functionArn = (prefix: string, of: FunctionOf, place: Place): string =>
  formatArn({ ...place, service: "lambda", resource: `function:${functionName(prefix, of)}` });

/** Every published version of a function, for policies; the function itself, which is its newest code, isn't among them. */
export const functionVersions = (functionArn: string): string => `${functionArn}:*`;

/** Queue of requests to revoke. */
export const revocationsName = (prefix: string): string => `${prefix}-revocations`;

export const revocationsArn = (prefix: string, place: Place): string =>
  formatArn({ ...place, service: "sqs", resource: revocationsName(prefix) });

/** Queue of people's requests to decide. */
export const requestsName = (prefix: string): string => `${prefix}-requests`;

export const requestsArn = (prefix: string, place: Place): string =>
  formatArn({ ...place, service: "sqs", resource: requestsName(prefix) });

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
  `${startMarkersOfVersion(group, version)}${attempt}.json`;

/** What the keys of a version's start markers begin with. */
export const startMarkersOfVersion = (group: string, version: number): string =>
  `${startMarkersOfGroup(group)}${version}/`;

/** Key of the marker that a person was told of a version which no check can judge. */
export const toldMarkerKey = (group: string, version: number): string =>
  `${startMarkersOfGroup(group)}${version}/told.json`;

/** What the keys of a group's start markers begin with. */
export const startMarkersOfGroup = (group: string): string => `${MARKERS_PREFIX}${group}/`;
export const MARKERS_PREFIX = "start-markers/";

/**
 * What is noted of a version, once. `as-…-2`: its status is what its records, two by then, say. Of all others a person was
 * told: by decide of what its record leaves to them, and of the attempt whose judgement changes no status; by the
 * reconciler and the watcher of the rest. `altered-…`: it was changed after its approval, to that fingerprint. `repaired-2`: decide was asked to apply its
 * second record, `late-2`: which it was Approved against. `set-…`: that event set its status, otherwise than its record says. `stopped-2`: that attempt's execution was asked to stop. `reminded-2`: of the second week in which it
 * waits. `revoked-2`: by that attempt's record.
 */
export type Noted =
  | "left-for-review"
  | "gave-up"
  | "changed"
  | "set-back"
  | "recorded-only"
  | "unrecorded"
  | `advised-${number}`
  | `as-${"Approved" | "Rejected"}-${number}`
  | `otherwise-${"Approved" | "Rejected"}-${number}`
  | `unmarked-${"Approved" | "Rejected"}-${number}`
  | `altered-${string}`
  | `set-${string}`
  | `late-${number}`
  | `repaired-${number}`
  | `stopped-${number}`
  | `reminded-${number}`
  | `revoked-${number}`;

/** Key of that note. */
export const notedKey = (what: Noted, group: string, version: number): string =>
  `${notedPrefix(what)}${group}/${version}.json`;
/** Key of the note that people were told of an execution in which nothing has changed since then, ISO 8601. */
export const hangingKey = (executionArn: string, since: string): string =>
  `${NOTED_PREFIX}hanging/${executionArn.slice(executionArn.lastIndexOf("/") + 1)}/${since}.json`;
export const notedPrefix = (what: Noted): string => `${NOTED_PREFIX}${what}/`;
export const NOTED_PREFIX = "noted/";

/** Key of the note whose evidence a report is, by its SHA-256: that of the version whose record was the first to cite it. */
export const citedKey = (sha256: string): string => `${CITED_PREFIX}${sha256}.json`;
export const CITED_PREFIX = "cited/";

/** Key of a person's request about a record that another person has to join; of a person one. */
export const requestKey = (group: string, version: number, recordSha256: string, person: string): string =>
  `${requestsAbout(group, version, recordSha256)}${person.toLowerCase()}.json`;

/** What the keys of all such requests begin with. */
export const requestsAbout = (group: string, version: number, recordSha256: string): string =>
  `${REQUESTS_PREFIX}${group}/${version}/${recordSha256}/`;
export const REQUESTS_PREFIX = "requests/";

/** Key of the attempt that a person's message asks for, so that it is one however often the message comes. */
export const judgedAgainKey = (group: string, version: number, messageId: string): string =>
  `${REQUESTS_PREFIX}${group}/${version}/again/${messageId}.json`;

/** Key of what says that an execution has asked a person, and goes on only when they start it again. */
export const waitsForPersonKey = (executionId: string): string => `inference/${executionId}/waits-for-person.json`;

/** Bucket of decision records, of the checkpoints over them, and of what they were made with: policies, bundles, prompt sets' manifests. */
export const recordBucketName = (prefix: string, governance: Place): string =>
  `${prefix}-records-${governance.account}-${governance.region}`;

/** Beginnings of keys in the record bucket, one for each kind of object. */
export const RECORDS_PREFIX = "records/";
export const CHECKPOINTS_PREFIX = "checkpoints/";
export const POLICIES_PREFIX = "policies/";
export const BUNDLES_PREFIX = "bundles/";
export const PROMPT_SETS_PREFIX = "prompt-sets/";
export const DEFINITIONS_PREFIX = "definitions/";

/** Key of the record of one decision: version and attempt, so that an attempt is decided once. */
export const recordKey = (group: string, version: number, attempt: number): string =>
  `${recordsOfGroup(group)}${version}/${attempt}.json`;

/** What the keys of a version's records begin with. */
export const recordsOfVersion = (group: string, version: number): string => `${recordsOfGroup(group)}${version}/`;

/** Key of another attempt's record of the version that a record's key is of. */
export const besideRecord = (key: string, attempt: number): string =>
  `${key.slice(0, key.lastIndexOf("/") + 1)}${attempt}.json`;

/** The attempt in the key of a record or start marker; undefined for other keys. */
export function attemptOfKey(key: string): number | undefined {
  const [, attempt] = /\/(\d+)\.json$/.exec(key) ?? [];
  return attempt === undefined ? undefined : Number(attempt);
}

/** What the keys of a group's records begin with. */
export const recordsOfGroup = (group: string): string => `${RECORDS_PREFIX}${group}/`;

/** Key of a checkpoint; in the order of keys, which is that of numbers. */
export const checkpointKey = (number: number): string => `${CHECKPOINTS_PREFIX}${String(number).padStart(9, "0")}.json`;

/** Keys of what a verdict was made with, by its SHA-256. */
export const policyKey = (sha256: string): string => `${POLICIES_PREFIX}${sha256}.json`;
export const bundleKey = (sha256: string): string => `${BUNDLES_PREFIX}${sha256}.js`;
/** The same of a prompt set's manifest, in the record bucket. */
export const keptPromptSetKey = (sha256: string): string => `${PROMPT_SETS_PREFIX}${sha256}.json`;

/** Key of a pipeline definition that was deployed, by the SHA-256 of its canonical JSON; the deployer alone writes there. */
export const definitionKey = (sha256: string): string => `${DEFINITIONS_PREFIX}${sha256}.json`;

/** Key of a prompt set's file in the bucket of prompt sets; its manifest is `manifest.json`. */
export const promptSetKey = (name: string, file: string): string => `${PROMPT_SETS_PREFIX}${name}/${file}`;

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
