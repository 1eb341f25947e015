/** A command was used wrongly; the message says what was found, what was expected and what to do. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
