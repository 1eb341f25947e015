import type { Logger } from "@aws-lambda-powertools/logger";

/**
 * Runs a step of the pipeline, and logs what it returns or why it failed: the step's own log must say which version.
 * @throws what the step throws; the pipeline's execution then fails and no status changes
 */
export async function loggedStep<Outputs extends Record<string, string>>(
  logger: Logger,
  run: () => Promise<Outputs>,
): Promise<Outputs> {
  try {
    const outputs = await run();
    logger.info("done", { outputs });
    return outputs;
  } catch (error) {
    logger.error("failed, nothing was decided", error instanceof Error ? error : String(error));
    throw error;
  } finally {
    logger.resetKeys();
  }
}
