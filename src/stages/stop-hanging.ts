import { hangingKey } from "../contract/names";
import { canonical } from "../core/canonical";
import type { ExecutionState, ListedExecution } from "../core/ports";
import { singleLine } from "../core/verdict";
import type { ReconcilePorts } from "./known-versions";
import { type Patience, passed } from "./next-step";

/** How far back executions are looked at: the reconciler runs several times an hour, and may have been off for days. */
const LOOKS_BACK_MS = 7 * 86_400_000;

/**
 * Has executions end that hang and that no open version waits for: of a version that was judged again, given up or decided
 * meanwhile. Each holds one of the account's few slots. People are told of each once: nothing starts it again.
 * @param group one of those whose versions the pipeline judges
 * @param open ARNs of executions that versions wait for, which are looked at with these
 * @returns ARNs of those that were asked to end
 */
export async function stopHanging(
  group: string,
  open: ReadonlySet<string>,
  { executionMinutes }: Patience,
  { overview, notices, markers }: Pick<ReconcilePorts, "overview" | "notices" | "markers">,
  now: Date,
): Promise<string[]> {
  const stopped: string[] = [];
  const since = new Date(now.getTime() - LOOKS_BACK_MS);
  for (const execution of await overview.executions(group, since)) {
    const { arn, status, startedAt } = execution;
    if (status !== "Executing" || open.has(arn) || !passed(startedAt, executionMinutes, now)) continue;
    const state = await overview.stateOf(arn);
    if (state.hasEnded || !passed(state.since, executionMinutes, now)) continue;
    await overview.stop(arn, state);
    stopped.push(arn);
    const key = hangingKey(arn, state.since.toISOString());
    if (await markers.has(key)) continue;
    await notices.tell(SUBJECT, textOf(execution, state));
    await markers.write(key, canonical({ schemaVersion: 1, executionArn: arn }));
  }
  return stopped;
}

const SUBJECT = "An execution hung, and was asked to stop";

const textOf = ({ arn, description }: ListedExecution, { since }: ExecutionState): string =>
  `${arn} (${singleLine(description)}) hasn't changed since ${since.toISOString()}. Where it still runs, stop it by hand: it holds one of the account's slots. A version that it was to judge again isn't: ask again (governance reevaluate).`;
