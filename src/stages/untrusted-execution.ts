import { isSessionOf } from "../contract/arn";
import type { PipelineParameter } from "../contract/pipeline-parameters";
import { canonical } from "../core/canonical";
import { EvidenceError } from "../core/evidence";
import type { ExecutionFacts } from "../core/ports";
import { sha256 } from "../core/verdict";
import { parseJson } from "../reports/json";

/** What an execution must be that decides. */
export interface ExpectedExecution {
  arn: string;
  pipelineArn: string;
  /** ARN of the one role that starts executions. */
  startRoleArn: string;
  /** Those that say what is judged. */
  parameters: Readonly<Partial<Record<PipelineParameter, string>>>;
  /** Whether a definition was deployed, by the SHA-256 of its canonical JSON. */
  isDeployed(definitionSha256: string): Promise<boolean>;
}

/** Status of an execution whose steps run. */
const EXECUTING = "Executing";

/**
 * Why an execution may decide nothing: who started it and with what, and which steps it runs, is otherwise than expected.
 * @returns what was found and expected; undefined where all is as it should be
 */
export async function whyUntrusted(facts: ExecutionFacts, expected: ExpectedExecution): Promise<string | undefined> {
  const { createdBy = "nobody that AWS names" } = facts;
  if (facts.arn !== expected.arn) return `ARN: found ${facts.arn}`;
  if (facts.pipelineArn !== expected.pipelineArn)
    return `pipeline: found ${facts.pipelineArn}, expected ${expected.pipelineArn}`;
  if (facts.status !== EXECUTING) return `status: found ${facts.status}, expected ${EXECUTING}`;
  if (!isSessionOf(createdBy, expected.startRoleArn))
    return `created by: found ${createdBy}, expected a session of ${expected.startRoleArn}`;
  if (facts.isSelective) return "SelectiveExecutionConfig: found some of the steps, expected all of them";
  for (const [name, wanted] of Object.entries(expected.parameters)) {
    const found = facts.parameters.get(name);
    if (found !== wanted) return `parameter ${name}: found ${found ?? "none"}, expected ${wanted}`;
  }
  return whyUnknown(facts.definition, expected);
}

async function whyUnknown(definition: string, { isDeployed }: ExpectedExecution): Promise<string | undefined> {
  let parsed: unknown;
  try {
    // Not by JSON.parse: of a key that stands twice SageMaker may take the other value.
    parsed = parseJson(Buffer.from(definition));
  } catch (error) {
    if (error instanceof EvidenceError) return `definition: ${error.message}`;
    throw error;
  }
  const digest = sha256(canonical(parsed));
  if (await isDeployed(digest)) return undefined;
  return `definition: found one with the SHA-256 ${digest}, expected one that was deployed`;
}
