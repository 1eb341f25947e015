import { type CutOvers, isCutOver } from "../contract/cut-over";
import type { GovernanceConfig, GroupConfig } from "./stack-config";
import { type ConfigMistake, shown } from "./stack-config-mistakes";
import { ROLE_ARN, type ValueSchema } from "./stack-config-values";

/** Whether versions of a group are judged and recorded, or their status is set too. */
export const GROUP_MODES = ["observe", "enforce"] as const;
export type GroupMode = (typeof GROUP_MODES)[number];

const EXAMPLE = "2026-12-01T09:00:00Z";
const SETTER = "arn:aws:iam::444455556666:role/risk-lead";

/** What an entry of `groups` says of a group that was in use before. */
export const TAKE_OVER_SCHEMAS: Readonly<Record<string, ValueSchema>> = {
  existing: {
    type: "boolean",
    description: "true for a group that is there already: the stack makes neither it nor its policy",
    examples: [true],
  },
  ownsPolicy: {
    type: "boolean",
    description: "true where the stack writes the whole policy of a group that is there, in place of the one it has",
    examples: [true],
  },
  mode: {
    enum: [...GROUP_MODES],
    description: "observe (versions are judged and recorded, no status is set) or enforce",
    examples: ["observe"],
  },
  statusSetters: {
    type: "array",
    minItems: 1,
    uniqueItems: true,
    items: {
      type: "string",
      pattern: `^${ROLE_ARN}$`,
      description: "the ARN of a role that exists",
      examples: [SETTER],
    },
    description: "a list of the ARNs of the roles whose people set statuses in the group while it is observed",
    examples: [[SETTER]],
  },
  cutOver: {
    type: "string",
    description: "a time in UTC to the second; what was registered before it is left alone",
    examples: [EXAMPLE],
  },
};

const modeOf = ({ existing, mode }: GroupConfig): GroupMode => mode ?? (existing === true ? "observe" : "enforce");

export const OWNS_BUCKET_SCHEMA: ValueSchema = {
  type: "boolean",
  description:
    "true where the stack writes the whole policy, notifications and replication of the existing artifact bucket, in place of those it has",
  examples: [true],
};

/** Whether the stack writes a group's whole policy. */
export const writesPolicyOf = ({ existing, ownsPolicy }: GroupConfig): boolean =>
  existing !== true || ownsPolicy === true;

/** Groups in which no status is set. */
export const observedGroups = ({ groups }: GovernanceConfig): string[] =>
  groups.filter((group) => modeOf(group) === "observe").map(({ name }) => name);

/** Since when groups are governed, where that isn't since their beginning. */
export const cutOvers = ({ groups }: GovernanceConfig): CutOvers =>
  Object.fromEntries(groups.flatMap(({ name, cutOver }) => (cutOver === undefined ? [] : [[name, cutOver]])));

/** What is wrong with how groups are taken over. */
export const takeOverMistakes = ({ groups }: Partial<GovernanceConfig>): ConfigMistake[] =>
  (groups ?? []).flatMap((group, at) => [
    ...ownPolicyAlready(group, at),
    ...settersBesideDecide(group, at),
    ...cutOverMistakes(group, at),
  ]);

/** @param values the keys as they are in the file */
export const ownBucketMistakes = ({
  artifactBucket,
  ownsArtifactBucket,
}: Readonly<Record<string, unknown>>): ConfigMistake[] =>
  ownsArtifactBucket === true && artifactBucket === undefined
    ? [
        {
          key: "ownsArtifactBucket",
          problem:
            "found true, and no governance:artifactBucket; expected it beside a bucket that exists alone, as the stack writes all of one that it makes; take it out, or name the bucket",
        },
      ]
    : [];

function ownPolicyAlready({ name, existing, ownsPolicy }: GroupConfig, at: number): ConfigMistake[] {
  if (ownsPolicy !== true || existing === true) return [];
  const problem = `found true; the stack makes ${shown(name)} and writes its policy anyway, so expected it beside existing: true alone; take it out`;
  return [{ key: `groups[${at}].ownsPolicy`, problem }];
}

function settersBesideDecide(group: GroupConfig, at: number): ConfigMistake[] {
  const { name, statusSetters } = group;
  if (statusSetters === undefined || modeOf(group) === "observe") return [];
  const problem = `found ${shown(statusSetters)}; in mode enforce decide alone sets statuses in ${shown(name)}, so expected it beside mode: observe alone; take it out`;
  return [{ key: `groups[${at}].statusSetters`, problem }];
}

function cutOverMistakes(group: GroupConfig, at: number): ConfigMistake[] {
  const key = `groups[${at}].cutOver`;
  const { existing, cutOver } = group;
  if (cutOver !== undefined && !isCutOver(cutOver)) {
    const problem = `found ${shown(cutOver)}, expected a time in UTC to the second that the calendar has, for example ${shown(EXAMPLE)}`;
    return [{ key, problem }];
  }
  if (existing !== true || modeOf(group) !== "enforce" || cutOver !== undefined) return [];
  const problem = `is missing; ${shown(group.name)} exists already and mode enforce sets its versions' status, so say since when: expected a time in UTC, for example ${shown(EXAMPLE)}; what was registered before it is left alone`;
  return [{ key, problem }];
}
