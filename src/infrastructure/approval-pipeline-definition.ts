import {
  COLLECT_ARGUMENTS,
  COLLECT_STEP,
  type CollectArguments,
  DECIDE_ARGUMENTS,
  DECIDE_OUTPUTS,
  DECIDE_STEP,
  type DecideArguments,
  DIGEST_NOT_TOLD,
  NO_BUCKET,
  NO_RECORD,
  PIPELINE_PARAMETERS,
  type PipelineParameter,
  PROMPTS_FOLDER,
  VALIDATE_ARGUMENTS,
  VALIDATE_OUTPUTS,
  VALIDATE_STEP,
  type ValidateArguments,
} from "../contract/pipeline-parameters";

/** What runs the checks' image. */
export interface LambdaRunner {
  kind: "lambda";
  /** The validate function, which is made from the image. */
  functionArn: string;
}

/** A job for each execution, of a container that runs the image's code with the step's arguments. */
export interface ProcessingRunner {
  kind: "processing";
  /** The image, by digest. */
  image: string;
  /** Role of the job. */
  roleArn: string;
  /** Variables as `jobEnvironment` gives them. */
  environment: Readonly<Record<string, string>>;
  /** Where its network interfaces are, if in subnets of one's own. */
  vpc?: { subnetIds: readonly string[]; securityGroupIds: readonly string[] };
}
export type Runner = LambdaRunner | ProcessingRunner;

/** A job of several hosts that asks a language model, before it is judged. */
export interface Collecting extends Omit<ProcessingRunner, "kind"> {
  hosts: number;
  hostType: string;
  /** Where the prompt sets lie: `s3://bucket/prompt-sets/`. */
  promptsUri: string;
}

/** A value that is known when the execution runs. */
interface Reference {
  Get: string;
}

/**
 * Definition of the approval pipeline, version 2020-12-01. Neither step has a cache: the policy isn't among what a cache
 * goes by. Pipeline parameters are the caller's, so no threshold is among them.
 * @param decideFunctionArn the function that sets the status; it has a role of its own
 * @param collecting for language models
 */
export const approvalPipelineDefinition = (runner: Runner, decideFunctionArn: string, collecting?: Collecting) => ({
  Version: "2020-12-01",
  Metadata: {},
  Parameters: PIPELINE_PARAMETERS.map((name) => ({ Name: name, Type: "String", ...PARAMETERS[name] })),
  Steps: [
    ...(collecting === undefined ? [] : [collectStep(collecting)]),
    { ...validateStep(runner), ...(collecting && { DependsOn: [COLLECT_STEP] }) },
    decideStep(decideFunctionArn, DIGESTS[runner.kind]),
  ],
});

/** Required are those without a default. The bucket is for people to read: validate doesn't trust it. */
const PARAMETERS: Record<PipelineParameter, { Description: string; DefaultValue?: string }> = {
  ModelPackageGroupName: { Description: "Model package group of the version" },
  Bucket: { Description: "Evidence bucket of the version's first report, or none", DefaultValue: NO_BUCKET },
  ModelPackageArn: { Description: "ARN of the one version that is judged" },
  Attempt: { Description: "Which attempt to decide on it this is, from 1" },
  JudgesAgain: {
    Description: "SHA-256 of the record after which it is judged again, or none",
    DefaultValue: NO_RECORD,
  },
};

const parameter = (name: PipelineParameter): Reference => ({ Get: `Parameters.${name}` });
const EXECUTION_ID: Reference = { Get: "Execution.PipelineExecutionId" };

function validateStep(runner: Runner) {
  const values: Record<keyof ValidateArguments, Reference> = {
    ModelPackageGroupName: parameter("ModelPackageGroupName"),
    Bucket: parameter("Bucket"),
    ModelPackageArn: parameter("ModelPackageArn"),
    Attempt: parameter("Attempt"),
    ExecutionId: EXECUTION_ID,
  };
  switch (runner.kind) {
    case "lambda":
      return {
        Name: VALIDATE_STEP,
        Type: "Lambda",
        FunctionArn: runner.functionArn,
        Arguments: inOrder(VALIDATE_ARGUMENTS, values),
        OutputParameters: textOutputs(VALIDATE_OUTPUTS),
      };
    case "processing":
      return {
        Name: VALIDATE_STEP,
        Type: "Processing",
        Arguments: processingJob(runner, "index.js", argumentsOf(VALIDATE_ARGUMENTS, values)),
      };
  }
}

/** SHA-256 of checks.json, as far as the validate step can tell it. */
const DIGESTS: Record<Runner["kind"], Reference | string> = {
  lambda: { Get: `Steps.${VALIDATE_STEP}.OutputParameters['VerdictSha256']` },
  processing: DIGEST_NOT_TOLD,
};

/** Reports are judged in memory, so the volume holds next to nothing. */
const VOLUME_GIGABYTES = 5;
/** Reports of any size are read in far less; a job that hangs isn't paid for a day. */
const LONGEST_JOB_SECONDS = 3600;

/**
 * What the step's job is created with, except its name, which Pipelines gives. It has no inputs and outputs: SageMaker
 * would read other than pinned versions, and upload without If-None-Match.
 */
const processingJob = (
  { image, roleArn, environment, vpc }: Omit<ProcessingRunner, "kind">,
  program: string,
  args: readonly (string | Reference)[],
) => ({
  ProcessingResources: {
    ClusterConfig: { InstanceType: "ml.t3.medium", InstanceCount: 1, VolumeSizeInGB: VOLUME_GIGABYTES },
  },
  AppSpecification: {
    ImageUri: image,
    ContainerEntrypoint: ["node", `/var/task/${program}`],
    ContainerArguments: args,
  },
  Environment: environment,
  NetworkConfig: {
    // Isolated, it could neither describe the version nor read evidence.
    EnableNetworkIsolation: false,
    ...(vpc && { VpcConfig: { Subnets: vpc.subnetIds, SecurityGroupIds: vpc.securityGroupIds } }),
  },
  RoleArn: roleArn,
  StoppingCondition: { MaxRuntimeInSeconds: LONGEST_JOB_SECONDS },
});

const argumentsOf = <Name extends string>(names: readonly Name[], values: Record<Name, Reference>) =>
  names.flatMap((name) => [`--${name}`, values[name]]);

/** A run of all prompts; temporary endpoints may be there as long. */
const LONGEST_COLLECTING_SECONDS = 11 * 3600;

function collectStep({ hosts, hostType, promptsUri, ...runner }: Collecting) {
  const values: Record<keyof CollectArguments, Reference> = {
    ModelPackageGroupName: parameter("ModelPackageGroupName"),
    ModelPackageArn: parameter("ModelPackageArn"),
    ExecutionId: EXECUTION_ID,
  };
  const S3Input = {
    S3Uri: promptsUri,
    LocalPath: PROMPTS_FOLDER,
    S3DataType: "S3Prefix",
    S3InputMode: "File",
    S3DataDistributionType: "ShardedByS3Key",
  };
  return {
    Name: COLLECT_STEP,
    Type: "Processing",
    Arguments: {
      ...processingJob(runner, "collect.js", argumentsOf(COLLECT_ARGUMENTS, values)),
      // Whose files differ from what is pinned, the step refuses.
      ProcessingInputs: [{ InputName: "prompts", AppManaged: false, S3Input }],
      ProcessingResources: {
        ClusterConfig: { InstanceType: hostType, InstanceCount: hosts, VolumeSizeInGB: VOLUME_GIGABYTES },
      },
      StoppingCondition: { MaxRuntimeInSeconds: LONGEST_COLLECTING_SECONDS },
    },
  };
}

function decideStep(functionArn: string, digest: Reference | string) {
  const values: Record<keyof DecideArguments, Reference | string> = {
    ModelPackageArn: parameter("ModelPackageArn"),
    Attempt: parameter("Attempt"),
    JudgesAgain: parameter("JudgesAgain"),
    ExecutionId: EXECUTION_ID,
    VerdictSha256: digest,
  };
  return {
    Name: DECIDE_STEP,
    Type: "Lambda",
    DependsOn: [VALIDATE_STEP],
    FunctionArn: functionArn,
    Arguments: inOrder(DECIDE_ARGUMENTS, values),
    OutputParameters: textOutputs(DECIDE_OUTPUTS),
  };
}

const inOrder = <Name extends string>(names: readonly Name[], values: Record<Name, Reference | string>) =>
  Object.fromEntries(names.map((name) => [name, values[name]]));

const textOutputs = (names: readonly string[]) => names.map((name) => ({ OutputName: name, OutputType: "String" }));
