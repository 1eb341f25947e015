/** Whether an error is the one that AWS names so; never by its message or class. */
export const isAwsError = (error: unknown, ...names: readonly string[]): boolean =>
  error instanceof Error && names.includes(error.name);
