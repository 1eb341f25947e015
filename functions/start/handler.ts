import { parseArn } from "../../src/contract/arn";
import { readEnvironment } from "../../src/contract/environment";
import { parseRegistryEvent, parseStartAgain } from "../../src/contract/registry-event";
import { type StartResult, startAgain, startFromEvent } from "../../src/stages/start";
import { lineLogger } from "../line-logger";
import { type BatchResponse, eachMessage } from "../sqs-batch";
import { startPorts } from "./ports";

const environment = readEnvironment("start", process.env);
const logger = lineLogger("start");
const ports = startPorts(environment);
const settings = {
  account: environment.GOVERNANCE_ACCOUNT,
  region: parseArn(environment.PIPELINE_ARN)?.region ?? "",
  groups: environment.GROUPS,
  sources: environment.EVIDENCE_SOURCES,
  languageGroups: environment.LANGUAGE_GROUPS,
  cutOvers: environment.CUT_OVERS,
  policyDigest: environment.POLICY_DIGEST,
  deadlineMinutes: environment.EVIDENCE_DEADLINE_MINUTES,
};

/** Starts an execution for each version that awaits approval and whose evidence has arrived. */
export const handler = (event: unknown): Promise<BatchResponse> => eachMessage(event, logger, handle);

async function handle(message: unknown): Promise<StartResult> {
  const again = parseStartAgain(message);
  const event = parseRegistryEvent(message);
  logger.appendKeys({ modelPackageArn: again?.modelPackageArn ?? event?.modelPackageArn });
  if (again) return startAgain(again, ports, settings, new Date());
  if (event) return startFromEvent(event, ports, settings, new Date());
  throw new Error("the message is neither a registry event that names a model package nor a wait of start itself");
}
