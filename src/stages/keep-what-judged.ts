import { parseS3Uri } from "../contract/evidence-uri";
import { bundleKey, keptPromptSetKey, policyKey } from "../contract/names";
import type { PinnedPromptSet } from "../contract/prompt-sets";
import type { Retention } from "../contract/retention";
import { distinctObjects, type PinnedObject } from "../core/evidence";
import type { EvidenceLock, LockedVersion, WriteOnceStore } from "../core/ports";
import { sha256 } from "../core/verdict";
import type { Judged, PolicyRecord } from "../ledger/decision-record";
import { parseVerdictRecord } from "../ledger/verdict-record";
import { inParallel } from "./in-parallel";

export interface KeepPorts {
  lock: EvidenceLock;
}

export interface KeepSettings {
  retention: Retention;
  recordBucket: string;
}

/** What judging again takes. */
export interface RestsOn extends Pick<Judged, "verdict" | "evidence" | "policy"> {
  checks: { bundleSha256: string };
  promptSets: readonly PinnedPromptSet[];
}

/**
 * Keeps what judging again takes from being deleted, from now on for as long as a record of now: before that record is
 * written.
 * @throws Error where something of it isn't there any more, or can't be locked
 */
export async function keepWhatJudged(
  restsOn: RestsOn,
  { lock }: KeepPorts,
  { retention, recordBucket }: KeepSettings,
  now: Date,
): Promise<void> {
  const until = new Date(now.getTime() + retention.days * 86_400_000);
  await inParallel(versionsOf(restsOn, recordBucket), LOCKED_AT_ONCE, (one) => lock.keepUntil(one, until));
}

/**
 * What a judgement on record rests on. Which prompt sets its model was asked, its checks.json alone says.
 * @throws Error where that isn't what the record names: nothing shows any more what was judged
 */
export async function judgedBy(
  { verdict, evidence, policy, checks }: PolicyRecord,
  verdicts: Pick<WriteOnceStore, "read">,
): Promise<RestsOn> {
  const bytes = await verdicts.read(locationOf(verdict).key);
  if (bytes === undefined || sha256(bytes) !== verdict.sha256)
    throw new Error(
      `${verdict.uri} isn't what the record names any more; have it judged again (governance reevaluate)`,
    );
  return { verdict, evidence, policy, checks, promptSets: parseVerdictRecord(bytes).promptSets };
}

/** What is cited, and what is kept by its digest in the record bucket, once for many records. */
function versionsOf({ verdict, evidence, policy, checks, promptSets }: RestsOn, recordBucket: string): LockedVersion[] {
  const cited = distinctObjects([verdict, ...evidence]).map((one) => ({
    ...locationOf(one),
    versionId: one.versionId,
  }));
  const kept = [
    policyKey(policy.digest),
    bundleKey(checks.bundleSha256),
    ...promptSets.map((set) => keptPromptSetKey(set.sha256)),
  ];
  return [...cited, ...kept.map((key) => ({ bucket: recordBucket, key, versionId: null }))];
}

function locationOf({ uri }: PinnedObject) {
  const at = parseS3Uri(uri);
  if (at === undefined) throw new Error(`evidence ${uri}: expected an s3:// URI`);
  return at;
}

/** A language model's evidence is a thousand objects; a function has less than a minute. */
const LOCKED_AT_ONCE = 16;
