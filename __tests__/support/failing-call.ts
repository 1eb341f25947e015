/** Fails one of all calls of ports, once: before it does what it does, or after. */
export class FailingCall {
  /** What that call throws. */
  readonly error: Error;
  /** Name of the call; undefined where there were fewer. */
  failed?: string;
  private calls = 0;

  /** @param at which call, from 1 */
  constructor(
    private readonly at: number,
    private readonly moment: "before" | "after",
  ) {
    this.error = new Error(`call ${at} fails ${moment} its effect`);
  }

  /** The same ports, their calls counted. A port's calls of its own methods aren't calls of a port. */
  of<Ports extends object>(ports: Ports, path = ""): Ports {
    return new Proxy(ports, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        const called = `${path}${String(name)}`;
        if (typeof value === "function")
          return (...args: unknown[]) => this.call(called, async () => Reflect.apply(value, target, args));
        return typeof value === "object" && value !== null ? this.of(value, `${called}.`) : value;
      },
    });
  }

  private async call(name: string, act: () => Promise<unknown>): Promise<unknown> {
    this.calls += 1;
    if (this.calls !== this.at) return act();
    this.failed = name;
    if (this.moment === "after") await act();
    throw this.error;
  }
}
