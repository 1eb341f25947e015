import { isDigest, record } from "./message-fields";

/** Source and type of the registry's events, as SageMaker writes them. */
export const REGISTRY_EVENT_SOURCE = "aws.sagemaker";
export const REGISTRY_EVENT_TYPE = "SageMaker Model Package State Change";
export const PENDING = "PendingManualApproval";

/**
 * Pattern of the rule that sees versions awaiting approval. Start filters the rest: not every event on record has
 * `ModelPackageStatus`, and a list of hundreds of group names outgrows a pattern.
 */
export const APPROVAL_PATTERN = {
  source: [REGISTRY_EVENT_SOURCE],
  "detail-type": [REGISTRY_EVENT_TYPE],
  detail: { ModelApprovalStatus: [PENDING] },
};

/** Pattern of the rule that sees versions whose status is decided, however it came about. */
export const DECIDED_PATTERN = {
  ...APPROVAL_PATTERN,
  detail: { ModelApprovalStatus: ["Approved", "Rejected"] },
};

/**
 * Pattern of the rule that sees executions which didn't end well. AWS may add statuses; these are the ends that are known to
 * be bad.
 */
export const failedExecutionPattern = (pipelines: readonly string[]) => ({
  source: [REGISTRY_EVENT_SOURCE],
  "detail-type": ["SageMaker Model Building Pipeline Execution Status Change"],
  detail: {
    pipelineArn: pipelines,
    currentPipelineExecutionStatus: ["Failed", "Stopped", "CompletedWithFailures"],
  },
});

/** What start and watch take from an event; everything else it asks the registry for. */
export interface RegistryEvent {
  modelPackageArn: string;
  /** Account and Region of the envelope. */
  account: string;
  region: string;
  /** Fields that an update changed; empty on creation, as far as known. */
  updatedFields: string[];
  /** The event's own id, the same however often it comes. */
  id?: string;
}

/** What start sends itself, delayed, while it waits for evidence or for a free execution slot; and what the reconciler sends. */
export interface StartAgain {
  modelPackageArn: string;
  attempt: number;
  /** How often start has waited. Absent from the reconciler, which asks again by itself: start doesn't wait for it. */
  waits?: number;
  /** SHA-256 of the version's last record, where it is judged again whatever its status. */
  judgesAgain?: string;
}

/** The message that says so. */
export const startAgainMessage = (startAgain: StartAgain): string => JSON.stringify({ startAgain });

/** Reads an EventBridge event of the registry; undefined for anything else. */
export function parseRegistryEvent(message: unknown): RegistryEvent | undefined {
  const event = record(message);
  const detail = record(event?.detail);
  if (event?.source !== REGISTRY_EVENT_SOURCE || event["detail-type"] !== REGISTRY_EVENT_TYPE) return undefined;
  const { account, region } = event;
  const modelPackageArn = detail?.ModelPackageArn;
  if (typeof modelPackageArn !== "string" || typeof account !== "string" || typeof region !== "string")
    return undefined;
  const fields = detail?.UpdatedModelPackageFields;
  const updatedFields = Array.isArray(fields) ? fields.filter((field) => typeof field === "string") : [];
  const { id } = event;
  const isId = typeof id === "string" && /^[0-9A-Za-z-]{1,64}$/.test(id);
  return { modelPackageArn, account, region, updatedFields, ...(isId && { id }) };
}

/** Reads a message that says to start again; undefined for anything else. */
export function parseStartAgain(message: unknown): StartAgain | undefined {
  const { modelPackageArn, attempt, waits, judgesAgain } = record(record(message)?.startAgain) ?? {};
  if (typeof modelPackageArn !== "string" || !isCount(attempt)) return undefined;
  if (waits !== undefined && !isCount(waits)) return undefined;
  if (judgesAgain !== undefined && !isDigest(judgesAgain)) return undefined;
  return { modelPackageArn, attempt, ...(waits !== undefined && { waits }), ...(judgesAgain && { judgesAgain }) };
}

/** What the reconciler sends the watcher of an approved version that isn't as recorded, whose event may have got lost. */
export const lookAgainMessage = (modelPackageArn: string): string => JSON.stringify({ lookAgain: { modelPackageArn } });

/** Reads a message that says to look again: ARN of the version; undefined for anything else. */
export function parseLookAgain(message: unknown): string | undefined {
  const { modelPackageArn } = record(record(message)?.lookAgain) ?? {};
  return typeof modelPackageArn === "string" ? modelPackageArn : undefined;
}

const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 1;
