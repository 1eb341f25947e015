import { createHash } from "node:crypto";
import type { EvidenceSource } from "../contract/evidence-uri";
import type { PinnedPromptSet } from "../contract/prompt-sets";
import type { PinnedObject } from "./evidence";
import { type Finding, formatFinding } from "./finding";
import type { EvidenceReference } from "./ports";

/** What becomes of a version. `PendingManualApproval`: the policy leaves it to a person. */
export const DECISIONS = ["Approved", "Rejected", "PendingManualApproval"] as const;
export type Decision = (typeof DECISIONS)[number];

export interface Verdict {
  decision: Decision;
  findings: readonly Finding[];
  policy: { digest: string };
}

/** What a version was when it was judged. */
export interface RegisteredContent {
  /** SHA-256 over all that makes the version what it is; see `parseModelPackage`. */
  fingerprint: string;
  /** ISO 8601, UTC, milliseconds. */
  createdAt: string;
  /** The reports that it named. */
  evidence: readonly EvidenceReference[];
}

/** A report that was another version's evidence before. */
export interface ReusedEvidence {
  /** Lower-case hex. */
  sha256: string;
  /** The first version whose record cites it. */
  modelPackageArn: string;
}

/** An object that a version names and of which no version was taken: of another digest, ambiguous, undigested or too large. */
export interface SeenObject {
  /** Where it was looked for: `s3://bucket/key`. */
  uri: string;
  /** What there was of it, the newest first; never empty. Its bytes aren't kept. */
  versions: readonly SeenVersion[];
}

export interface SeenVersion {
  /** Null where the store has no versions. */
  versionId: string | null;
  /** Bytes. */
  size: number;
  /** Lower-case hex; absent where nothing depended on it. */
  sha256?: string;
}

/**
 * checks.json: a verdict, bound to the version, execution, policy and image it was made for and by, with all that is
 * needed to judge again from the stored objects.
 */
export interface VerdictRecord extends Verdict {
  /** What was written as 2 isn't signed. */
  schemaVersion: 2 | 3;
  modelPackageArn: string;
  executionId: string;
  attempt: number;
  registered: RegisteredContent;
  /** Digest of the image whose checks judged, and SHA-256 of their bundle in it. */
  checks: { imageDigest: string; bundleSha256: string };
  /** Where evidence of the version's group could come from. */
  sources: readonly EvidenceSource[];
  /** What a language model was asked; none for others. */
  promptSets: readonly PinnedPromptSet[];
  /** Every object version that was read. */
  evidence: readonly PinnedObject[];
  /** Those of them that are another version's evidence too; absent where none was known to be. */
  reused?: readonly ReusedEvidence[];
  /** Those of which none was read, in one of their slots at least; absent where there are none. */
  seen?: readonly SeenObject[];
}

/** Lower-case hex. */
export const sha256 = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Longest `ApprovalDescription` the registry takes, in UTF-16 code units. */
export const DESCRIPTION_LIMIT = 1024;

/** Longest text of one finding in it: a long name in a report must not push the others out. */
const FINDING_LIMIT = 300;

/** Text as a registry's single line may hold it: control characters become blanks, halves of characters U+FFFD. */
export const singleLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/\p{Cs}/gu, "\uFFFD")
    .trim();

/**
 * Why a version was decided as it was, on one line of at most {@link DESCRIPTION_LIMIT} characters: what failed first,
 * as many findings as fit, and how many more there are.
 */
export function describeVerdict({ decision, findings }: Verdict, fullResult: string): string {
  const failed = findings.filter(({ outcome }) => outcome === "fail");
  const unknown = findings.filter(({ outcome }) => outcome === "cannot-evaluate");
  const counts = `${failed.length} failed, ${unknown.length} could not be evaluated`;
  const head =
    decision === "Approved"
      ? `Approved: all ${findings.length} findings pass.`
      : `${decision}: of ${findings.length} findings ${counts}.`;
  const tail = ` Full result: ${singleLine(fullResult)}`;
  const lines = [...failed, ...unknown].map(
    (finding) => ` ${shorten(singleLine(formatFinding(finding)), FINDING_LIMIT)};`,
  );
  return cut(head, lines, tail);
}

function cut(head: string, lines: readonly string[], tail: string): string {
  const more = (left: number) => (left > 0 ? ` and ${left} more;` : "");
  let text = head;
  for (const [index, line] of lines.entries()) {
    const left = lines.length - index - 1;
    if ((text + line + more(left) + tail).length > DESCRIPTION_LIMIT) {
      text += more(lines.length - index);
      break;
    }
    text += line;
  }
  return shorten(text + tail, DESCRIPTION_LIMIT);
}

/** Cuts at a code point, never inside one, and says so. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const kept = text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, "");
  return `${kept}…`;
}
