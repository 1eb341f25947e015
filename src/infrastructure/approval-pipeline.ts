import * as s3 from "@pulumi/aws/s3";
import * as sagemaker from "@pulumi/aws/sagemaker";
import * as pulumi from "@pulumi/pulumi";
import { jobEnvironment } from "../contract/environment";
import {
  definitionKey,
  ofLanguage,
  PIPELINE,
  PROMPT_SETS_PREFIX,
  pipelineArn,
  promptBucketName,
  recordBucketName,
  roleArn,
  servedModelBucketName,
  verdictBucketName,
} from "../contract/names";
import type { Serving } from "../contract/serving";
import { canonical } from "../core/canonical";
import { sha256 } from "../core/verdict";
import { approvalPipelineDefinition, type Collecting, type Runner } from "./approval-pipeline-definition";
import { evidenceSources, groupAccounts, languageGroups } from "./evidence-sources";
import { type FunctionRole, HandlerFunction } from "./handler-function";
import type { LedgerStore } from "./ledger-store";
import { environmentOf } from "./process-environment";
import { ProcessRole } from "./process-role";
import type { RecordKeyValues } from "./record-keys";
import { type GovernanceConfig, type LanguageConfig, placeOf, type RunnerKind } from "./stack-config";
import { cutOvers, observedGroups } from "./stack-config-takeover";
import type { FlowArgs } from "./stacks/flow-args";

export interface ApprovalPipelineArgs extends FlowArgs {
  /** The checks' image, by digest. */
  image: pulumi.Input<string>;
  /** Where definitions are kept, and what signs verdicts and decision records. */
  ledger: LedgerStore;
  /** What signs decision records. */
  recordKeys: RecordKeyValues;
  /** Key of what language models are asked, and of their data; there where a group is one of them. */
  languageKeyArn?: pulumi.Input<string> | undefined;
}

/** The pipeline that decides, and what runs its two steps: whoever runs the checks is not the approver. */
export class ApprovalPipeline extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** The version of the decide function that its last step names. */
  readonly decideArn: pulumi.Output<string>;
  readonly decideRole: FunctionRole;

  constructor(name: string, args: ApprovalPipelineArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:ApprovalPipeline", name, {}, options);
    const { config, table, made } = args;
    const runner = RUNNERS[config.runner](args, { parent: this });
    const decide = decideFunction(args, { parent: this });
    this.decideRole = decide.role;
    const role = new ProcessRole("pipeline", { config, of: "pipeline", table, made }, { parent: this });
    const pipeline = (
      of: string,
      pipelineName: string,
      pipelineDescription: string,
      collecting?: pulumi.Output<Collecting>,
    ) => {
      const pipelineDefinition = pulumi
        .all([runner, decide.versionArn, pulumi.output(collecting)])
        .apply(([known, decideArn, asking]) => canonical(approvalPipelineDefinition(known, decideArn, asking)));
      const known = knownDefinition(of, pipelineDefinition, args.ledger, { parent: this });
      return new sagemaker.Pipeline(
        of,
        { pipelineName, pipelineDisplayName: pipelineName, pipelineDescription, roleArn: role.arn, pipelineDefinition },
        // An execution decides nothing before its definition lies there.
        { parent: this, dependsOn: known },
      );
    };
    this.arn = pipeline(name, PIPELINE, "Judges one model version by policy and sets its approval status").arn;
    const { language } = config;
    if (language !== undefined) {
      const collecting = collectingJob({ ...args, language }, { parent: this });
      pipeline(
        `${name}-language`,
        ofLanguage(PIPELINE),
        "Asks one language model, judges it and sets its approval status",
        collecting,
      );
    }
    this.decideArn = decide.versionArn;
    this.registerOutputs({ arn: this.arn });
  }
}

/**
 * A definition in the record bucket, by its digest: executions of it may decide. One that is replaced stays there, for
 * executions that run it still.
 */
const knownDefinition = (
  of: string,
  definition: pulumi.Output<string>,
  ledger: LedgerStore,
  options: pulumi.ComponentResourceOptions,
) =>
  new s3.BucketObjectv2(
    `${of}-definition`,
    {
      bucket: ledger.bucket,
      key: definition.apply((text) => definitionKey(sha256(text))),
      content: definition,
      contentType: "application/json",
      // No secret, and so the deployer needs nothing of the bucket's key.
      serverSideEncryption: "AES256",
      // The bucket's default would end, and show as a difference: it is believed until someone who may lifts the lock.
      ...DEFINITION_LOCK,
      // S3 takes ten tags of an object, a stack may have more.
      overrideProvider: { defaultTags: { tags: {} } },
    },
    { ...options, dependsOn: ledger, retainOnDelete: true },
  );

const DEFINITION_LOCK = { objectLockMode: "GOVERNANCE", objectLockRetainUntilDate: "2099-12-31T00:00:00Z" } as const;

type MakeRunner = (args: ApprovalPipelineArgs, options: pulumi.ComponentResourceOptions) => pulumi.Output<Runner>;

/** What the validate step needs, for each way to run it. */
const RUNNERS: Record<RunnerKind, MakeRunner> = {
  lambda: (args, options) =>
    validateFunction(args, options).versionArn.apply((functionArn): Runner => ({ kind: "lambda", functionArn })),
  processing({ config, image, table, made, ledger }, options) {
    const role = new ProcessRole("validate", { config, of: "validate", table, made }, options);
    return pulumi.all([image, role.arn, validateEnvironment(config, image, ledger)]).apply(
      ([uri, roleArn, environment]): Runner => ({
        kind: "processing",
        image: uri,
        roleArn,
        ...(config.vpc && { vpc: config.vpc }),
        // Lambda tells its functions their Region; a job must be told.
        environment: jobEnvironment({ ...environment, AWS_REGION: config.region }),
      }),
    );
  },
};

/** What asks language models, and what their containers run under. */
function collectingJob(
  {
    config,
    language,
    image,
    table,
    made,
    topicArn,
    languageKeyArn,
  }: ApprovalPipelineArgs & { language: LanguageConfig },
  options: pulumi.ComponentResourceOptions,
): pulumi.Output<Collecting> {
  const role = new ProcessRole("collect", { config, of: "collect", table, made }, options);
  const serving = new ProcessRole("serving", { config, of: "serving", table, made }, options);
  const place = placeOf(config);
  const environment = environmentOf("collect", {
    GROUPS: groupAccounts(config),
    EVIDENCE_SOURCES: evidenceSources(config),
    GOVERNANCE_ACCOUNT: config.account,
    VERDICT_BUCKET: verdictBucketName(config.prefix, place),
    PROMPT_BUCKET: promptBucketName(config.prefix, place),
    PROMPT_SETS: [...language.promptSets],
    MODEL_BUCKET: servedModelBucketName(config.prefix, place),
    MODEL_KEY_ARN: pulumi.output(languageKeyArn).apply((arn) => arn ?? ""),
    SERVING_ROLE_ARN: serving.arn,
    PREFIX: config.prefix,
    SERVING: servingByGroup(config),
    SPENDING_LIMITS: language.spendingLimits,
    SCORER: language.scorer,
    NOTICE_TOPIC_ARN: topicArn,
  });
  return pulumi.all([image, role.arn, environment]).apply(
    ([uri, roleArn, block]): Collecting => ({
      image: uri,
      roleArn,
      ...(config.vpc && { vpc: config.vpc }),
      environment: jobEnvironment({ ...block, AWS_REGION: config.region }),
      hosts: language.hosts,
      hostType: language.hostType,
      promptsUri: `s3://${promptBucketName(config.prefix, place)}/${PROMPT_SETS_PREFIX}`,
    }),
  );
}

const servingByGroup = (config: GovernanceConfig): Record<string, Serving> =>
  Object.fromEntries(languageGroups(config).flatMap(({ name, language }) => (language ? [[name, language]] : [])));

function validateFunction(
  { config, image, table, made, ledger }: ApprovalPipelineArgs,
  options: pulumi.ComponentResourceOptions,
) {
  return new HandlerFunction(
    "validate",
    {
      config,
      of: "validate",
      description: "Judges a version's evidence by policy and writes the verdict",
      code: { image },
      environment: validateEnvironment(config, image, ledger),
      publish: true,
      // A Lambda step waits 10 minutes at most, and fails while its function goes on. Reports of 64 MB are parsed in memory.
      timeoutSeconds: 590,
      memoryMegabytes: 3008,
      table,
      made,
    },
    options,
  );
}

function decideFunction(args: ApprovalPipelineArgs, options: pulumi.ComponentResourceOptions) {
  const { config, policy, image, code, ledger, recordKeys, table, made, topicArn } = args;
  const place = placeOf(config);
  return new HandlerFunction(
    "decide",
    {
      config,
      of: "decide",
      description: "Writes a verdict to the registry as a version's approval status",
      code: { bundle: code("decide") },
      environment: environmentOf("decide", {
        ...verdictsOf(config, image),
        ...recordKeys,
        VERDICT_KEY_ARN: ledger.verdictSigningKeyArn,
        FORMER_VERDICT_KEY_ARNS: [...config.signingKeys.former.verdicts],
        PIPELINE_ARN: pipelineArn(place),
        LANGUAGE_GROUPS: languageGroups(config).map(({ name }) => name),
        START_ROLE_ARN: roleArn(config, "start", place),
        OBSERVED_GROUPS: observedGroups(config),
        CUT_OVERS: cutOvers(config),
        RETENTION: config.retention,
        NOTICE_TOPIC_ARN: topicArn,
        POLICY_DIGEST: policy.digest,
      }),
      publish: true,
      // Short: a step that times out fails while its function goes on.
      timeoutSeconds: 55,
      memoryMegabytes: 512,
      table,
      made,
    },
    options,
  );
}

const validateEnvironment = (config: GovernanceConfig, image: pulumi.Input<string>, ledger: LedgerStore) =>
  environmentOf("validate", {
    ...verdictsOf(config, image),
    VERDICT_KEY_ARN: ledger.verdictSigningKeyArn,
    EVIDENCE_SOURCES: evidenceSources(config),
    LANGUAGE_GROUPS: languageGroups(config).map(({ name }) => name),
    PROMPT_BUCKET: promptBucketName(config.prefix, placeOf(config)),
    PROMPT_SETS: [...(config.language?.promptSets ?? [])],
  });

/** What both steps know of verdicts. */
const verdictsOf = (config: GovernanceConfig, image: pulumi.Input<string>) => ({
  GROUPS: groupAccounts(config),
  GOVERNANCE_ACCOUNT: config.account,
  VERDICT_BUCKET: verdictBucketName(config.prefix, placeOf(config)),
  RECORD_BUCKET: recordBucketName(config.prefix, placeOf(config)),
  CHECKS_IMAGE_DIGEST: typeof image === "string" ? imageDigest(image) : pulumi.output(image).apply(imageDigest),
});

/** `repository@sha256:…` -> `sha256:…` */
const imageDigest = (image: string): string => image.slice(image.indexOf("@") + 1);
