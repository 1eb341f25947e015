import { type Finding, formatBound, formatInterval } from "../core/finding";
import { isObject } from "../core/shape";
import { shorten, singleLine } from "../core/verdict";
import { type DecisionRecord, isJudged, type PolicyRecord } from "./decision-record";
import type { Signed } from "./signed";

/**
 * Longest texts of an evaluation section, in UTF-16 code units, which are never fewer than the characters that a schema
 * counts. From "Model package model card schema" in "Update the Details of a Model Version" of Amazon SageMaker AI's
 * Developer Guide (model-registry-details.html#model-card-schema), which allows no other fields in a section. Keys of its
 * metadata are `[a-zA-Z_][a-zA-Z0-9_]*` (CloudFormation, AWS::SageMaker::ModelCard EvaluationDetail).
 */
const LIMIT = { groupName: 63, observation: 2096, metadata: 1024, metricName: 255, notes: 1024 } as const;

const FINDING_REASON_LIMIT = 500;

/** Name of the section that is this project's. A team's own of that name has other metadata, and stays. */
export const SECTION_NAME = "Model governance decision";
const MARK = "governance_record_sha256";

/** A metric of a finding. What isn't a finite number is a text: the schema has no null. */
interface Metric {
  name: string;
  type: "number" | "string";
  value: number | string;
  notes: string;
}

/** An item of a card's `evaluation_details`. */
export interface CardSection {
  name: string;
  evaluation_observation: string;
  metadata: Record<string, string>;
  metric_groups: { name: string; metric_data: Metric[] }[];
}

/** What a card is told. */
export interface DecisionForCard {
  recorded: Signed<DecisionRecord>;
  recordUri: string;
  /** What the policy found last, which the decision is, or which people decided upon; absent where nothing was judged. */
  judged?: PolicyRecord;
}

/** Whether an item of `evaluation_details` is what {@link cardSection} made, for this or for another record. */
export const isCardSection = (item: unknown): boolean =>
  isObject(item) && item.name === SECTION_NAME && isObject(item.metadata) && typeof item.metadata[MARK] === "string";

/** Those that a reader misses most come first. */
const RANK = { fail: 0, "cannot-evaluate": 1, pass: 2 } as const;

/**
 * A decision as a section of the version's card: what was decided, by whom and why, the way to its record, and a group of
 * metrics for each check.
 * @param most findings that are listed; where there are more, those that fail come before others
 */
export function cardSection({ recorded, recordUri, judged }: DecisionForCard, most: number): CardSection {
  const { body, sha256 } = recorded;
  const findings = judged?.findings ?? [];
  const shown = findings.length <= most ? findings : worst(findings, most);
  const has = isJudged(body) ? "the decision record" : `the record of attempt ${judged?.attempt}`;
  const listed = `${shown.length} of ${findings.length} findings are listed here, ${has} has all.`;
  return {
    name: SECTION_NAME,
    evaluation_observation: shorten(
      `${body.decision} by ${byWhom(body)}. The version's approval status in the registry is what counts. ${judged === undefined ? "Nothing was judged." : listed} ${singleLine(body.reason)}`,
      LIMIT.observation,
    ),
    metadata: texts({
      governance_decision: body.decision,
      governance_decided_at: body.decidedAt,
      governance_attempt: String(body.attempt),
      governance_record_uri: recordUri,
      [MARK]: sha256,
      ...(judged !== undefined && { governance_policy_sha256: judged.policy.digest }),
    }),
    metric_groups: groupsOf(shown),
  };
}

function byWhom({ decidedBy }: DecisionRecord): string {
  if (decidedBy.kind !== "people") return decidedBy.kind;
  return decidedBy.people.map(({ name }) => singleLine(name)).join(" and ");
}

const texts = (values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([key, text]) => [key, shorten(singleLine(text), LIMIT.metadata)]));

/** The worst, in the record's order. */
function worst(findings: readonly Finding[], most: number): Finding[] {
  const ranked = [...findings].sort((one, other) => RANK[one.outcome] - RANK[other.outcome]);
  const kept = new Set(ranked.slice(0, most));
  return findings.filter((one) => kept.has(one));
}

function groupsOf(findings: readonly Finding[]): CardSection["metric_groups"] {
  const groups = new Map<string, Metric[]>();
  for (const finding of findings) {
    const metrics = groups.get(finding.check);
    if (metrics === undefined) groups.set(finding.check, [metricOf(finding)]);
    else metrics.push(metricOf(finding));
  }
  return [...groups].map(([check, metric_data]) => ({ name: nameOf(check, LIMIT.groupName), metric_data }));
}

function metricOf(finding: Finding): Metric {
  const { metric, facet, feature, category, value } = finding;
  const parts = [metric, facet, feature, category].filter((part) => part !== null);
  return {
    name: nameOf(parts.join(" "), LIMIT.metricName),
    ...(typeof value === "number" ? { type: "number", value } : { type: "string", value: value ?? "none" }),
    notes: notesOf(finding),
  };
}

/** The schema takes no empty name. */
const nameOf = (text: string, limit: number): string => shorten(singleLine(text), limit) || "unnamed";

function notesOf(finding: Finding): string {
  const { outcome, bound, reason, evidence } = finding;
  const interval = formatInterval(finding).trim();
  const notes = [
    `outcome ${outcome}`,
    `bound ${formatBound(bound)}`,
    ...(interval === "" ? [] : [`interval ${interval}`]),
    ...(reason === null ? [] : [`reason: ${shorten(singleLine(reason), FINDING_REASON_LIMIT)}`]),
    ...(evidence === null ? [] : [`evidence ${singleLine(evidence.uri)}`]),
  ];
  return shorten(notes.join("; "), LIMIT.notes);
}
