import Ajv2020, { type ValidateFunction } from "ajv/dist/2020";
import { canonical } from "./canonical";
import type { Bound, EvidenceKind } from "./evidence";
import { type Mistake, type PolicyFile, readPolicyFile } from "./policy-file";
import { type Problem, problemsOfErrors } from "./policy-problem";
import type { PolicySchema } from "./policy-schema";
import type { EvidenceSlot } from "./ports";
import { sha256 } from "./verdict";

/** What a finding that doesn't pass does. */
export type OnOutcome = "reject" | "review";

export interface CheckPolicy {
  onFail: OnOutcome;
  onCannotEvaluate: OnOutcome;
  /** Every threshold of the check's schema, and those of its patterns that a file sets. */
  thresholds: Readonly<Record<string, unknown>>;
}

/** The effective policy of one group: schema defaults, then the organisation's file, then the group's. */
export interface GroupPolicy {
  /** SHA-256 of the whole policy, lower-case hex. */
  digest: string;
  requiredEvidence: readonly EvidenceKind[];
  acceptUndigestedEvidence: boolean;
  /** Slots whose report may be another version's evidence too. */
  acceptReusedEvidence: readonly EvidenceSlot[];
  checks: Readonly<Record<string, CheckPolicy>>;
}

/** The policy of all groups. */
export interface Policy {
  digest: string;
  /** What the digest is of: the effective policy of all groups, in canonical JSON (RFC 8785). */
  text: string;
  evidenceDeadlineMinutes: number;
  /** Groups that have a file of their own. */
  groups: readonly string[];
  forGroup(group: string): GroupPolicy;
}

/** What one file says; the schema validated it. */
interface Said {
  requiredEvidence?: EvidenceKind[];
  acceptUndigestedEvidence?: boolean;
  acceptReusedEvidence?: EvidenceSlot[];
  evidenceDeadlineMinutes?: number;
  checks?: Record<string, { onFail?: OnOutcome; onCannotEvaluate?: OnOutcome; thresholds?: Record<string, unknown> }>;
}

/** The policy's files are wrong. The message has a line for each mistake: file, line, field, found, allowed. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
}

const ORGANISATION = "organisation.yaml";
const GROUP_FILE = /^groups\/([a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62})\.yaml$/;

/**
 * Reads the policy: `organisation.yaml` and `groups/<model package group>.yaml`.
 * @param files paths relative to the policy's folder; a file that isn't there changes nothing
 * @throws PolicyError with every mistake of every file
 */
export function parsePolicy(files: readonly PolicyFile[], schema: PolicySchema): Policy {
  const validate = validator(schema);
  const mistakes: Mistake[] = [];
  let organisation: Said = {};
  const groups = new Map<string, Said>();
  for (const file of files) {
    const group = GROUP_FILE.exec(file.path)?.[1];
    if (group === undefined && file.path !== ORGANISATION) {
      mistakes.push({
        file: file.path,
        problem: `is no policy file; expected ${ORGANISATION} or groups/<model package group>.yaml`,
      });
      continue;
    }
    const { value, mistakes: found } = readPolicyFile<Said>(file, (parsed) => problemsOf(parsed, validate, group));
    mistakes.push(...found);
    if (group === undefined) organisation = value;
    else groups.set(group, value);
  }
  if (mistakes.length > 0) throw new PolicyError(mistakes.map(formatMistake).join("\n"));
  return effective(organisation, groups, schema);
}

const formatMistake = ({ file, line, field, problem }: Mistake): string =>
  `${file}${line === undefined ? "" : `:${line}`}: ${field ? `${field} ` : ""}${problem}`;

/** Compiling takes longer than all else here, and each process has one schema. */
const compiled = new WeakMap<PolicySchema, ValidateFunction<Said>>();

function validator(schema: PolicySchema): ValidateFunction<Said> {
  const before = compiled.get(schema);
  if (before) return before;
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    // A metric that a check lists also matches its pattern for those that it doesn't.
    allowMatchingProperties: true,
    verbose: true,
  });
  const validate = ajv.compile<Said>(schema);
  compiled.set(schema, validate);
  return validate;
}

function problemsOf(parsed: unknown, validate: ValidateFunction<Said>, group: string | undefined): Problem[] {
  if (!validate(parsed)) return problemsOfErrors(validate.errors ?? []);
  const said: Said = parsed;
  const crossed = Object.entries(said.checks ?? {}).flatMap(([id, { thresholds }]) =>
    Object.entries(thresholds ?? {}).flatMap(([name, value]) =>
      crossedBound(["checks", id, "thresholds", name], value),
    ),
  );
  if (group === undefined || said.evidenceDeadlineMinutes === undefined) return crossed;
  return [
    ...crossed,
    { path: ["evidenceDeadlineMinutes"], problem: `is for ${ORGANISATION} alone; take it out of this file` },
  ];
}

function crossedBound(path: readonly string[], value: unknown): Problem[] {
  // Not every threshold is a bound: one by facet may have facets of these names.
  const { min, max } = value as Record<keyof Bound, unknown>;
  if (typeof min !== "number" || typeof max !== "number" || min <= max) return [];
  return [{ path, problem: `has min ${min} above max ${max}; nothing could pass` }];
}

/** The effective policy of the organisation, and of the groups that differ. */
interface Whole {
  schemaVersion: 1;
  evidenceDeadlineMinutes: number;
  organisation: Undigested;
  groups: Readonly<Record<string, Undigested>>;
}

function effective(organisation: Said, groups: ReadonlyMap<string, Said>, schema: PolicySchema): Policy {
  const base = overlay(defaults(schema), organisation);
  const whole: Whole = {
    schemaVersion: 1,
    evidenceDeadlineMinutes: organisation.evidenceDeadlineMinutes ?? schema.properties.evidenceDeadlineMinutes.default,
    organisation: base,
    groups: Object.fromEntries([...groups].map(([group, said]) => [group, overlay(base, said)])),
  };
  return policyOf(canonical(whole), schema);
}

/** Of the text alone, so that a policy that was kept judges in the same order as the one it was kept of. */
function policyOf(text: string, schema: PolicySchema): Policy {
  const whole: Whole = JSON.parse(text);
  const digest = sha256(text);
  const { evidenceDeadlineMinutes } = whole;
  const organisation = inOrder(whole.organisation, schema);
  const groups = Object.fromEntries(Object.entries(whole.groups).map(([group, one]) => [group, inOrder(one, schema)]));
  return {
    digest,
    text,
    evidenceDeadlineMinutes,
    groups: Object.keys(groups),
    forGroup: (group) => ({ digest, ...((Object.hasOwn(groups, group) ? groups[group] : undefined) ?? organisation) }),
  };
}

/** Thresholds in the order of their check's schema, then those of its patterns in the order of names. */
function inOrder(policy: Undigested, { properties }: PolicySchema): Undigested {
  const checks = Object.entries(policy.checks).map(([id, check]): [string, CheckPolicy] => {
    const listed = Object.keys(properties.checks.properties[id]?.properties.thresholds.properties ?? {});
    const { thresholds } = check;
    const names = [
      ...new Set([...listed.filter((name) => Object.hasOwn(thresholds, name)), ...Object.keys(thresholds)]),
    ];
    return [id, { ...check, thresholds: Object.fromEntries(names.map((name) => [name, thresholds[name]])) }];
  });
  // What was kept before there was such a setting has none.
  return { ...policy, acceptReusedEvidence: policy.acceptReusedEvidence ?? [], checks: Object.fromEntries(checks) };
}

/**
 * The policy that `Policy.text` was written of.
 * @param schema of the checks that judge by it
 * @throws Error for a text of another digest, or of another format
 */
export function restorePolicy(text: string, digest: string, schema: PolicySchema): Policy {
  if (sha256(text) !== digest) throw new Error(`policy ${digest}: its text has another SHA-256, ${sha256(text)}`);
  const whole: { schemaVersion: number } = JSON.parse(text);
  if (whole.schemaVersion !== 1)
    throw new Error(`policy ${digest}: schemaVersion is ${whole.schemaVersion}, expected 1`);
  return policyOf(text, schema);
}

type Undigested = Omit<GroupPolicy, "digest">;

function defaults({ properties }: PolicySchema): Undigested {
  return {
    // The schema's own list; its items are the kinds.
    requiredEvidence: properties.requiredEvidence.default as EvidenceKind[],
    acceptUndigestedEvidence: properties.acceptUndigestedEvidence.default,
    acceptReusedEvidence: properties.acceptReusedEvidence.default,
    checks: Object.fromEntries(
      Object.entries(properties.checks.properties).map(([id, { properties: of }]) => [
        id,
        {
          onFail: of.onFail.default,
          onCannotEvaluate: of.onCannotEvaluate.default,
          thresholds: Object.fromEntries(
            Object.entries(of.thresholds.properties).map(([name, threshold]) => [name, threshold.default]),
          ),
        },
      ]),
    ),
  };
}

/** What a file says replaces what was before it, a bound as a whole. */
function overlay(before: Undigested, said: Said): Undigested {
  const checks = Object.entries(before.checks).map(([id, check]): [string, CheckPolicy] => {
    const { thresholds, ...outcomes } = said.checks?.[id] ?? {};
    return [id, { ...check, ...outcomes, thresholds: { ...check.thresholds, ...thresholds } }];
  });
  return {
    requiredEvidence: said.requiredEvidence ?? before.requiredEvidence,
    acceptUndigestedEvidence: said.acceptUndigestedEvidence ?? before.acceptUndigestedEvidence,
    acceptReusedEvidence: said.acceptReusedEvidence ?? before.acceptReusedEvidence,
    checks: Object.fromEntries(checks),
  };
}
