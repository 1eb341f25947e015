import { execFile, spawn } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { type EngineEvent, LocalWorkspace, type OpMap, type OutputMap, type Stack } from "@pulumi/pulumi/automation";
import { stringify } from "yaml";
import type { Keys } from "./emulator";
import { say } from "./tools";

const ROOT = path.join(__dirname, "..", "..");

/** Values of a stack file, without the `governance:` before their keys. */
export type ConfigValues = Readonly<Record<string, unknown>>;

/** A copy of the project as a fresh clone has it, so that a test may change its files. */
export function copyProject(folder: string): string {
  const copy = path.join(folder, "project");
  mkdirSync(copy, { recursive: true });
  for (const name of ["Pulumi.yaml", "package.json", "tsconfig.json", "src", "functions", "checks"]) {
    cpSync(path.join(ROOT, name), path.join(copy, name), { recursive: true });
  }
  symlinkSync(path.join(ROOT, "node_modules"), path.join(copy, "node_modules"));
  return copy;
}

/** Steps that change nothing. */
const UNCHANGED: readonly string[] = ["same", "read", "refresh"];

/** What an update did to the resources. */
export interface Updated {
  /** Resources by what was done: create, update, same, … */
  counts: OpMap;
  /** `operation type name [fields]` of each that didn't stay the same. */
  changed: string[];
  outputs: OutputMap;
}

interface PendingResource {
  urn: string;
  type: string;
  inputs?: Readonly<Record<string, unknown>>;
}

/** Types whose id is their name. */
const NAMED = /^aws:(iam\/role|lambda\/function|cloudwatch\/logGroup|s3\/bucket):/;

/** The id of a resource as its inputs tell it; undefined where only AWS knows. */
function idOf({ type, inputs = {} }: PendingResource): string | undefined {
  const name = inputs.bucket ?? inputs.name;
  return NAMED.test(type) && typeof name === "string" ? name : undefined;
}

/** A stack of the project, driven by Pulumi's Automation API. */
export class DeployedStack {
  private constructor(
    readonly name: string,
    private readonly stack: Stack,
    private readonly file: string,
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** @param project folder of a copy of the project; its stack file is written there */
  static async create(name: string, project: string, url: string, keys: Keys): Promise<DeployedStack> {
    const state = path.join(path.dirname(project), "state");
    mkdirSync(state, { recursive: true });
    const environment = {
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: "e2e",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    };
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: name, workDir: project },
      { envVars: environment },
    );
    return new DeployedStack(name, stack, path.join(project, `Pulumi.${name}.yaml`), environment);
  }

  configure(values: ConfigValues): void {
    const config = Object.fromEntries(Object.entries(values).map(([key, value]) => [`governance:${key}`, value]));
    writeFileSync(this.file, stringify({ config }));
  }

  async up(): Promise<Updated> {
    return this.watched("up", async (onEvent) => {
      const { summary, outputs } = await this.stack.up({ onEvent, suppressOutputs: true, color: "never" });
      return { counts: summary.resourceChanges ?? {}, outputs };
    });
  }

  /** What an update would do. */
  async preview(): Promise<Updated> {
    return this.watched("preview", async (onEvent) => {
      const { changeSummary } = await this.stack.preview({ onEvent, color: "never" });
      return { counts: changeSummary, outputs: {} };
    });
  }

  async refresh(): Promise<Updated> {
    return this.watched("refresh", async (onEvent) => {
      const { summary } = await this.stack.refresh({ onEvent, color: "never" });
      return { counts: summary.resourceChanges ?? {}, outputs: {} };
    });
  }

  /** All but what is protected. */
  async destroy(): Promise<Updated> {
    return this.watched("destroy", async (onEvent) => {
      const { summary } = await this.stack.destroy({ onEvent, excludeProtected: true, color: "never" });
      return { counts: summary.resourceChanges ?? {}, outputs: {} };
    });
  }

  /** Begins an update and sends it that signal once it has made as many resources. */
  async interrupted(signal: "SIGINT" | "SIGKILL", after: number): Promise<void> {
    const options = ["up", "--yes", "--skip-preview", "--non-interactive", "--color", "never", "--stack", this.name];
    const child = spawn("pulumi", options, {
      cwd: path.dirname(this.file),
      env: { ...process.env, ...this.environment },
      stdio: ["ignore", "pipe", "ignore"],
    });
    let made = 0;
    child.stdout.on("data", (text: Buffer) => {
      const before = made;
      made += text.toString().match(/ created/g)?.length ?? 0;
      // Once: a second interrupt kills.
      if (before < after && made >= after) child.kill(signal);
    });
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    if (code === 0) throw new Error(`${this.name}: the update ended before it was interrupted`);
  }

  /**
   * Mends what a killed update left, as docs/operate.md says: the lock goes, what was begun and is there is taken into
   * the state by its id, what isn't there is forgotten.
   * @returns what was taken in
   */
  async recovered(): Promise<string[]> {
    await this.stack.cancel();
    const { deployment } = await this.stack.exportStack();
    const begun: { resource: PendingResource }[] = deployment.pending_operations ?? [];
    const taken: string[] = [];
    for (const { resource } of begun) {
      const id = idOf(resource);
      if (id !== undefined && (await this.takesIn(resource.urn, id))) taken.push(resource.urn);
    }
    await this.refreshWith("--clear-pending-creates");
    return taken;
  }

  /** Whether AWS has what an update began to make. */
  private takesIn(urn: string, id: string): Promise<boolean> {
    return this.refreshWith("--import-pending-creates", urn, "--import-pending-creates", id).then(
      () => true,
      () => false,
    );
  }

  private refreshWith(...options: string[]): Promise<void> {
    return this.pulumi("refresh", "--yes", "--skip-preview", "--non-interactive", ...options);
  }

  /** The next update may take it out of the stack. */
  unprotect(urn: string): Promise<void> {
    return this.pulumi("state", "unprotect", urn, "--yes");
  }

  private async pulumi(...command: string[]): Promise<void> {
    const env = { ...process.env, ...this.environment };
    const common = ["--color", "never", "--stack", this.name];
    await promisify(execFile)("pulumi", [...command, ...common], { cwd: path.dirname(this.file), env });
  }

  /** Everything that the state has, with its properties. */
  async resources(): Promise<{ urn: string; type: string; protect?: boolean; outputs?: Record<string, unknown> }[]> {
    const { deployment } = await this.stack.exportStack();
    return deployment.resources ?? [];
  }

  private async watched(
    what: string,
    run: (onEvent: (event: EngineEvent) => void) => Promise<Omit<Updated, "changed">>,
  ): Promise<Updated> {
    const begun = Date.now();
    const changed: string[] = [];
    let done = 0;
    const result = await run(({ resourcePreEvent, resOutputsEvent }) => {
      const { op, urn, type, detailedDiff, diffs } = resourcePreEvent?.metadata ?? resOutputsEvent?.metadata ?? {};
      if (op === undefined || urn === undefined) return;
      const which = `${op} ${type} ${urn.split("::").at(-1)}`;
      if (!UNCHANGED.includes(op) && !changed.some((one) => one.startsWith(`${which} [`))) {
        // The engine sends null where there is none.
        const fields = new Set([...Object.keys(detailedDiff ?? {}), ...(diffs ?? [])]);
        changed.push(`${which} [${[...fields].sort().join(", ")}]`);
      }
      done += 1;
      if (done % 40 === 0) say(`  ${this.name} ${what}: ${done} steps`);
    });
    const counts = Object.entries(result.counts).map(([op, count]) => `${count} ${op}`);
    say(`${this.name} ${what}: ${counts.join(", ")} in ${Math.round((Date.now() - begun) / 1000)} s`);
    return { ...result, changed };
  }
}
