import { Console } from "node:console";
import fs from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import path from "node:path";
import { Writable } from "node:stream";
import { isRecord } from "./inputs";
import { LIBRARIES } from "./libraries";
import { type Send, sdkModule } from "./sdk-modules";
import { type Clock, UnknownToStandIn } from "./service";

/** What a process is started with. */
interface ProcessSettings {
  /** Folder that holds its files. */
  root: string;
  /** Text of its entry file. */
  source: string;
  environment: Readonly<Record<string, string>>;
  clock: Clock;
  send: Send;
  log(line: string): void;
}

/** A function's process: what it exports is called. */
export interface FunctionSettings extends ProcessSettings {
  /** Like `index.handler`. */
  handler: string;
}

/** A program's process: `node index.js ...args`. */
export interface ProgramSettings extends ProcessSettings {
  args: readonly string[];
  /** Folder that stands for the root of its container's files, as far as the program writes any. */
  files: string;
}

export type Handler = (event: unknown, context: Readonly<Record<string, unknown>>) => unknown;

const builtins = createRequire(__filename);

/**
 * Loads a function's bundle as Lambda's Node.js runtime does, with a process, a console, a clock and AWS clients of
 * its own.
 * @throws what the bundle throws while it loads, and an Error where it has no such handler
 */
export function startProcess(settings: FunctionSettings): Handler {
  const scope = scopeOf(settings, () => {
    throw new UnknownToStandIn("a function ends its own process");
  });
  load(settings, scope);
  const [, name = ""] = settings.handler.split(".");
  const exported = scope.module.exports[name];
  if (typeof exported !== "function") {
    throw new Error(
      `handler ${settings.handler}: the bundle exports ${Object.keys(scope.module.exports).join(", ") || "nothing"}`,
    );
  }
  return (event, context) => exported(event, context);
}

/** Runs a bundle as a program; resolves with its exit code when it exits by itself. */
export function runProgram(settings: ProgramSettings): Promise<number> {
  return new Promise((exit) => {
    const scope = scopeOf(settings, exit);
    scope.require.main = scope.module;
    try {
      load(settings, scope);
    } catch (error) {
      scope.console.error(error);
      exit(1);
    }
  });
}

/** A bundle's code, with what it takes from its surroundings as arguments. */
type Program = (...values: unknown[]) => void;
const programs = new Map<string, Program>();

function load({ source, root }: ProcessSettings, scope: Scope): void {
  programOf(source, path.join(root, "index.js"), Object.keys(scope))(...Object.values(scope));
}

/** Compiled once: each process runs it with a scope of its own. */
function programOf(source: string, file: string, names: readonly string[]): Program {
  const before = programs.get(source);
  if (before !== undefined) return before;
  // The bundle's code must share this realm's classes, or `instanceof Error` fails across the border.
  const run = new Function(...names, `${source}\n//# sourceURL=${file}`);
  const program: Program = (...values) => run(...values);
  programs.set(source, program);
  return program;
}

interface Module {
  exports: Record<string, unknown>;
}
type Scope = ReturnType<typeof scopeOf>;

function scopeOf(settings: FunctionSettings | ProgramSettings, exit: (code: number) => void) {
  const module: Module = { exports: {} };
  const own = processOf(settings, exit);
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

function processOf(settings: FunctionSettings | ProgramSettings, exit: (code: number) => void) {
  const { environment, log, root } = settings;
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
    exit: fixed(exit),
    argv: fixed(["node", path.join(root, "index.js"), ...("args" in settings ? settings.args : [])]),
  });
  return { process: own, output };
}

interface Require {
  (name: string): unknown;
  main?: Module;
}

function requireOf(settings: FunctionSettings | ProgramSettings, own: NodeJS.Process): Require {
  const { send } = settings;
  const sdk = new Map<string, unknown>();
  return (name) => {
    if (name === "process" || name === "node:process") return own;
    if ("files" in settings && /^(node:)?fs$/.test(name)) return containerFiles(settings.files, fs);
    if ("files" in settings && /^(node:)?fs\/promises$/.test(name)) return containerFiles(settings.files, fs.promises);
    if (isBuiltin(name)) return builtins(name);
    if (Object.hasOwn(LIBRARIES, name)) return LIBRARIES[name];
    if (!name.startsWith("@aws-sdk/"))
      throw new UnknownToStandIn(`a function requires ${name}, which its bundle doesn't hold`);
    const known = sdk.get(name) ?? sdkModule(name, send);
    sdk.set(name, known);
    return known;
  };
}

/** Node.js's `fs` with what SageMaker shares with a container in a folder of its own. */
const containerFiles = (folder: string, of: object): object =>
  new Proxy(of, {
    get(real, name) {
      const value: unknown = Reflect.get(real, name);
      if (typeof value !== "function") return value;
      return (...values: unknown[]) =>
        value.apply(
          real,
          values.map((one) => (String(one).startsWith("/opt/ml/") ? path.join(folder, String(one)) : one)),
        );
    },
  });

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
