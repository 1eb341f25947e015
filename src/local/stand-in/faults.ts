import { AwsError } from "./service";

/** Ways in which a call goes wrong without a fault of its caller. */
export const FAULT_KINDS = ["throttle", "timeout", "server-error", "reset", "conflict", "hang", "crash"] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  kind: FaultKind;
  /** Before: the call changes nothing. After: it has its effect, and its answer is lost. */
  moment: "before" | "after";
}

/** The process that called is gone: its own memory, its other calls, its answer. */
export class ProcessDied extends Error {
  override readonly name = "ProcessDied";
}

/** How each service says that it is called too often. */
const THROTTLES: Readonly<Record<string, readonly [string, number]>> = {
  s3: ["SlowDown", 503],
  sagemaker: ["ThrottlingException", 400],
  sqs: ["ThrottlingException", 400],
  sns: ["Throttled", 429],
  kms: ["ThrottlingException", 400],
  lambda: ["TooManyRequestsException", 429],
};

/** What the SDK throws for it. */
export function thrownBy(kind: Exclude<FaultKind, "hang" | "crash">, service: string, operation: string): Error {
  switch (kind) {
    case "throttle": {
      const [name, status] = THROTTLES[service] ?? ["ThrottlingException", 400];
      return new AwsError(name, `${operation}: Rate exceeded`, status);
    }
    case "server-error":
      return new AwsError("InternalFailure", `${operation}: We encountered an internal error. Please try again.`, 500);
    case "conflict":
      return new AwsError("ConditionalRequestConflict", `${operation}: a conflicting operation was under way`, 409);
    case "timeout":
      return Object.assign(new Error(`${operation}: Connection timed out`), { name: "TimeoutError" });
    case "reset":
      return Object.assign(new Error(`${operation}: read ECONNRESET`), { code: "ECONNRESET" });
  }
}

/** Error codes that the SDK's standard mode tries again ("Retry behavior", AWS SDKs and Tools Reference Guide). */
const TRANSIENT_NAMES = [
  "SlowDown",
  "Throttled",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  "RequestTimeout",
  "TimeoutError",
];
const TRANSIENT_STATUS = [500, 502, 503, 504];

/** Whether the SDK tries again after that error. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AwsError && TRANSIENT_STATUS.includes(error.$metadata.httpStatusCode)) return true;
  return TRANSIENT_NAMES.includes(error.name) || ("code" in error && error.code === "ECONNRESET");
}
