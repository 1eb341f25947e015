import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { VirtualClock } from "./clock";
import type { Images } from "./deployed-function";
import { runProgram } from "./function-process";
import { logRequests, pullRequests } from "./iam/containers";
import { ownArn, type Refusal } from "./iam/request";
import type { Identities } from "./identities";
import { isRecord, listOf } from "./inputs";
import type { LogLine } from "./lambda";
import { type Files, writeFiles } from "./process-files";
import type { ProcessingJob } from "./sagemaker/processing-step";
import type { Send } from "./sdk-modules";
import type { Trace } from "./service";

/** What jobs need of the world around them. */
export interface JobSurroundings {
  clock: VirtualClock;
  trace: Trace;
  identities: Identities;
  images: Images;
  logs: LogLine[];
  refusal: Refusal;
  /** Sends a call of that job's. */
  sendAs(job: ProcessingJob): Send;
}

/** A job's container on one of its hosts, while it runs. */
interface Process {
  /** `algo-1` */
  host: string;
  /** Folder that stands for the root of its files. */
  root: string;
  alive: boolean;
}

/** Virtual seconds until a job's container runs. */
const START_UP = [120, 300] as const;
/** What SageMaker keeps of a job's exit message, in bytes. */
const LONGEST_MESSAGE = 1024;

/** SageMaker Processing: jobs of one container, run in this process. */
export class ProcessingJobs {
  constructor(private readonly around: JobSurroundings) {}

  /** Runs a job to its end. @throws Error with the reason why it failed or couldn't be created */
  async run(job: ProcessingJob, stopped?: AbortSignal): Promise<void> {
    const { clock, identities, images } = this.around;
    const image = images.get(job.image);
    if (image === undefined) throw new Error(`ClientError: image ${job.image} doesn't exist`);
    identities.requireRole(job.role, "sagemaker.amazonaws.com", job.arn, job.arn);
    await this.requireContainer(job);
    const [least, most] = START_UP;
    await clock.sleep((least + clock.random() * (most - least)) * 1000);
    const hosts = Array.from({ length: job.instances }, (_, index) => `algo-${index + 1}`);
    const processes = hosts.map((host): Process => ({ host, root: writeFiles(image, "job-"), alive: true }));
    // A stopped process is gone: its calls never come back.
    stopped?.addEventListener("abort", () => {
      for (const process of processes) process.alive = false;
    });
    try {
      for (const process of processes) await prepare(process, hosts, job, this.around.sendAs(job));
      await Promise.all(processes.map((process) => this.runHost(job, process, image)));
    } finally {
      for (const process of processes) {
        process.alive = false;
        rmSync(process.root, { recursive: true, force: true });
      }
    }
  }

  /** SageMaker pulls the image and writes the log as the job's role. */
  private async requireContainer({ arn, image, role, account, region }: ProcessingJob): Promise<void> {
    const { refusal, trace } = this.around;
    const unpulled = await refusal(pullRequests(role, image));
    if (unpulled !== undefined) throw new Error(`ClientError: ${unpulled}`);
    const group = ownArn({ principal: role, account, region }, "logs", "log-group:/aws/sagemaker/ProcessingJobs");
    const unwritten = await refusal(logRequests(role, group, "group and looks"));
    if (unwritten !== undefined) trace.note(arn, `function of the job failed to write its log: ${unwritten}`);
  }

  /** A container that fails ends the job, on all hosts. */
  private async runHost(job: ProcessingJob, process: Process, image: Files): Promise<void> {
    const code = await this.within(job, this.exitCode(job, process, image));
    if (code === 0) return;
    const message = exitMessage(process.root);
    this.around.trace.note(job.arn, `${process.host} failed with exit code ${code}: ${message}`);
    throw new Error(`AlgorithmError: ${message}, exit code: ${code}`);
  }

  private exitCode(job: ProcessingJob, process: Process, image: Files): Promise<number> {
    const [program, file = ""] = job.entrypoint;
    const source = image.get(file);
    if (program !== "node" || source === undefined) {
      throw new Error(
        `AlgorithmError: entry point ${job.entrypoint.join(" ")}: the image has ${[...image.keys()].join(", ")}`,
      );
    }
    const { clock, logs, sendAs } = this.around;
    const send = sendAs(job);
    return runProgram({
      ...{ source, clock, args: job.arguments, environment: job.environment },
      root: path.join(process.root, path.dirname(file)),
      files: process.root,
      // A process that ran out of time is gone: its calls never come back.
      send: (...call) => (process.alive ? send(...call) : new Promise(() => undefined)),
      log: (text) => logs.push({ at: clock.now(), function: job.arn, text }),
    });
  }

  private async within({ maxSeconds }: ProcessingJob, ended: Promise<number>): Promise<number> {
    let callOff = () => undefined as unknown;
    const late = new Promise<never>((_, reject) => {
      const message = `the job ran longer than MaxRuntimeInSeconds, ${maxSeconds}`;
      callOff = this.around.clock.limit(maxSeconds * 1000, () => reject(new Error(message)));
    });
    try {
      return await Promise.race([ended, late]);
    } finally {
      callOff();
    }
  }
}

/** What SageMaker puts into a host's files: where it is, and its part of the inputs. */
async function prepare(
  { root, host }: Process,
  hosts: readonly string[],
  job: ProcessingJob,
  send: Send,
): Promise<void> {
  mkdirSync(path.join(root, "opt/ml/output"), { recursive: true });
  const config = path.join(root, "opt/ml/config");
  mkdirSync(config, { recursive: true });
  writeFileSync(path.join(config, "resourceconfig.json"), JSON.stringify({ current_host: host, hosts }));
  for (const { bucket, prefix, folder, sharded } of job.inputs) {
    const keys = (await keysOf(bucket, prefix, send)).filter(
      (_, index) => !sharded || hosts[index % hosts.length] === host,
    );
    for (const key of keys) {
      const file = path.join(root, "opt/ml/processing", folder, key.slice(prefix.length));
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, await bytesOf(bucket, key, send));
    }
  }
}

async function keysOf(bucket: string, prefix: string, send: Send): Promise<string[]> {
  const keys: string[] = [];
  let token: unknown;
  do {
    const page = await send(
      "s3",
      "ListObjectsV2",
      { Bucket: bucket, Prefix: prefix, ...(token ? { ContinuationToken: token } : {}) },
      undefined,
    );
    if (!isRecord(page)) break;
    keys.push(...listOf(page.Contents).flatMap((entry) => (isRecord(entry) ? [String(entry.Key)] : [])));
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return keys.sort();
}

async function bytesOf(bucket: string, key: string, send: Send): Promise<Uint8Array> {
  const answer = await send("s3", "GetObject", { Bucket: bucket, Key: key }, undefined);
  const body = isRecord(answer) ? answer.Body : undefined;
  if (isRecord(body) && typeof body.transformToByteArray === "function") return body.transformToByteArray();
  throw new Error(`s3://${bucket}/${key}: the answer has no body`);
}

function exitMessage(root: string): string {
  try {
    return readFileSync(path.join(root, "opt/ml/output/message")).subarray(0, LONGEST_MESSAGE).toString();
  } catch {
    return "see the job's log";
  }
}
