import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { freePort, stopped } from "./processes";
import { eventually } from "./tools";

/** Programs that must be on PATH: Debian's packages of their names, and libc-bin's ldd. */
export const CONTAINER_PROGRAMS = ["buildah", "docker-registry", "ldd"];

/** How a container's program ended. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

export interface ContainerRun {
  command: readonly string[];
  environment: Readonly<Record<string, string>>;
  /** Folder of this machine that the container has as /opt/ml. */
  ml: string;
}

/** Whoever runs in a container owns nothing in its image. */
export const NOBODY = 65_534;

/** Images and containers without a container engine: buildah, and a registry of this machine. All it keeps is in a folder. */
export class Containers {
  private constructor(
    private readonly folder: string,
    private readonly registry: ChildProcess,
    /** `127.0.0.1:port` */
    readonly host: string,
  ) {}

  static async start(folder: string): Promise<Containers> {
    const host = `127.0.0.1:${await freePort()}`;
    const config = path.join(folder, "registry.yaml");
    const storage = path.join(folder, "registry");
    writeFileSync(
      config,
      `version: 0.1\nstorage: {filesystem: {rootdirectory: ${JSON.stringify(storage)}}}\nhttp: {addr: "${host}"}\n`,
    );
    const registry = spawn("docker-registry", ["serve", config], { stdio: "ignore" });
    const containers = new Containers(folder, registry, host);
    try {
      await eventually("the registry to listen", () => fetch(`http://${host}/v2/`).catch(() => undefined), 20);
    } catch (error) {
      await containers.stop();
      throw error;
    }
    return containers;
  }

  /** Pushes a base with this machine's Node.js and the libraries that it is linked with; `repository@sha256:…`. */
  async pushBase(repository: string): Promise<string> {
    const root = path.join(this.folder, "base");
    const libraries = execFileSync("ldd", [process.execPath], { encoding: "utf8" }).matchAll(/(\/\S+) \(0x/g);
    for (const [, library = ""] of libraries) copyTo(root, library, library);
    copyTo(root, process.execPath, "/usr/local/bin/node");
    const container = await this.buildah("from", "scratch");
    await this.buildah("copy", container, root, "/");
    await this.buildah("config", "--env", "PATH=/usr/local/bin", "--workingdir", "/var/task", container);
    await this.buildah("commit", "--rm", container, "base");
    rmSync(root, { recursive: true });
    const digest = path.join(this.folder, "base.digest");
    await this.buildah(
      "push",
      "--tls-verify=false",
      "--digestfile",
      digest,
      "base",
      `docker://${this.host}/${repository}`,
    );
    return `${repository}@${readFileSync(digest, "utf8").trim()}`;
  }

  /** A container of an image in the registry: `repository@sha256:…`. */
  async from(image: string): Promise<string> {
    return this.buildah("from", "--tls-verify=false", `docker://${this.host}/${image}`);
  }

  /** Runs a program in a container as nobody, on this machine's network, until it ends. */
  run(container: string, { command, environment, ml }: ContainerRun): Promise<Ended> {
    const variables = Object.entries(environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
    const where = ["--isolation", "chroot", "--user", `${NOBODY}:${NOBODY}`, "--volume", `${ml}:/opt/ml:rw`];
    return new Promise((resolve) => {
      const args = [...this.own, "run", ...where, ...variables, container, "--", ...command];
      execFile("buildah", args, { timeout: 120_000 }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ code, stdout, stderr });
      });
    });
  }

  async stop(): Promise<void> {
    await stopped(this.registry);
  }

  /** buildah's own state is in the folder too. */
  private get own(): string[] {
    const [root, runroot] = ["images", "containers"].map((name) => path.join(this.folder, name));
    return ["--storage-driver", "vfs", "--root", String(root), "--runroot", String(runroot)];
  }

  private async buildah(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)("buildah", [...this.own, ...args]);
    return stdout.trim();
  }
}

function copyTo(root: string, from: string, to: string): void {
  const target = path.join(root, to);
  mkdirSync(path.dirname(target), { recursive: true });
  copyFileSync(realpathSync(from), target);
}
