import { hangingKey } from "../contract/names";
import { canonical } from "../core/canonical";
import type { ExecutionState, ListedExecution } from "../core/ports";
import { singleLine } from "../core/verdict";
import type { Attempts } from "./attempts";
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
  ports: Pick<ReconcilePorts, "overview" | "notices" | "markers">,
  attempts: Attempts,
  now: Date,
): Promise<string[]> {
  const stopped: string[] = [];
  const since = new Date(now.getTime() - LOOKS_BACK_MS);
  const running = (await ports.overview.executions(group, since)).filter(
    ({ arn, status, startedAt }) =>
      status === "Executing" && !open.has(arn) && passed(startedAt, executionMinutes, now),
  );
  for (const execution of running)
    await attempts.of(async () => {
      const state = await ports.overview.stateOf(execution.arn);
      if (state.hasEnded || !passed(state.since, executionMinutes, now)) return;
      // Before it is stopped: then it hangs no more, and no later run would tell.
      await tellOf(execution, state, ports);
      await ports.overview.stop(execution.arn, state);
      stopped.push(execution.arn);
    });
  return stopped;
}

async function tellOf(
  { arn, description }: ListedExecution,
  { since }: ExecutionState,
  { notices, markers }: Pick<ReconcilePorts, "notices" | "markers">,
): Promise<void> {
  const key = hangingKey(arn, since.toISOString());
  if (await markers.has(key)) return;
  await notices.tell(
    "An execution hangs, and is asked to stop",
    `${arn} (${singleLine(description)}) hasn't changed since ${since.toISOString()}. Where it runs on, stop it by hand: it holds one of the account's slots. Where it was to judge a version again, ask again (governance reevaluate).`,
  );
  await markers.write(key, canonical({ schemaVersion: 1, executionArn: arn }));
}
