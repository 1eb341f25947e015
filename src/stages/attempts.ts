/** Goes on when one of several calls fails, and fails in the end. */
export class Attempts {
  private readonly failures: unknown[] = [];

  /** What the call gives; undefined where it fails. */
  async of<T>(call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call();
    } catch (error) {
      this.failures.push(error);
      return undefined;
    }
  }

  /** @throws AggregateError of all that failed */
  end(): void {
    const { length } = this.failures;
    if (length > 0)
      throw new AggregateError(this.failures, `${length} of its calls failed: ${this.failures.map(String).join("; ")}`);
  }
}
