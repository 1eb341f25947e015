import {
  type BedrockClient,
  CreateModelImportJobCommand,
  DeleteImportedModelCommand,
  GetImportedModelCommand,
  GetModelImportJobCommand,
  ListModelImportJobsCommand,
  type Tag,
} from "@aws-sdk/client-bedrock";
import { EXECUTION_TAG, EXPIRES_TAG, temporaryName } from "../contract/names";
import { EvidenceError } from "../core/evidence";
import type { ModelServing, ServableModel, ServedModel } from "../core/inference-ports";
import { isAwsError } from "./aws-error";
import { LIFETIME_HOURS } from "./sagemaker-model-serving";

export interface BedrockServingSettings {
  /** Names begin with it. */
  prefix: string;
  /** What Bedrock reads the model's files under. */
  roleArn: string;
  now(): Date;
  wait(milliseconds: number): Promise<void>;
  /** The imported model of that ARN. */
  client(modelArn: string): ServedModel;
}

/** An import of a large model takes the better part of an hour. */
const POLL = { every: 30_000, times: 240 };

/** Custom models of Amazon Bedrock, each imported for one execution by a job that it started itself. */
export function bedrockModelServing(bedrock: BedrockClient, settings: BedrockServingSettings): ModelServing {
  return {
    async serve(executionId, model) {
      const name = temporaryName(settings.prefix, executionId);
      await startImport(bedrock, name, executionId, model, settings);
      const jobArn = await jobOf(bedrock, name);
      const modelArn = await imported(bedrock, jobArn, model, settings);
      await requireModel(bedrock, modelArn, jobArn, model);
      return settings.client(modelArn);
    },
    async end(executionId) {
      try {
        const modelIdentifier = temporaryName(settings.prefix, executionId);
        await bedrock.send(new DeleteImportedModelCommand({ modelIdentifier }));
      } catch (error) {
        if (!isAwsError(error, "ResourceNotFoundException")) throw error;
      }
    },
  };
}

/**
 * The same name imports once: a repeat, and another host, meet the job that is there.
 * @throws EvidenceError for data that Bedrock can't import
 */
async function startImport(
  bedrock: BedrockClient,
  name: string,
  executionId: string,
  { dataUri, isPrefix }: ServableModel,
  { roleArn, now }: BedrockServingSettings,
): Promise<void> {
  if (!isPrefix)
    throw new EvidenceError(
      "the version's model data is an archive, and Bedrock imports files below a prefix; register them as S3Prefix",
    );
  const expires = new Date(now().getTime() + LIFETIME_HOURS * 3_600_000).toISOString();
  const importedModelTags: Tag[] = [
    { key: EXPIRES_TAG, value: expires },
    { key: EXECUTION_TAG, value: executionId },
  ];
  try {
    await bedrock.send(
      new CreateModelImportJobCommand({
        jobName: name,
        importedModelName: name,
        roleArn,
        modelDataSource: { s3DataSource: { s3Uri: dataUri } },
        clientRequestToken: name,
        importedModelTags,
      }),
    );
  } catch (error) {
    // The name is taken, or the token comes again with another expiry: in either case the job is there.
    if (!isAwsError(error, "ConflictException", "IdempotentParameterMismatchException")) throw error;
  }
}

async function jobOf(bedrock: BedrockClient, name: string): Promise<string> {
  const { modelImportJobSummaries = [] } = await bedrock.send(new ListModelImportJobsCommand({ nameContains: name }));
  const job = modelImportJobSummaries.find(({ jobName }) => jobName === name);
  if (job?.jobArn === undefined) throw new Error(`import job ${name} isn't listed, though it was started`);
  return job.jobArn;
}

async function imported(
  bedrock: BedrockClient,
  jobIdentifier: string,
  { dataUri }: ServableModel,
  { wait }: BedrockServingSettings,
): Promise<string> {
  for (let time = 0; time < POLL.times; time++) {
    const job = await bedrock.send(new GetModelImportJobCommand({ jobIdentifier }));
    const from = job.modelDataSource?.s3DataSource?.s3Uri;
    if (from !== dataUri) throw new Error(`import job ${jobIdentifier} imports ${from}; expected ${dataUri}`);
    if (job.status === "Completed" && job.importedModelArn !== undefined) return job.importedModelArn;
    if (job.status !== "InProgress")
      throw new Error(`import job ${jobIdentifier} is ${job.status}: ${job.failureMessage ?? "no reason given"}`);
    await wait(POLL.every);
  }
  throw new Error(`import job ${jobIdentifier} isn't done after ${(POLL.every * POLL.times) / 60_000} minutes`);
}

/** A model that another job made, or of other files, is refused. */
async function requireModel(
  bedrock: BedrockClient,
  modelIdentifier: string,
  jobArn: string,
  { dataUri }: ServableModel,
): Promise<void> {
  const model = await bedrock.send(new GetImportedModelCommand({ modelIdentifier }));
  const from = model.modelDataSource?.s3DataSource?.s3Uri;
  if (model.jobArn === jobArn && from === dataUri) return;
  throw new Error(
    `imported model ${modelIdentifier} is of ${from} by ${model.jobArn}; expected ${dataUri} by ${jobArn}`,
  );
}
