import { type Call, type Caller, UnknownToStandIn } from "./service";

/** A call's input with the fields that the stand-in knows; any other is an error of its own. */
export class Input {
  constructor(
    private readonly call: Call,
    known: readonly string[],
  ) {
    const unknown = Object.keys(call.input).filter((name) => call.input[name] !== undefined && !known.includes(name));
    if (unknown.length > 0) throw new UnknownToStandIn(`${call.operation}: input ${unknown.join(", ")}`);
  }

  get operation(): string {
    return this.call.operation;
  }

  get caller(): Caller {
    return this.call.caller;
  }

  text(name: string): string {
    const value = this.call.input[name];
    if (typeof value !== "string" || value === "") {
      throw new UnknownToStandIn(`${this.call.operation}: ${name} is ${JSON.stringify(value)}, expected a text`);
    }
    return value;
  }

  optionalText(name: string): string | undefined {
    return this.call.input[name] === undefined ? undefined : this.text(name);
  }

  number(name: string, missing: number): number {
    const value = this.call.input[name] ?? missing;
    if (typeof value !== "number") throw new UnknownToStandIn(`${this.call.operation}: ${name} is no number`);
    return value;
  }

  optionalDate(name: string): Date | undefined {
    const value = this.call.input[name];
    if (value === undefined || value instanceof Date) return value;
    throw new UnknownToStandIn(`${this.call.operation}: ${name} is no Date`);
  }

  value(name: string): unknown {
    return this.call.input[name];
  }

  /** A text that must be one of those given. */
  choice<Value extends string>(name: string, values: readonly Value[]): Value | undefined {
    const value = this.optionalText(name);
    const found = values.find((one) => one === value);
    if (value !== undefined && found === undefined)
      throw new UnknownToStandIn(`${this.call.operation}: ${name} ${value}`);
    return found;
  }

  /** A map of texts, such as user metadata. */
  texts(name: string): Readonly<Record<string, string>> {
    const value = this.call.input[name];
    return typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]))
      : {};
  }
}
