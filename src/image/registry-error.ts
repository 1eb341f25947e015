import { setTimeout } from "node:timers/promises";
import { types } from "node:util";

/** A registry answered otherwise than expected. */
export class RegistryError extends Error {
  override readonly name = "RegistryError";

  constructor(
    message: string,
    /** HTTP status. */
    readonly status: number,
  ) {
    super(message);
  }
}

/** Bytes are other than the digest that names them. */
export class DigestError extends Error {
  override readonly name = "DigestError";

  constructor(title: string, found: string, expected: string) {
    super(
      `${title}: found bytes of digest ${found}, expected ${expected}; the registry or the way to it is not to be trusted`,
    );
  }
}

export interface Retrying {
  attempts: number;
  /** Before the second attempt; twice as long before each further one. */
  pauseMilliseconds: number;
}

/** Tries again what failed on the way, or on the registry's side. */
export async function retried<T>({ attempts, pauseMilliseconds }: Retrying, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (attempts <= 1 || !isPassing(error)) throw explained(error);
    await setTimeout(pauseMilliseconds);
    return retried({ attempts: attempts - 1, pauseMilliseconds: pauseMilliseconds * 2 }, attempt);
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof RegistryError) return error.status >= 500 || error.status === 429;
  return isBrokenWay(error) && !(error.cause instanceof DigestError);
}

/** `fetch` throws a TypeError where the way is broken, or the body that it sends. */
const isBrokenWay = (error: unknown): error is Error => types.isNativeError(error) && error.name === "TypeError";

/** "fetch failed" alone says nothing; its cause does. */
function explained(error: unknown): unknown {
  if (!isBrokenWay(error) || !types.isNativeError(error.cause)) return error;
  if (error.cause instanceof DigestError) return error.cause;
  return new Error(`the registry can't be reached: ${error.cause.message}`, { cause: error });
}
