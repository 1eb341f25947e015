import Ajv2020 from "ajv/dist/2020";
import type { PinnedObject } from "../core/evidence";
import type { Finding } from "../core/finding";
import { DECISIONS, type Decision } from "../core/verdict";
import { digest, finding, listOf, named, object, pinned, positive, time } from "../core/verdict-shapes";
import { readSigned, requireSignature, type Signed, type SignedBody, signedWith, type TrustedKeys } from "./signed";

/** The record that another one goes on from. */
export interface RecordLink {
  attempt: number;
  /** Of the record's bytes. */
  sha256: string;
}

/** A person, as AWS names them: the message that they sent has its sender's role and session. */
export interface Person {
  /** Unique id of the role. */
  roleId: string;
  /** Name of the session: who it was. */
  name: string;
  /** Of the message that asked. */
  messageId: string;
  /** When it was sent. */
  askedAt: string;
  /** Why, in their words; one line. */
  reason: string;
}

/**
 * Who or what decided: the policy, by the verdict of an execution; people; the watcher, which saw a change that nobody
 * may make; or whoever decided before this project was there.
 */
export type DecidedBy =
  | { kind: "policy"; executionId: string }
  | { kind: "people"; people: readonly Person[] }
  | { kind: "watcher" }
  | { kind: "before" };

/** What the policy's decision rests on. */
export interface Judged {
  /** checks.json. */
  verdict: PinnedObject;
  policy: { digest: string };
  checks: { imageDigest: string; bundleSha256: string };
  /** Every object version that was judged. */
  evidence: readonly PinnedObject[];
  findings: readonly Finding[];
}

interface Decided extends SignedBody {
  schemaVersion: 1 | 2;
  /** A revocation is signed by a key of its own, which decides nothing else. */
  kind: "decision" | "revocation";
  modelPackageArn: string;
  attempt: number;
  /** Of what the version was when it was judged or decided, as in checks.json. */
  fingerprint: string;
  decision: Decision;
  /** One line, as the registry has it. */
  reason: string;
  decidedAt: string;
  decidedBy: DecidedBy;
  /** Whether the registry is to say so, of a baseline to go on to: not where a group is observed, nor where only a person may take an approval back. */
  binding: boolean;
  /** The version's record before; null in its first. */
  previous: RecordLink | null;
}

/**
 * One decision on one version, as it is kept. Every SHA-256 is lower-case hex, every time ISO 8601 in UTC with
 * milliseconds. What it rests on is there where the policy decided.
 */
export type DecisionRecord = Decided & (Judged | { [Part in keyof Judged]?: never });

/** Whether people decided it, one of them by that message. */
export const isAskedBy = ({ decidedBy }: DecisionRecord, messageId: string): boolean =>
  decidedBy.kind === "people" && decidedBy.people.some((person) => person.messageId === messageId);

/** Whether it says how a version was that others had decided on. */
export const isBaseline = ({ decidedBy }: DecisionRecord): boolean => decidedBy.kind === "before";

/** A decision of the policy. */
export type PolicyRecord = Decided & Judged;

export const isJudged = (body: DecisionRecord): body is PolicyRecord => body.verdict !== undefined;

const JUDGED = {
  verdict: pinned,
  policy: object({ digest }),
  checks: object({ imageDigest: named, bundleSha256: digest }),
  evidence: listOf(pinned),
  findings: listOf(finding, 1),
};

const DECIDED = {
  modelPackageArn: named,
  attempt: positive,
  fingerprint: digest,
  decision: { enum: [...DECISIONS] },
  reason: named,
  decidedAt: time,
  signedWith,
};

const BY_POLICY = object({ kind: { const: "policy" }, executionId: named });

const version1 = object({
  ...{ schemaVersion: { const: 1 }, kind: { const: "decision" } },
  ...DECIDED,
  ...JUDGED,
  decidedBy: BY_POLICY,
});

const VERSION_2 = {
  ...DECIDED,
  schemaVersion: { const: 2 },
  kind: { const: "decision" },
  binding: { type: "boolean" },
  previous: { anyOf: [{ type: "null" }, object({ attempt: positive, sha256: digest })] },
};

const person = object({ roleId: named, name: named, messageId: named, askedAt: time, reason: named });
const BY_PEOPLE = object({ kind: { const: "people" }, people: listOf(person, 1) });

const SCHEMAS = {
  version1,
  byPolicy: object({ ...VERSION_2, ...JUDGED, decidedBy: BY_POLICY }),
  byPeople: object({ ...VERSION_2, decidedBy: { anyOf: [BY_PEOPLE, object({ kind: { const: "before" } })] } }),
  revocation: object({
    ...VERSION_2,
    kind: { const: "revocation" },
    decision: { const: "Rejected" },
    binding: { const: true },
    decidedBy: { anyOf: [BY_PEOPLE, object({ kind: { const: "watcher" } })] },
  }),
};

const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
const isVersion1 = ajv.compile<Omit<PolicyRecord, "binding" | "previous">>(SCHEMAS.version1);
/** Whether a value is a person, as a record has them. */
export const isPerson = ajv.compile<Person>(person);
const isByPolicy = ajv.compile<DecisionRecord>(SCHEMAS.byPolicy);
const isByPeople = ajv.compile<DecisionRecord>(SCHEMAS.byPeople);
const isRevocation = ajv.compile<DecisionRecord>(SCHEMAS.revocation);

/**
 * Reads a decision record of any schema version; its signature is still to be looked at.
 * @param name how messages name it, such as its key
 * @throws LedgerError for another shape
 */
export function readDecisionRecord(bytes: Uint8Array, name: string): Signed<DecisionRecord> {
  return readSigned(bytes, name, (body) => {
    const { schemaVersion, kind, verdict } = partsOf(body);
    if (schemaVersion === 1) {
      return isVersion1(body) ? { ...body, binding: true, previous: null } : (isVersion1.errors ?? []);
    }
    const is = kind === "revocation" ? isRevocation : verdict === undefined ? isByPeople : isByPolicy;
    return is(body) ? body : (is.errors ?? []);
  });
}

const partsOf = (body: unknown): { schemaVersion?: unknown; kind?: unknown; verdict?: unknown } =>
  typeof body === "object" && body !== null ? body : {};

/** Keys that records may be signed with, by what they say. */
export interface RecordKeys {
  decisions: TrustedKeys;
  revocations: TrustedKeys;
}

/** Keys that may sign such a record. */
export const keysFor = ({ kind }: DecisionRecord, { decisions, revocations }: RecordKeys): TrustedKeys =>
  kind === "revocation" ? revocations : decisions;

/** @throws LedgerError where no key made the signature that may sign such a record */
export const requireRecordSignature = (signed: Signed<DecisionRecord>, keys: RecordKeys): void =>
  requireSignature(signed, keysFor(signed.body, keys));
