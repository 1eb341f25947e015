import * as sagemaker from "@pulumi/aws/sagemaker";
import * as pulumi from "@pulumi/pulumi";
import type { Bundle } from "../bundle";
import { jobEnvironment } from "../contract/environment";
import { PIPELINE, verdictBucketName } from "../contract/names";
import type { Policy } from "../core/policy";
import { approvalPipelineDefinition, type Runner } from "./approval-pipeline-definition";
import { evidenceSources, groupAccounts } from "./evidence-sources";
import { HandlerFunction } from "./handler-function";
import type { Grant, MadeArns } from "./permissions/grant";
import { environmentOf } from "./process-environment";
import { ProcessRole } from "./process-role";
import { type GovernanceConfig, placeOf, type RunnerKind } from "./stack-config";

export interface ApprovalPipelineArgs {
  config: GovernanceConfig;
  policy: Policy;
  /** The checks' image, by digest. */
  image: pulumi.Input<string>;
  /** The decide function. */
  code: Bundle;
  table: readonly Grant[];
  made: MadeArns;
  topicArn: pulumi.Input<string>;
}

/** The pipeline that decides, and what runs its two steps: whoever runs the checks is not the approver. */
export class ApprovalPipeline extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: ApprovalPipelineArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:ApprovalPipeline", name, {}, options);
    const { config, table, made } = args;
    const runner = RUNNERS[config.runner](args, { parent: this });
    const decide = decideFunction(args, { parent: this });
    const role = new ProcessRole("pipeline", { config, of: "pipeline", table, made }, { parent: this });
    const definition = pulumi
      .all([runner, decide.arn])
      .apply(([known, decideArn]) => JSON.stringify(approvalPipelineDefinition(known, decideArn)));
    const pipeline = new sagemaker.Pipeline(
      name,
      {
        pipelineName: PIPELINE,
        pipelineDisplayName: PIPELINE,
        pipelineDescription: "Judges one model version by policy and sets its approval status",
        roleArn: role.arn,
        pipelineDefinition: definition,
      },
      { parent: this },
    );
    this.arn = pipeline.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

type MakeRunner = (args: ApprovalPipelineArgs, options: pulumi.ComponentResourceOptions) => pulumi.Output<Runner>;

/** What the validate step needs, for each way to run it. */
const RUNNERS: Record<RunnerKind, MakeRunner> = {
  lambda: (args, options) =>
    validateFunction(args, options).arn.apply((functionArn): Runner => ({ kind: "lambda", functionArn })),
  processing({ config, image, table, made }, options) {
    const role = new ProcessRole("validate", { config, of: "validate", table, made }, options);
    return pulumi.all([image, role.arn, validateEnvironment(config, image)]).apply(
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

function validateFunction(
  { config, image, table, made }: ApprovalPipelineArgs,
  options: pulumi.ComponentResourceOptions,
) {
  return new HandlerFunction(
    "validate",
    {
      config,
      of: "validate",
      description: "Judges a version's evidence by policy and writes the verdict",
      code: { image },
      environment: validateEnvironment(config, image),
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
  const { config, policy, image, code, table, made, topicArn } = args;
  return new HandlerFunction(
    "decide",
    {
      config,
      of: "decide",
      description: "Writes a verdict to the registry as a version's approval status",
      code: { bundle: code },
      environment: environmentOf("decide", {
        ...verdictsOf(config, image),
        NOTICE_TOPIC_ARN: topicArn,
        POLICY_DIGEST: policy.digest,
      }),
      // Short: a step that times out fails while its function goes on.
      timeoutSeconds: 55,
      memoryMegabytes: 512,
      table,
      made,
    },
    options,
  );
}

const validateEnvironment = (config: GovernanceConfig, image: pulumi.Input<string>) =>
  environmentOf("validate", { ...verdictsOf(config, image), EVIDENCE_SOURCES: evidenceSources(config) });

/** What both steps know of verdicts. */
const verdictsOf = (config: GovernanceConfig, image: pulumi.Input<string>) => ({
  GROUPS: groupAccounts(config),
  GOVERNANCE_ACCOUNT: config.account,
  VERDICT_BUCKET: verdictBucketName(config.prefix, placeOf(config)),
  CHECKS_IMAGE_DIGEST: typeof image === "string" ? imageDigest(image) : pulumi.output(image).apply(imageDigest),
});

/** `repository@sha256:…` -> `sha256:…` */
const imageDigest = (image: string): string => image.slice(image.indexOf("@") + 1);
