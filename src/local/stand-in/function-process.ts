import { Console } from "node:console";
import { createRequire, isBuiltin } from "node:module";
import path from "node:path";
import { Writable } from "node:stream";
import { isRecord } from "./inputs";
import { type Send, sdkModule } from "./sdk-modules";
import { type Clock, UnknownToStandIn } from "./service";

/** What a function's process is started with. */
export interface ProcessSettings {
  /** Folder that holds its files. */
  root: string;
  /** Text of its entry file. */
  source: string;
  /** Like `index.handler`. */
  handler: string;
  environment: Readonly<Record<string, string>>;
  clock: Clock;
  send: Send;
  log(line: string): void;
}

export type Handler = (event: unknown, context: Readonly<Record<string, unknown>>) => unknown;

const builtins = createRequire(__filename);

/**
 * Loads a function's bundle as Lambda's Node.js runtime does, with a process, a console, a clock and AWS clients of
 * its own.
 * @throws what the bundle throws while it loads, and an Error where it has no such handler
 */
export function startProcess(settings: ProcessSettings): Handler {
  const scope = scopeOf(settings);
  const names = Object.keys(scope);
  // The bundle's code must share this realm's classes, or `instanceof Error` fails across the border.
  const run = new Function(...names, `${settings.source}\n//# sourceURL=${path.join(settings.root, "index.js")}`);
  run(...Object.values(scope));
  const [, name = ""] = settings.handler.split(".");
  const exported = scope.module.exports[name];
  if (typeof exported !== "function") {
    throw new Error(
      `handler ${settings.handler}: the bundle exports ${Object.keys(scope.module.exports).join(", ") || "nothing"}`,
    );
  }
  return (event, context) => exported(event, context);
}

function scopeOf(settings: ProcessSettings) {
  const module: { exports: Record<string, unknown> } = { exports: {} };
  const own = processOf(settings);
  return {
    module,
    exports: module.exports,
    require: requireOf(settings, own.process),
    process: own.process,
    console: new Console({ stdout: own.output, stderr: own.output }),
    Date: dateOf(settings.clock),
    ...timersOf(settings.clock),
    __filename: path.join(settings.root, "index.js"),
    __dirname: settings.root,
  };
}

function processOf({ environment, log, root }: ProcessSettings) {
  const output = new Writable({
    decodeStrings: false,
    write(chunk: unknown, _encoding, done) {
      for (const line of String(chunk).split("\n")) if (line !== "") log(line);
      done();
    },
  });
  const fixed = (value: unknown) => ({ value, enumerable: true });
  const own: NodeJS.Process = Object.create(process, {
    env: fixed({ ...environment }),
    stdout: fixed(output),
    stderr: fixed(output),
    cwd: fixed(() => root),
  });
  return { process: own, output };
}

function requireOf({ send }: ProcessSettings, own: NodeJS.Process): (name: string) => unknown {
  const sdk = new Map<string, unknown>();
  return (name) => {
    if (name === "process" || name === "node:process") return own;
    if (isBuiltin(name)) return builtins(name);
    if (!name.startsWith("@aws-sdk/"))
      throw new UnknownToStandIn(`a function requires ${name}, which its bundle doesn't hold`);
    const known = sdk.get(name) ?? sdkModule(name, send);
    sdk.set(name, known);
    return known;
  };
}

/** `Date` of virtual time. */
function dateOf(clock: Clock): DateConstructor {
  return new Proxy(Date, {
    construct: (real, values, asked) => Reflect.construct(real, values.length === 0 ? [clock.now()] : values, asked),
    apply: () => clock.now().toString(),
    get: (real, name) => (name === "now" ? () => clock.now().getTime() : Reflect.get(real, name)),
  });
}

function timersOf(clock: Clock) {
  const cancelled = new WeakSet<object>();
  return {
    setTimeout: (action: (...values: unknown[]) => void, milliseconds = 0, ...values: unknown[]) => {
      const timer = { unref: () => timer, ref: () => timer };
      clock.after(milliseconds, () => (cancelled.has(timer) ? undefined : action(...values)));
      return timer;
    },
    clearTimeout: (timer: unknown) => {
      if (isRecord(timer)) cancelled.add(timer);
    },
  };
}
