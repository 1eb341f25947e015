import { artifactBucketName, type Place } from "../contract/names";
import type { PinnedPromptSet } from "../contract/prompt-sets";
import type { Retention } from "../contract/retention";
import type { ScorerChoice, Serving, SpendingLimits } from "../contract/serving";
import type { BaseChoice } from "../image/ecr-image";
import type { Network } from "./permissions/running";
import { ConfigError, compileSchema, schemaMistakes, unknownRole } from "./stack-config-mistakes";
import { devMistakes, governanceMistakes } from "./stack-config-rules";
import { DEV_SCHEMA, GOVERNANCE_SCHEMA } from "./stack-config-schema";
import type { GroupMode } from "./stack-config-takeover";

/** How evidence gets to governance: by the copy function, or by S3 replication. */
export type Transfer = "copy" | "replication";

/** What runs the checks' image: a Lambda function, or a SageMaker Processing job. */
export type RunnerKind = "lambda" | "processing";

/** What both kinds of stack are told. */
export interface AccountConfig extends Place {
  /** Physical names begin with it. */
  prefix: string;
  /** IAM path of every role that the stack makes. */
  rolePath: string;
  /** ARN of the policy that bounds every role that the stack makes. */
  permissionsBoundary?: string;
  /** Where functions and jobs run, if not outside of the account's networks. */
  vpc?: Network;
  /** An existing key for alarms and notices, in place of one that the stack makes. */
  noticeKeyArn?: string;
  /** ARN of the role to deploy with, where it isn't the caller's own. */
  assumeRole?: string;
  /** Tags of every resource. */
  tags: Readonly<Record<string, string>>;
  /** Mail addresses that alarms and notices go to. */
  notifyEmails: readonly string[];
}

/** A dev account, as governance sees it. */
export interface DevAccountConfig {
  account: string;
  /** Region of its stack; governance's own where it isn't said. */
  region?: string;
  transfer: Transfer;
  /** Name of its artifact bucket, where it isn't the one that its stack makes. */
  artifactBucket?: string;
  /** Names or ARNs of the roles that register versions. */
  registeringRoles: readonly string[];
  /** An existing key for its evidence, in place of one that the governance stack makes. */
  evidenceKeyArn?: string;
}

/** A model package group of the central registry. */
export interface GroupConfig {
  name: string;
  /** Dev accounts whose roles register in it. */
  accounts: readonly string[];
  /** How its versions are asked; absent where they are no language models. */
  language?: Serving;
  /** It is there already: the stack makes neither it nor its policy. */
  existing?: boolean;
  /** The stack writes its whole policy, though it is there already. */
  ownsPolicy?: boolean;
  /** `observe` where it isn't said of an existing group, `enforce` of others. */
  mode?: GroupMode;
  /** ARNs of the roles whose people set statuses in it; there in mode `observe` alone. The guardrails let them. */
  statusSetters?: readonly string[];
  /** `2026-12-01T09:00:00Z`: what was registered before is left alone. */
  cutOver?: string;
  /** E-mail address of its owner, who is reminded of versions that wait for a person. */
  owner?: string;
  /** Names of the people of the team that owns it: none of them decides on its versions. There where `reviewers` is. */
  team?: readonly string[];
}

/** People who decide: IAM users, for whom the stack makes a role; or a role that is a permission set of Identity Center. */
export type Reviewers =
  | { users: readonly string[]; permissionSetRole?: never }
  | { users?: never; permissionSetRole: { arn: string; id: string } };

/** A role that deploys versions, in any account. */
export interface ConsumerConfig {
  /** ARN of a role that exists already. */
  role: string;
  /** Names of the groups whose versions it deploys. */
  groups: readonly string[];
}

/** How all groups of language models are asked. */
export interface LanguageConfig {
  /** What they are asked, each set by the digest of its manifest. */
  promptSets: readonly PinnedPromptSet[];
  /** Hosts that share the prompts. */
  hosts: number;
  /** Their instance type. */
  hostType: string;
  spendingLimits: SpendingLimits;
  /** What scores toxicity. */
  scorer: ScorerChoice;
}

/** Keys that sign decision records, checkpoints, verdicts and revocations. */
export interface SigningKeys {
  /** Existing ones, in place of those that the stack makes. */
  records?: string;
  checkpoints?: string;
  verdicts?: string;
  revocations?: string;
  /** Keys that signed before these; what they signed still counts. */
  former: {
    records: readonly string[];
    checkpoints: readonly string[];
    verdicts: readonly string[];
    revocations: readonly string[];
  };
}

/** Configuration of the governance account's stack. */
export interface GovernanceConfig extends AccountConfig {
  role: "governance";
  /** The image that CI has pushed: `repository@sha256:…`, in this account and Region. Either this or the next is there. */
  checksImage?: string;
  /** The update builds and pushes the image, on this base. */
  checksImageBuild?: BaseChoice;
  runner: RunnerKind;
  /** An existing key for verdicts, in place of one that the stack makes. */
  verdictKeyArn?: string;
  /** The same for decision records. */
  recordKeyArn?: string;
  signingKeys: SigningKeys;
  /** How long decision records can't be deleted, nor the evidence that they cite. */
  retention: Retention;
  /** Whether a version that someone approved past the records, or changed after its approval, is revoked at once. */
  revokeOnTampering: boolean;
  devAccounts: readonly DevAccountConfig[];
  groups: readonly GroupConfig[];
  /** There where a group is one of language models. */
  language?: LanguageConfig;
  /** Who may decide by hand; nobody where it isn't there. */
  reviewers?: Reviewers;
  consumers: readonly ConsumerConfig[];
  /** ARNs of users and roles that may take on the role which reads all. */
  auditors: readonly string[];
}

/** Configuration of one dev account's stack. */
export interface DevConfig extends AccountConfig {
  role: "dev";
  governanceAccount: string;
  governanceRegion: string;
  /** Key of this account's evidence bucket. */
  evidenceKeyArn: string;
  transfer: Transfer;
  /** An existing bucket; otherwise the stack makes one. */
  artifactBucket?: string;
  /** The stack writes the existing bucket's policy, notifications and replication, each as a whole. */
  ownsArtifactBucket?: boolean;
  /** Key of the existing bucket, where it has one of its own; or an existing key for the bucket that the stack makes. */
  artifactKeyArn?: string;
  /** Beginnings of the keys that are evidence. */
  evidencePrefixes: readonly string[];
  registeringRoles: readonly string[];
  /** Names of the groups that this account registers in. */
  groups: readonly string[];
  /** ECR repositories that hold models' images. */
  imageRepositories: readonly string[];
}

export type StackConfig = DevConfig | GovernanceConfig;

const governanceValidator = compileSchema(GOVERNANCE_SCHEMA);
const devValidator = compileSchema(DEV_SCHEMA);

/** Beginning of evidence's keys in a bucket that the stack makes. */
const DEFAULT_PREFIXES: readonly string[] = ["evidence/"];

/**
 * Reads a stack's configuration.
 * @param values keys without `governance:`, structured values parsed
 * @param file name of the file they come from, for messages
 * @throws ConfigError with every mistake: key, file, found, expected, example
 */
export function parseStackConfig(values: Readonly<Record<string, unknown>>, file: string): StackConfig {
  switch (values.role) {
    case "governance":
      return parseGovernance(values, file);
    case "dev":
      return parseDev(values, file);
    default:
      throw new ConfigError(file, [unknownRole(values.role)]);
  }
}

function parseGovernance(values: Readonly<Record<string, unknown>>, file: string): GovernanceConfig {
  const { sound, mistakes } = schemaMistakes(governanceValidator, values);
  // What the schema found sound has the types of the interface.
  const config = sound as Partial<GovernanceConfig>;
  const all = [...mistakes, ...governanceMistakes(config, values)];
  if (all.length > 0) throw new ConfigError(file, all);
  return config as GovernanceConfig;
}

function parseDev(values: Readonly<Record<string, unknown>>, file: string): DevConfig {
  const { sound, mistakes } = schemaMistakes(devValidator, values);
  const config = sound as Partial<DevConfig>;
  const all = [...mistakes, ...devMistakes(config, values)];
  if (all.length > 0) throw new ConfigError(file, all);
  const whole = config as DevConfig;
  return {
    ...whole,
    governanceRegion: whole.governanceRegion ?? whole.region,
    evidencePrefixes: whole.evidencePrefixes ?? DEFAULT_PREFIXES,
  };
}

/** Where the stack's resources are. */
export const placeOf = ({ partition, region, account }: Place): Place => ({ partition, region, account });

/** Where governance is, as a dev stack knows it. */
export const governancePlaceOf = ({ partition, governanceRegion, governanceAccount }: DevConfig): Place => ({
  partition,
  region: governanceRegion,
  account: governanceAccount,
});

/** Where a dev account's stack is, as governance knows it. */
export const devPlaceOf = (governance: GovernanceConfig, dev: DevAccountConfig): Place => ({
  partition: governance.partition,
  region: dev.region ?? governance.region,
  account: dev.account,
});

/** Name of the bucket in which a team writes its evidence. */
export const artifactBucketOf = (prefix: string, place: Place, existing: string | undefined): string =>
  existing ?? artifactBucketName(prefix, place);
