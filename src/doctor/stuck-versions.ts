import { isBeforeCutOver } from "../contract/cut-over";
import {
  type Noted,
  notedKey,
  notedPrefix,
  ofLanguage,
  pipelineArn,
  recordBucketName,
  recordsOfGroup,
  startMarkerKey,
  startMarkersOfGroup,
  verdictBucketName,
} from "../contract/names";
import {
  askedKey,
  attemptsIn,
  executionOf,
  isGivenUp,
  isTold,
  TOLD_OF_RECORD,
  waitsOnRecord,
} from "../core/pending-version";
import type { ListedVersion } from "../core/ports";
import { languageGroups } from "../infrastructure/evidence-sources";
import { type GovernanceConfig, placeOf } from "../infrastructure/stack-config";
import { cutOvers, observedGroups } from "../infrastructure/stack-config-takeover";
import type { Expected } from "./expected";
import type { DeployedAccount } from "./ports";
import type { Probe } from "./probe";

/**
 * Versions that nothing goes on with: those that the reconciler gave up on, and those without a decision for too long. What
 * was registered before the cut-over of its group isn't among them, nor what waits for a person who was told.
 */
export const stuckVersions = ({ config, pendingHours }: Expected, group: string): Probe => ({
  name: `versions of ${group} without a decision`,
  mend: "look at start's and the reconciler's log by its ARN; of one that was given up mend the cause, then `aws sagemaker retry-pipeline-execution` of its last execution: docs/operate.md",
  async problems({ account, now }) {
    const since = now.getTime() - pendingHours * 3_600_000;
    const pending = (await account.pendingVersions(group)).filter(
      ({ createdAt }) => !isBeforeCutOver(cutOvers(config), group, createdAt),
    );
    if (pending.length === 0) return [];
    const known = await knownOf(config, group, account);
    const problems: string[] = [];
    for (const version of pending) {
      const { id, createdAt } = version;
      if (!known.records.has(id.version) && isGivenUp(id, known.noted))
        problems.push(`${id.arn} is pending, and the reconciler gave up on it: a person is needed`);
      else if (createdAt.getTime() < since && !(await waitsForPerson(version, config, known, account)))
        problems.push(`${id.arn} is pending since ${createdAt.toISOString()}`);
    }
    return problems;
  },
});

/** What keys tell of a group's versions. */
interface Known {
  records: ReadonlyMap<number, readonly number[]>;
  markers: ReadonlyMap<number, readonly number[]>;
  marked: ReadonlySet<string>;
  noted: ReadonlySet<string>;
}

/** After the versions: a record or a note that is written meanwhile makes none of them stuck. */
async function knownOf(config: GovernanceConfig, group: string, account: DeployedAccount): Promise<Known> {
  const { verdicts, records } = bucketsOf(config);
  const recorded = attemptsIn(await account.keysBelow(records, recordsOfGroup(group)));
  const marked = await account.keysBelow(verdicts, startMarkersOfGroup(group));
  const later = [...recorded.values()].filter(({ length }) => length > 1).map((attempts) => advised(attempts));
  const noted: string[] = [];
  // Of most versions it is noted that they are as recorded, which says nothing here.
  for (const what of new Set<Noted>(["gave-up", ...TOLD_OF_RECORD, ...later]))
    noted.push(...(await account.keysBelow(verdicts, `${notedPrefix(what)}${group}/`)));
  return { records: recorded, markers: attemptsIn(marked), marked: new Set(marked), noted: new Set(noted) };
}

const bucketsOf = (config: GovernanceConfig) => ({
  verdicts: verdictBucketName(config.prefix, placeOf(config)),
  records: recordBucketName(config.prefix, placeOf(config)),
});

const advised = (recorded: readonly number[]): Noted => `advised-${recorded.at(-1) ?? 0}`;

/** Whether the reconciler too would leave it to a person. */
async function waitsForPerson(
  version: ListedVersion,
  config: GovernanceConfig,
  known: Known,
  account: DeployedAccount,
): Promise<boolean> {
  const { id } = version;
  const recorded = known.records.get(id.version) ?? [];
  if (recorded.length === 0) return isTold(id, known.marked) || (await hasAsked(version, config, known, account));
  if (observedGroups(config).includes(id.group)) return true;
  return waitsOnRecord(id, recorded, known.noted) || waitsOnLater(id, recorded, known.noted);
}

/** Of a later record the reconciler asks decide, which noted whom it told: that the first was left to a person no longer counts. */
const waitsOnLater = (
  { group, version }: ListedVersion["id"],
  recorded: readonly number[],
  noted: ReadonlySet<string>,
): boolean =>
  recorded.length > 1 &&
  [...TOLD_OF_RECORD.filter((what) => what !== "left-for-review"), advised(recorded)].some((what) =>
    noted.has(notedKey(what, group, version)),
  );

/** Whether its execution asked a person, as one does that would exceed a limit of spending: those of language models alone. */
async function hasAsked(
  { id, createdAt }: ListedVersion,
  config: GovernanceConfig,
  { markers }: Known,
  account: DeployedAccount,
): Promise<boolean> {
  const attempt = markers.get(id.version)?.at(-1);
  if (attempt === undefined || !languageGroups(config).some(({ name }) => name === id.group)) return false;
  const { verdicts } = bucketsOf(config);
  const key = startMarkerKey(id.group, id.version, attempt);
  const marker = await account.object(verdicts, key);
  if (marker === undefined) throw new Error(`${key} is listed and can't be read`);
  const execution = executionOf(marker, await account.executions(ofLanguage(pipelineArn(placeOf(config))), createdAt));
  return execution !== undefined && (await account.keysBelow(verdicts, askedKey(execution))).length > 0;
}
