import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { BedrockClient } from "@aws-sdk/client-bedrock";
import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { ComprehendClient } from "@aws-sdk/client-comprehend";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { SNSClient } from "@aws-sdk/client-sns";
import { lineLogger } from "../functions/line-logger";
import { loggedStep } from "../functions/logged-step";
import { bedrockModel } from "../src/adapters/bedrock-model";
import { bedrockModelServing } from "../src/adapters/bedrock-model-serving";
import { comprehendScorer } from "../src/adapters/comprehend-scorer";
import { endpointModel } from "../src/adapters/endpoint-model";
import { endpointScorer } from "../src/adapters/endpoint-scorer";
import { s3EvidenceStore } from "../src/adapters/s3-evidence-store";
import { keysBelow } from "../src/adapters/s3-keys";
import { s3ModelData } from "../src/adapters/s3-model-data";
import { s3SpendingBook } from "../src/adapters/s3-spending-book";
import { s3WriteOnceStore } from "../src/adapters/s3-write-once-store";
import { sagemakerModelRegistry } from "../src/adapters/sagemaker-model-registry";
import { sagemakerModelServing } from "../src/adapters/sagemaker-model-serving";
import { snsNotices } from "../src/adapters/sns-notices";
import { type Environment, readEnvironment } from "../src/contract/environment";
import type { ObjectLocation } from "../src/contract/evidence-uri";
import { COLLECT_ARGUMENTS, PROMPTS_FOLDER, readArguments } from "../src/contract/pipeline-parameters";
import type { ScorerChoice, Serving } from "../src/contract/serving";
import type { HandedPrompts, ModelServing, ToxicityScorer } from "../src/core/inference-ports";
import { type CollectPorts, collectInference } from "../src/stages/collect-inference";

/** Asks the version of an execution's arguments. @throws Error as `collectInference` does */
export type CollectStep = (args: unknown) => Promise<Record<string, string>>;

/** SageMaker answers throttles and its own errors with a wait of random length, and asks again that often. */
const PATIENT = { maxAttempts: 8, retryMode: "adaptive" } as const;

/** A connection that was lost without a word is tried anew too; SageMaker itself waits a minute for a container. */
const ASKING = {
  ...PATIENT,
  requestHandler: {
    ...{ connectionTimeout: 5_000, requestTimeout: 300_000, throwOnRequestTimeout: true },
    // As many as a group's concurrency may be.
    httpsAgent: { maxSockets: 100 },
  },
};

/**
 * CollectInferenceStep, from the environment and the prompts that this host was handed.
 * @throws Error naming variables that are missing or malformed
 */
export function collectStep(variables: NodeJS.ProcessEnv): CollectStep {
  const environment = readEnvironment("collect", variables);
  const logger = lineLogger("collect");
  const runtime = new SageMakerRuntimeClient(ASKING);
  const sagemaker = new SageMakerClient(PATIENT);
  const settings = {
    groups: environment.GROUPS,
    sources: environment.EVIDENCE_SOURCES,
    promptSets: environment.PROMPT_SETS,
    serving: environment.SERVING,
    limits: environment.SPENDING_LIMITS,
  };
  return (given) => {
    const args = readArguments(COLLECT_ARGUMENTS, given);
    logger.appendKeys({ modelPackageArn: args.ModelPackageArn, executionId: args.ExecutionId });
    const serving = servingOf(environment.SERVING[args.ModelPackageGroupName], { environment, sagemaker, runtime });
    const ports: CollectPorts = {
      ...storesOf(environment),
      registry: sagemakerModelRegistry(sagemaker),
      handed: handedIn(PROMPTS_FOLDER),
      scorer: scorerOf(environment.SCORER, runtime),
      notices: snsNotices(new SNSClient({}), environment.NOTICE_TOPIC_ARN),
      serving,
      progress: (line) => logger.info(line),
      now: () => new Date(),
    };
    return loggedStep(logger, async () => {
      await collectInference(args, ports, settings);
      return {};
    });
  };
}

function storesOf(environment: Environment<"collect">) {
  const s3 = new S3Client(PATIENT);
  const owner = environment.GOVERNANCE_ACCOUNT;
  return {
    evidence: s3EvidenceStore(s3, owner),
    prompts: s3WriteOnceStore(s3, environment.PROMPT_BUCKET, owner).read,
    results: s3WriteOnceStore(s3, environment.VERDICT_BUCKET, owner),
    spending: s3SpendingBook(s3, environment.VERDICT_BUCKET, owner),
    keysBelow: (at: ObjectLocation) => keysBelow(s3, at, owner),
    copyModelData: s3ModelData(s3, { name: environment.MODEL_BUCKET, keyArn: environment.MODEL_KEY_ARN, owner }),
  };
}

interface ServingParts {
  environment: Environment<"collect">;
  sagemaker: SageMakerClient;
  runtime: SageMakerRuntimeClient;
}

/** A group that isn't one of language models has none; the stage says so. */
function servingOf(serving: Serving | undefined, { environment, sagemaker, runtime }: ServingParts): ModelServing {
  const none = () => Promise.reject(new Error("this group has no serving settings"));
  if (serving === undefined) return { serve: none, end: none };
  const common = {
    prefix: environment.PREFIX,
    roleArn: environment.SERVING_ROLE_ARN,
    now: () => new Date(),
    wait: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
  };
  if (serving.service === "bedrock") {
    const asked = new BedrockRuntimeClient(ASKING);
    return bedrockModelServing(new BedrockClient(PATIENT), {
      ...common,
      client: (arn) => bedrockModel(asked, arn, serving, common.wait),
    });
  }
  return sagemakerModelServing(sagemaker, {
    ...common,
    instanceType: serving.instanceType ?? "",
    client: (endpointName) => endpointModel(runtime, endpointName, serving),
  });
}

function scorerOf(choice: ScorerChoice, runtime: SageMakerRuntimeClient): ToxicityScorer | undefined {
  switch (choice.kind) {
    case "none":
      return undefined;
    case "comprehend":
      return comprehendScorer(new ComprehendClient(PATIENT));
    case "endpoint":
      return endpointScorer(runtime, choice.endpoint, choice.name);
  }
}

/** A host may have been handed nothing: there may be more hosts than files. */
const handedIn = (folder: string): HandedPrompts => ({
  files: () =>
    existsSync(folder)
      ? readdirSync(folder, { withFileTypes: true })
          .filter((set) => set.isDirectory())
          .flatMap(({ name }) => readdirSync(path.join(folder, name)).map((file) => `${name}/${file}`))
      : [],
  read: (file) => readFileSync(path.join(folder, file)),
});
