import { COLLECT_ARGUMENTS } from "../src/contract/pipeline-parameters";
import { collectStep } from "./collect-step";
import { runJob } from "./job";

// CollectInferenceStep: asks the language model of the execution, on each host of a Processing job. Sockets that are kept open don't hold the exit up.
void runJob((args) => collectStep(process.env)(args), COLLECT_ARGUMENTS, process.argv.slice(2)).then((code) =>
  process.exit(code),
);
