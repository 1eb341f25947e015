import type { VirtualClock } from "./clock";
import { AwsError } from "./service";

/** Virtual milliseconds until Lambda tries again after a failure: twice, then no more. */
const AFTER_FAILURE = [60_000, 120_000];
/** While as many run as are reserved: from a second to five minutes, for six hours. */
const THROTTLED = { first: 1_000, longest: 300_000, together: 6 * 3_600_000 };

/** What a call meets while as many invocations run as the function has reserved. */
export const throttled = (): AwsError => new AwsError("TooManyRequestsException", "Rate Exceeded.", 429);
export const isThrottled = (error: unknown): boolean => error instanceof AwsError && error.name === throttled().name;

/**
 * Lambda's queue of asynchronous invocations: what fails comes twice again, what is throttled until it is let in
 * ("How Lambda handles errors and retries with asynchronous invocation", Lambda Developer Guide).
 */
export function invokeFromQueue(clock: VirtualClock, invoke: () => Promise<unknown>): void {
  const begun = clock.now().getTime();
  let failures = 0;
  let pause = THROTTLED.first;
  const attempt = async (): Promise<void> => {
    try {
      await invoke();
    } catch (error) {
      const wait = isThrottled(error) ? pauseOf() : AFTER_FAILURE[failures++];
      if (wait !== undefined) clock.limit(wait, attempt);
    }
  };
  const pauseOf = (): number | undefined => {
    const now = pause;
    pause = Math.min(pause * 2, THROTTLED.longest);
    return clock.now().getTime() - begun < THROTTLED.together ? now : undefined;
  };
  clock.limit(10, attempt);
}
