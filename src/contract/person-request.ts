import { isDigest, isLine, record } from "./message-fields";

/** What a person may ask for. */
export const REQUESTS = ["approve", "reject", "reevaluate", "baseline"] as const;

/** A person's request about a version, as the message's body has it. Who asks isn't in it: that AWS says. */
export interface PersonRequest {
  request: (typeof REQUESTS)[number];
  modelPackageArn: string;
  /** Why: one line of at most {@link LONGEST_REASON} characters. */
  reason: string;
  /** SHA-256 of the version's last record, which they looked at; null where there was none. */
  expectedRecordSha256: string | null;
}

/** Two people's reasons fit into the registry's line. */
export const LONGEST_REASON = 300;

/** Whether a text is a reason: one line of at most so many characters, without blanks around it. */
export const isReason = (value: unknown): value is string => isLine(value, LONGEST_REASON) && value.trim() === value;

const isKind = (value: unknown): value is PersonRequest["request"] => REQUESTS.some((one) => one === value);

/** Reads a message's body; undefined for anything that isn't such a request. */
export function parsePersonRequest(body: string): PersonRequest | undefined {
  const { request, modelPackageArn, reason, expectedRecordSha256, ...others } = record(parsed(body)) ?? {};
  if (!isKind(request) || typeof modelPackageArn !== "string" || !isReason(reason)) return undefined;
  if (expectedRecordSha256 !== null && !isDigest(expectedRecordSha256)) return undefined;
  return Object.keys(others).length > 0 ? undefined : { request, modelPackageArn, reason, expectedRecordSha256 };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** The body of such a message. */
export const personRequestMessage = (request: PersonRequest): string => JSON.stringify(request);

/** Who sent a message, and when, as SQS says it. */
export interface Sent {
  messageId: string;
  /** Unique id of the sender's role, a colon, and the name of the session. */
  senderId: string;
  sentAt: Date;
}

/** The role's unique id and the session's name of a sender; undefined for a sender that is no session of a role. */
export function senderOf({ senderId }: Sent): { roleId: string; name: string } | undefined {
  const [, roleId, name] = /^([A-Z0-9]+):([\w+=,.@-]{2,64})$/.exec(senderId) ?? [];
  return roleId === undefined || name === undefined ? undefined : { roleId, name };
}
