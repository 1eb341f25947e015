import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

/** What a Processing job leaves here is its ExitMessage, up to 1 KB. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeProcessingJob.html */
export const EXIT_MESSAGE_FILE = "/opt/ml/output/message";
const LONGEST_MESSAGE = 1024;

/**
 * Runs the step as a Processing job. Where it fails, the reason is printed and becomes the job's exit message.
 * @param names arguments of the step
 * @param given `--Name value` for each
 * @param messageFile where SageMaker looks for that message
 * @returns the process's exit code: 0 once the step is done, 1 for a fault of ours
 */
export async function runJob(
  step: (args: unknown) => Promise<unknown>,
  names: readonly string[],
  given: readonly string[],
  messageFile: string = EXIT_MESSAGE_FILE,
): Promise<0 | 1> {
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
    await step(parseArgs({ args: [...given], options }).values);
    return 0;
  } catch (error) {
    const reason = String(error);
    console.error(reason);
    leave(reason, messageFile);
    return 1;
  }
}

/** The job fails by its exit code, with or without a message. */
function leave(reason: string, messageFile: string): void {
  try {
    writeFileSync(messageFile, Buffer.from(reason).subarray(0, LONGEST_MESSAGE));
  } catch (error) {
    console.error(`${messageFile}: can't be written: ${error}`);
  }
}
