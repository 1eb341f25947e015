import { VALIDATE_ARGUMENTS, type ValidateOutputs } from "../src/contract/pipeline-parameters";
import { judgeAgain as again, type JudgeAgain } from "../src/stages/judge-again";
import { catalogue } from "./catalogue";
import { runJob } from "./job";
import { type ValidateStep, validateStep } from "./validate-step";

/** Made at the first call, so that a job which can't start says why. */
let step: ValidateStep | undefined;

/** RegisteredModelValidationStep: judges the version of the execution and writes checks.json. */
export async function handler(event: unknown): Promise<ValidateOutputs> {
  step ??= validateStep(process.env);
  return step(event);
}

/** What `governance ledger rederive` asks the kept bundle for. */
export const judgeAgain: JudgeAgain = (stored) => again(stored, catalogue);

// Lambda loads this file and calls the handler; a Processing job runs it.
if (require.main === module) {
  // The exit doesn't wait for sockets that are kept open.
  void runJob(handler, VALIDATE_ARGUMENTS, process.argv.slice(2)).then((code) => process.exit(code));
}
