import { waitsForPersonKey } from "../contract/names";
import type { Serving, SpendingLimits } from "../contract/serving";
import type { Estimate, SpendingBook } from "../core/inference-ports";
import type { ModelPackage, Notices, WriteOnceStore } from "../core/ports";
import type { PromptSet } from "../core/prompt-set";
import { promptsOf } from "../core/prompt-set-file";

/** Minutes that an endpoint takes to come and go, which are paid for too. */
const UP_AND_DOWN = 15;

interface SpendingPorts {
  spending: SpendingBook;
  notices: Notices;
  /** The verdict bucket. */
  results: WriteOnceStore;
  progress(line: string): void;
  now(): Date;
}

/** US dollars that asking all prompts once is estimated to cost on the endpoint. */
export function estimatedCost(sets: readonly PromptSet[], serving: Serving): number {
  const completions = sets.reduce((sum, set) => sum + promptsOf(set) * set.completions, 0);
  const hours = (completions * serving.secondsPerCompletion) / serving.concurrency / 3600 + UP_AND_DOWN / 60;
  return hours * serving.pricePerHour;
}

/**
 * Notes what an execution is estimated to cost, before anything is made. Of executions that ask at once, each notes
 * first and then looks at what the others noted: together they don't exceed a limit either.
 * @throws Error where it would exceed a limit; a person is told
 */
export async function allowSpending(
  { id }: Pick<ModelPackage, "id">,
  sets: readonly PromptSet[],
  serving: Serving,
  executionId: string,
  { spending, notices, results, progress, now }: SpendingPorts,
  limits: SpendingLimits,
): Promise<void> {
  const month = now().toISOString().slice(0, 7);
  const estimate: Estimate = { version: `${id.group}/${id.version}`, amount: estimatedCost(sets, serving) };
  progress(`estimated cost ${dollars(estimate.amount)}`);
  const requireWithin = async () => {
    const exceeded = exceededLimits(estimate, await spending.before(month, executionId), limits);
    if (exceeded.length === 0) return;
    const why = `asking ${estimate.version} would make it ${exceeded.join(", and ")} in ${month}`;
    await results.write(
      waitsForPersonKey(executionId),
      JSON.stringify({ schemaVersion: 1, modelPackageArn: id.arn, reason: why }),
    );
    await notices.tell(
      `Spending limit: ${estimate.version} isn't asked`,
      `${id.arn}: ${why}. Nothing was made. Raise governance:language spendingLimits, and start its execution again, or reject the version.`,
    );
    throw new Error(`spending limit: ${why}`);
  };
  await requireWithin();
  await spending.note(month, executionId, estimate);
  await requireWithin();
}

/** Limits that the estimate exceeds together with those of other executions. */
function exceededLimits(
  { version, amount }: Estimate,
  others: readonly Estimate[],
  { perVersion, perMonth }: SpendingLimits,
): string[] {
  const ofVersion = sum(others.filter((other) => other.version === version)) + amount;
  const ofMonth = sum(others) + amount;
  return [
    ...(ofVersion > perVersion ? [`${dollars(ofVersion)} for this version, limit ${dollars(perVersion)}`] : []),
    ...(ofMonth > perMonth ? [`${dollars(ofMonth)} for all versions, limit ${dollars(perMonth)}`] : []),
  ];
}

const sum = (estimates: readonly Estimate[]): number => estimates.reduce((total, { amount }) => total + amount, 0);
const dollars = (amount: number): string => `$${amount.toFixed(2)}`;
