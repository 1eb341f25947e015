import type { ModelPackageId } from "../contract/arn";
import type { ObjectLocation } from "../contract/evidence-uri";
import type { PipelineParameters } from "../contract/pipeline-parameters";

/** Slots of a model version's `ModelMetrics` that name reports. */
export const EVIDENCE_SLOTS = [
  "ModelQuality.Statistics",
  "ModelQuality.Constraints",
  "ModelDataQuality.Statistics",
  "ModelDataQuality.Constraints",
  "Bias.Report",
  "Bias.PreTrainingReport",
  "Bias.PostTrainingReport",
  "Explainability.Report",
] as const;
export type EvidenceSlot = (typeof EVIDENCE_SLOTS)[number];

/** A report that a model version names. */
export interface EvidenceReference {
  slot: EvidenceSlot;
  /** As registered: `s3://…`, also `https://…`. */
  uri: string;
  /** Lower-case hex SHA-256 of its bytes, where the version states one. */
  sha256?: string;
}

/** A registered version, as its registry describes it now. Texts that AWS may extend stay texts. */
export interface ModelPackage {
  id: ModelPackageId;
  /** `Completed` when registration ended well. */
  status: string;
  approvalStatus: string;
  createdAt: Date;
  evidence: readonly EvidenceReference[];
  /** `Restricted`: its artifacts lie in service storage and can't be read. */
  managedStorageType?: string;
  /** Containers of its inference specification, in order. */
  containers: readonly ModelContainer[];
  /** `Logged` or `Registered`, where AWS says. */
  registrationType?: string;
  customerMetadata: ReadonlyMap<string, string>;
}

/** A container that serves a version. */
export interface ModelContainer {
  /** Absent where the specification names none, but a base model or a product. */
  image?: string;
  /** `sha256:…`, as SageMaker found it at registration. */
  imageDigest?: string;
  modelData?: ModelDataSource;
  /** Variables that the container is given. */
  environment?: Readonly<Record<string, string>>;
  /** Names of fields that change what it serves, beyond those above. */
  others?: readonly string[];
}

/** Where a version's model data lies. */
export interface ModelDataSource {
  /** `s3://…`: of an object, or what the keys of several begin with. */
  uri: string;
  isPrefix: boolean;
}

/** One version of an object. `versionId` is null where the store keeps none. */
export interface ObjectVersion extends ObjectLocation {
  versionId: string | null;
  /** Bytes. */
  size: number;
}

/** Reads evidence. Every method throws what isn't about the evidence itself: a fault of ours. */
export interface EvidenceStore {
  /** Versions of exactly this key, newest first; empty where there is none, or where it was deleted last. */
  versions(at: ObjectLocation): Promise<ObjectVersion[]>;
  /** The store's own full-object SHA-256 of that version, lower-case hex, where it has one. */
  storedSha256(version: ObjectVersion): Promise<string | undefined>;
  read(version: ObjectVersion): Promise<Uint8Array>;
  /** SHA-256 of the bytes, streamed, lower-case hex. */
  hash(version: ObjectVersion): Promise<string>;
}

/** A change of a version's approval status, with all that is said of it, in one call. */
export interface StatusChange {
  status: "Approved" | "Rejected";
  /** One line, at most 1024 characters. */
  description: string;
  /** Keys and values in the registry's alphabet: letters, digits, blanks and `_.:/=+-@`. */
  metadata: Readonly<Record<string, string>>;
  /** The same for a repeat: 1 to 36 letters, digits and hyphens. */
  token: string;
}

export interface ModelRegistry {
  /** Undefined where there is no such version. */
  describe(modelPackageArn: string): Promise<ModelPackage | undefined>;
  setStatus(modelPackageArn: string, change: StatusChange): Promise<void>;
}

/** What a start asks for; the same token starts once. */
export interface ExecutionRequest {
  parameters: PipelineParameters;
  /** 32 to 128 characters; also in the execution's description. */
  token: string;
  displayName: string;
  description: string;
}

export interface ApprovalPipeline {
  /** `no-slot` while as many executions run as the account allows. */
  start(request: ExecutionRequest): Promise<"started" | "no-slot">;
  /** Whether an execution for that group, begun since then, carries this token in its description. */
  wasStarted(group: string, token: string, since: Date): Promise<boolean>;
}

/** A store in which a key is written once. */
export interface WriteOnceStore {
  write(key: string, body: string): Promise<"written" | "exists">;
  /** Undefined where there is no such key. */
  read(key: string): Promise<Uint8Array | undefined>;
}

/** Start's own queue. */
export interface StartQueue {
  startAgain(modelPackageArn: string, waits: number, delaySeconds: number): Promise<void>;
}

/** Tells people; the same notice may arrive twice. */
export interface Notices {
  tell(subject: string, text: string): Promise<void>;
}
