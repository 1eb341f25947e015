import { isDeepStrictEqual } from "node:util";
import { parseModelPackageArn } from "../../contract/arn";
import { recordsOfGroup } from "../../contract/names";
import { PENDING } from "../../contract/registry-event";
import { sha256 } from "../../core/verdict";
import type { DecisionRecord } from "../../ledger/decision-record";
import { brokenLedgerLinks } from "../broken-ledger-links";
import type { EvaluatedProgram } from "../evaluate-program";
import { type Kept, type Ledger, readLedger } from "../ledger";
import type { LocalWorld } from "../stand-in/create-world";
import type { Execution } from "../stand-in/sagemaker/execution";
import type { Version } from "../stand-in/sagemaker/version";
import { outcomesOf, undisturbed } from "./expected";
import { wasTold, wrongNotices } from "./notices";
import type { Ran } from "./run";
import type { Told } from "./tell-plan";
import { fingerprintNow } from "./watch";

/** Executions of one version, at most. */
const MOST_EXECUTIONS = 3;

/** What a run's disturbances excuse. */
export interface Allowed {
  /** Reports that were written may never have come, as long as someone is told: where events get lost. */
  mayLack?: boolean;
  /** Until when a checkpoint may be late: as long as schedules are disturbed. */
  lateUntil?: Date;
  /** When faults end that may fail every attempt at a version; where nothing is said, each version is decided. */
  faultsEnd?: Date;
}

/**
 * What isn't as it must be, whatever went wrong on the way; empty where all is well. Nothing but the disturbances' time is
 * an excuse for a ledger that is late.
 */
export async function brokenInvariants(
  { world, told, failure }: Ran,
  program: EvaluatedProgram,
  { mayLack = true, lateUntil, faultsEnd }: Allowed = {},
): Promise<string[]> {
  if (failure !== undefined) return [`the run broke off: ${failure}`];
  const ledger = readLedger(world, program);
  const recorded = told.filter((one) => {
    const [record] = recordsOf(one, ledger);
    return record !== undefined && one.person === undefined && !isStale(one, record, world);
  });
  const ofVersions = await Promise.all(
    told.map((one) => brokenOf(one, ledger, { world, program, mayLack, faultsEnd })),
  );
  const ofLedger = await brokenLedgerLinks(ledger, world, recorded, program, lateUntil);
  return [...ofVersions.flat(), ...ofLedger, ...leftMessages(world)];
}

function recordsOf({ arn }: Told, { records }: Ledger): Kept<DecisionRecord>[] {
  const id = parseModelPackageArn(arn);
  if (id === undefined) return [];
  return records.filter(({ key }) => key.startsWith(`${recordsOfGroup(id.group)}${id.version}/`));
}

/** Whether the version was changed after what the record is about. */
function isStale({ arn }: Told, { document: { body } }: Kept<DecisionRecord>, world: LocalWorld): boolean {
  const version = world.sageMaker.versions().find((one) => one.arn === arn);
  return version !== undefined && fingerprintNow(version) !== body.fingerprint;
}

/** Where a run took place, and what may come of it. */
interface Where {
  world: LocalWorld;
  program: EvaluatedProgram;
  mayLack: boolean;
  faultsEnd: Date | undefined;
}

async function brokenOf(told: Told, ledger: Ledger, where: Where): Promise<string[]> {
  const { world, faultsEnd } = where;
  const { arn, person } = told;
  const version = world.sageMaker.versions().find((one) => one.arn === arn);
  if (version === undefined) return [`${told.sample.name}: wasn't registered`];
  const found: string[] = [];
  const executions = world.sageMaker.executions().filter(({ parameters }) => [...parameters.values()].includes(arn));
  if (executions.length > MOST_EXECUTIONS) found.push(`${executions.length} executions, at most ${MOST_EXECUTIONS}`);
  const records = recordsOf(told, ledger);
  if (records.length > 1) found.push(`${records.length} records, expected one decision`);
  const [record] = records;
  if (record !== undefined) found.push(...(await unlikeUndisturbed(told, record, where)));
  else if (person === undefined) found.push(...unrecorded(version, executions, faultsEnd, world));
  else if (!wasTold(world, arn, /^Decided without a record/))
    found.push("a person set its status, and nobody was told that no record says why");
  found.push(...afterPeople(told, record, version, world));
  return found.map((what) => `${arn}: ${what}`);
}

/** What a person has said stands, and whoever must know that a version isn't as its record says was told. */
function afterPeople(
  told: Told,
  record: Kept<DecisionRecord> | undefined,
  { arn, fields }: Version,
  world: LocalWorld,
): string[] {
  const { person } = told;
  const status = String(fields.ModelApprovalStatus);
  const decision = record?.document.body.decision;
  // At the same time decide may set what is recorded; the watch looks that it didn't know better.
  const said = person === undefined ? [] : [person.status, ...(person.onRecord ? [] : [decision])];
  const wrong =
    person === undefined || said.includes(status) ? [] : [`is ${status}, a person has set it to ${person.status}`];
  const stale = record !== undefined && isStale(told, record, world);
  if (stale && person === undefined && ![PENDING, decision].includes(status))
    wrong.push(`is ${status}, its record of what it was before says ${decision}`);
  const isSetBack = person?.onRecord === true && person.status === PENDING;
  return [...wrong, ...wrongNotices({ arn, status, decision, isStale: stale, isSetBack }, world)];
}

/**
 * Without a record it is pending, as faults failed every attempt at it, and a person was told that nothing more comes. An
 * attempt that begins once faults have ended comes to a decision.
 */
function unrecorded(
  { arn, fields }: Version,
  executions: readonly Execution[],
  faultsEnd: Date | undefined,
  world: LocalWorld,
): string[] {
  if (fields.ModelApprovalStatus !== PENDING) return [`is ${String(fields.ModelApprovalStatus)} without a record`];
  if (!wasTold(world, arn, /^A person must look at/, /executions ended without a decision/))
    return ["is pending for ever, and nobody was told"];
  const failed = executions.filter(
    ({ started, ended }) => ended !== undefined && faultsEnd !== undefined && started < faultsEnd,
  );
  return failed.length === MOST_EXECUTIONS
    ? []
    : [`was given up after ${failed.length} of ${MOST_EXECUTIONS} attempts that faults may have failed`];
}

/** The same decision as where nothing goes wrong, from the same reports; some may have never come, if a person knows. */
async function unlikeUndisturbed(
  { arn, registration, sample }: Told,
  { document: { body } }: Kept<DecisionRecord>,
  { world, program, mayLack }: Where,
): Promise<string[]> {
  const judged = new Set(body.evidence?.map((one) => one.sha256));
  const digests = JSON.stringify(sample.described.ModelMetrics);
  const foreign = [...judged].filter((digest) => !digests.includes(digest));
  if (foreign.length > 0) return [`was judged by ${foreign.join(", ")}, which it doesn't name`];
  const missing = sample.reports.flatMap(({ bytes }, index) => (judged.has(sha256(bytes)) ? [] : [index]));
  const expected = await undisturbed(program, registration, missing);
  const isExpected = isDeepStrictEqual(outcomesOf(body), expected);
  const wrong = isExpected
    ? []
    : [`is ${body.decision}, an undisturbed run gives ${expected.decision}, or other findings`];
  const late = missing.filter((one) => !registration.missing?.includes(one));
  if (late.length > 0 && !mayLack) wrong.push("was judged without reports that had been written");
  if (late.length > 0 && !wasTold(world, arn, /^Evidence deadline reached/))
    wrong.push("was judged without reports, and nobody was told");
  if (body.decision === PENDING && !wasTold(world, arn, /^A person must decide/))
    wrong.push("waits for a person who wasn't told");
  return wrong;
}

/** Queues are empty; of dead letters an alarm tells. */
function leftMessages(world: LocalWorld): string[] {
  return [...world.depths()]
    .filter(([, depth]) => depth > 0)
    .filter(([arn]) => !world.alarms.some(({ resource, inAlarm }) => inAlarm && watchesQueue(resource.inputs, arn)))
    .map(([arn, depth]) => `${depth} message(s) left in ${arn}, and no alarm tells of them`);
}

const watchesQueue = ({ dimensions }: Readonly<Record<string, unknown>>, arn: string): boolean =>
  JSON.stringify(dimensions ?? {}).includes(`"${arn.slice(arn.lastIndexOf(":") + 1)}"`);
