/** Whether an error is the one that AWS names so; never by its message or class. */
export const isAwsError = (error: unknown, ...names: readonly string[]): boolean =>
  error instanceof Error && names.includes(error.name);

/** What a call gives, or undefined where AWS says by one of these errors that there is no such thing. */
export async function unlessMissing<T>(names: readonly string[], call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isAwsError(error, ...names)) return undefined;
    throw error;
  }
}
