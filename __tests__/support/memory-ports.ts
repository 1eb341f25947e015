import type { ObjectLocation } from "../../src/contract/evidence-uri";
import type { StartAgain } from "../../src/contract/registry-event";
import type {
  ApprovalPipeline,
  EvidenceStore,
  ExecutionRequest,
  ModelPackage,
  ModelRegistry,
  Notices,
  ObjectVersion,
  StartQueue,
  StatusChange,
  WriteOnceStore,
} from "../../src/core/ports";
import { sha256 } from "../../src/core/verdict";
import { validateMetadata } from "../../src/local/stand-in/sagemaker/limits";

interface Kept {
  version: ObjectVersion;
  bytes: Uint8Array;
  /** Whether the store has a SHA-256 of its own. */
  summed: boolean;
}

/** Evidence in memory. Counts what was hashed and read. */
export class MemoryEvidence implements EvidenceStore {
  readonly reads: string[] = [];
  private readonly kept: Kept[] = [];

  /** @param size told in place of the body's own, for objects too large to make */
  put(at: ObjectLocation, body: string, { summed = true, size }: { summed?: boolean; size?: number } = {}): string {
    const bytes = Buffer.from(body);
    const versionId = `v${this.kept.length + 1}`;
    this.kept.unshift({ version: { ...at, versionId, size: size ?? bytes.length }, bytes, summed });
    return versionId;
  }

  keys(bucket: string): string[] {
    return [...new Set(this.kept.filter(({ version }) => version.bucket === bucket).map(({ version }) => version.key))];
  }

  async versions({ bucket, key }: ObjectLocation): Promise<ObjectVersion[]> {
    return this.kept.map(({ version }) => version).filter((one) => one.bucket === bucket && one.key === key);
  }

  async storedSha256(version: ObjectVersion): Promise<string | undefined> {
    const { summed, bytes } = this.find(version);
    return summed ? sha256(bytes) : undefined;
  }

  async read(version: ObjectVersion): Promise<Uint8Array> {
    this.reads.push(`read ${version.versionId}`);
    return this.find(version).bytes;
  }

  async hash(version: ObjectVersion): Promise<string> {
    this.reads.push(`hash ${version.versionId}`);
    return sha256(this.find(version).bytes);
  }

  private find({ versionId }: ObjectVersion): Kept {
    const found = this.kept.find(({ version }) => version.versionId === versionId);
    if (found === undefined) throw new Error(`no version ${versionId}`);
    return found;
  }
}

/** A registry whose versions a test may change at any time. */
export class MemoryRegistry implements ModelRegistry {
  readonly changes: [arn: string, change: StatusChange][] = [];
  private readonly packages = new Map<string, ModelPackage>();

  constructor(...packages: ModelPackage[]) {
    for (const one of packages) this.set(one);
  }

  set(one: ModelPackage): void {
    this.packages.set(one.id.arn, one);
  }

  async describe(arn: string): Promise<ModelPackage | undefined> {
    return this.packages.get(arn);
  }

  async setStatus(arn: string, change: StatusChange): Promise<void> {
    this.changes.push([arn, change]);
    const before = this.packages.get(arn);
    if (before === undefined) return;
    // As in the registry: what isn't named stays, and too much is refused.
    const customerMetadata = new Map([...before.customerMetadata, ...Object.entries(change.metadata)]);
    validateMetadata(Object.fromEntries(customerMetadata));
    this.set({ ...before, approvalStatus: change.status, customerMetadata });
  }
}

export class MemoryWriteOnce implements WriteOnceStore {
  readonly bodies = new Map<string, string>();

  async write(key: string, body: string): Promise<"written" | "exists"> {
    if (this.bodies.has(key)) return "exists";
    this.bodies.set(key, body);
    return "written";
  }

  async read(key: string): Promise<Uint8Array | undefined> {
    const body = this.bodies.get(key);
    return body === undefined ? undefined : Buffer.from(body);
  }

  async has(key: string): Promise<boolean> {
    return this.bodies.has(key);
  }

  async readVersion(key: string): Promise<{ bytes: Uint8Array; versionId: string } | undefined> {
    const bytes = await this.read(key);
    return bytes && { bytes, versionId: `version of ${key}` };
  }

  /** Keys that begin so. */
  async keys(beginning: string): Promise<string[]> {
    return [...this.bodies.keys()].filter((key) => key.startsWith(beginning));
  }
}

/** A store whose keys exist and can't be read. */
export const unreadable: WriteOnceStore = {
  write: async () => "exists",
  has: async () => true,
  keys: async () => [],
  read: async () => undefined,
  readVersion: async () => undefined,
};

/** A pipeline that starts once for each token. */
export class MemoryPipeline implements ApprovalPipeline {
  readonly executions: ExecutionRequest[] = [];
  /** Calls of start, repeats too. */
  calls = 0;

  constructor(public slots = 20) {}

  async start(request: ExecutionRequest): Promise<"started" | "no-slot"> {
    this.calls += 1;
    if (this.executions.some(({ token }) => token === request.token)) return "started";
    if (this.executions.length >= this.slots) return "no-slot";
    this.executions.push(request);
    return "started";
  }

  async wasStarted(_: string, token: string): Promise<boolean> {
    return this.executions.some(({ description }) => description.includes(token));
  }
}

export class MemoryQueue implements StartQueue {
  readonly messages: (StartAgain & { delaySeconds: number })[] = [];

  async send(again: StartAgain, delaySeconds: number): Promise<void> {
    this.messages.push({ ...again, delaySeconds });
  }
}

export class MemoryNotices implements Notices {
  readonly told: { subject: string; text: string; group?: string }[] = [];

  async tell(subject: string, text: string, group?: string): Promise<void> {
    this.told.push({ subject, text, ...(group !== undefined && { group }) });
  }
}

/** Ports of start around a registry of these versions. */
export const startWorld = (...packages: ModelPackage[]) => ({
  registry: new MemoryRegistry(...packages),
  evidence: new MemoryEvidence(),
  markers: new MemoryWriteOnce(),
  pipeline: new MemoryPipeline(),
  queue: new MemoryQueue(),
  notices: new MemoryNotices(),
});

/** What validate is told where no group is one of language models. */
export const NO_LANGUAGE = { languageGroups: [], promptSets: [], verdictBucket: "verdicts" };
