/** What a person may ask for. */
export const REQUESTS = ["approve", "reject", "reevaluate"] as const;

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

const FIELDS: Readonly<Record<keyof PersonRequest, (value: unknown) => boolean>> = {
  request: (value) => REQUESTS.some((one) => one === value),
  modelPackageArn: (value) => typeof value === "string",
  reason: isReason,
  expectedRecordSha256: (value) => value === null || (typeof value === "string" && /^[0-9a-f]{64}$/.test(value)),
};

/** Whether a text is a reason: one line, not empty, not too long. */
export function isReason(value: unknown): value is string {
  return (
    typeof value === "string" &&
    value.length <= LONGEST_REASON &&
    value.trim() === value &&
    /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u.test(value)
  );
}

/** Reads a message's body; undefined for anything that isn't such a request. */
export function parsePersonRequest(body: string): PersonRequest | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return isRequest(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isRequest(value: unknown): value is PersonRequest {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const given = new Map<string, unknown>(Object.entries(value));
  const fields = Object.entries(FIELDS);
  return given.size === fields.length && fields.every(([name, is]) => given.has(name) && is(given.get(name)));
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
