import type { ModelPackageId } from "../contract/arn";
import type { ObjectLocation } from "../contract/evidence-uri";
import type { PipelineParameters } from "../contract/pipeline-parameters";
import type { StartAgain } from "../contract/registry-event";
import type { RevocationRequest } from "../contract/revocation-request";
import type { Decision } from "./verdict";

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
  /** SHA-256 over what it is made of: containers, model data, sources, reports; lower-case hex. It stays, whatever is decided. */
  fingerprint: string;
  /** `Restricted`: its artifacts lie in service storage and can't be read. */
  managedStorageType?: string;
  /** Containers of its inference specification, in order. */
  containers: readonly ModelContainer[];
  /** `Logged` or `Registered`, where AWS says. */
  registrationType?: string;
  customerMetadata: ReadonlyMap<string, string>;
  /** ARN of the session that last changed it, where AWS says. */
  lastModifiedBy?: string;
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

/** Versions of one key that are looked at: S3 keeps any number, and a verdict has to name those that it saw. */
export const MOST_VERSIONS = 1000;

/** Reads evidence. Every method throws what isn't about the evidence itself: a fault of ours. */
export interface EvidenceStore {
  /** Versions of exactly this key, newest first, at most `MOST_VERSIONS`; empty where there is none, or where it was deleted last. */
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

/** The card of a version. */
export interface ModelCard {
  /** JSON, as its team wrote it; absent where nothing was. */
  content?: string;
  /** `Draft`, `PendingReview`, `Approved`, `Archived`: of the card, not of the version. Absent where there is no card. */
  status?: string;
  /** Why nobody may read or change its content, where that is so. */
  closed?: string;
}

/** Cards of versions. What is wrong with a card is said, not thrown: it is a team's, and no fault of ours. */
export interface ModelCards {
  read(modelPackageArn: string): Promise<ModelCard>;
  /**
   * Writes the whole content, at most 100,000 characters of JSON. A card's status stays; a new card is a draft.
   * @param before the card as it was read
   * @param token the same for a repeat: 1 to 36 letters, digits and hyphens
   * @returns why the registry refuses that content; undefined when it is written
   */
  write(modelPackageArn: string, content: string, before: ModelCard, token: string): Promise<string | undefined>;
}

/** A line of the registry's list. */
export interface ListedVersion {
  id: ModelPackageId;
  approvalStatus: string;
  createdAt: Date;
}

/** What is kept; version null is the newest, of a key that is written once. */
export type LockedVersion = Omit<ObjectVersion, "size">;

/** Keeps what a decision rests on. */
export interface EvidenceLock {
  /** No version of it is deleted before then; where it is kept longer already, that stays. */
  keepUntil(version: LockedVersion, until: Date): Promise<void>;
}

/** What a start asks for; the same token starts once. */
export interface ExecutionRequest {
  parameters: PipelineParameters;
  /** 32 to 128 characters; also in the execution's description. */
  token: string;
  displayName: string;
  description: string;
}

/** An execution of the pipeline, as its list has it. Texts that AWS may extend stay texts. */
export interface ListedExecution {
  arn: string;
  status: string;
  /** What `ExecutionRequest` said. */
  description: string;
  startedAt: Date;
}

/** How an execution is now. */
export interface ExecutionState {
  /** A status that AWS may add isn't taken for an end. */
  hasEnded: boolean;
  /** When it last changed; a retried execution changes again. */
  since: Date;
}

/** What the reconciler asks of the registry and its pipelines. */
export interface Overview {
  /** Versions of a group with that approval status. */
  versions(group: string, approvalStatus: Decision): Promise<ListedVersion[]>;
  /** Executions of that group's pipeline that began since then. */
  executions(group: string, since: Date): Promise<ListedExecution[]>;
  /** Whether an execution has ended, and since when it is as it is. */
  stateOf(executionArn: string): Promise<ExecutionState>;
  /** Asks an execution to end; one that has ended already is no error. */
  stop(executionArn: string, state: ExecutionState): Promise<void>;
}

/** An execution as AWS itself describes it. Texts that AWS may extend stay texts. */
export interface ExecutionFacts {
  arn: string;
  pipelineArn: string;
  status: string;
  /** ARN of the identity that created it, a role's session; absent where AWS names none. */
  createdBy?: string;
  /** Whether it runs only some of the steps. */
  isSelective: boolean;
  parameters: ReadonlyMap<string, string>;
  /** JSON, as the execution runs it, whatever has become of its pipeline since. */
  definition: string;
}

export interface Executions {
  /** @throws what AWS throws, also where there is no such execution */
  describe(executionArn: string): Promise<ExecutionFacts>;
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
  has(key: string): Promise<boolean>;
  /** Keys that begin so. */
  keys(beginning: string): Promise<readonly string[]>;
  /** Undefined where there is no such key. */
  read(key: string): Promise<Uint8Array | undefined>;
  /** The same with the version that was read; null where the store has no versions. */
  readVersion(key: string): Promise<{ bytes: Uint8Array; versionId: string | null } | undefined>;
}

/** The queue of requests to revoke. */
export interface RevocationQueue {
  /** @returns id of the message */
  send(request: RevocationRequest): Promise<string>;
}

/** Start's own queue. */
export interface StartQueue {
  send(again: StartAgain, delaySeconds: number): Promise<void>;
}

/** The watcher's own queue. */
export interface WatchQueue {
  /** Has the watcher look at a version, after so long. */
  lookAgain(modelPackageArn: string, delaySeconds: number): Promise<void>;
}

/** Tells people; the same notice may arrive twice. */
export interface Notices {
  /** @param group whose owner is told too, where it has one */
  tell(subject: string, text: string, group?: string): Promise<void>;
}
