import { BedrockClient } from "@aws-sdk/client-bedrock";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SNSClient } from "@aws-sdk/client-sns";
import { bedrockTemporaryThings } from "../../src/adapters/bedrock-temporary-things";
import { sagemakerTemporaryThings } from "../../src/adapters/sagemaker-temporary-things";
import { snsNotices } from "../../src/adapters/sns-notices";
import { readEnvironment } from "../../src/contract/environment";
import { cleanUp } from "../../src/stages/clean-up";
import { lineLogger } from "../line-logger";

const environment = readEnvironment("clean-up", process.env);
const logger = lineLogger("clean-up");
const places = [
  sagemakerTemporaryThings(new SageMakerClient({}), environment.PREFIX),
  ...(environment.SERVICES.includes("bedrock")
    ? [bedrockTemporaryThings(new BedrockClient({}), environment.PREFIX)]
    : []),
];
const notices = snsNotices(new SNSClient({}), environment.NOTICE_TOPIC_ARN);

/** Takes temporary endpoints away that are past their time. */
export async function handler(): Promise<void> {
  const removed = await cleanUp(places, notices, new Date());
  logger.info("done", { removed });
}
