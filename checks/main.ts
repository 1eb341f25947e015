import { VALIDATE_ARGUMENTS, type ValidateOutputs } from "../src/contract/pipeline-parameters";
import { runJob } from "./job";
import { type ValidateStep, validateStep } from "./validate-step";

/** Made at the first call, so that a job which can't start says why. */
let step: ValidateStep | undefined;

/** RegisteredModelValidationStep: judges the version of the execution and writes checks.json. */
export async function handler(event: unknown): Promise<ValidateOutputs> {
  step ??= validateStep(process.env);
  return step(event);
}

// Lambda loads this file and calls the handler; a Processing job runs it.
if (require.main === module) {
  // The exit doesn't wait for sockets that are kept open.
  void runJob(handler, VALIDATE_ARGUMENTS, process.argv.slice(2)).then((code) => process.exit(code));
}
