import type { Decision } from "../../core/verdict";
import type { DecisionRecord } from "../../ledger/decision-record";
import type { EvaluatedProgram } from "../evaluate-program";
import { readLedger } from "../ledger";
import type { Registration } from "./plan";
import { minutesOf, runPlan, simulatedWorld } from "./run";

/** What comes of a version when nothing goes wrong. */
export interface Expected {
  decision: Decision;
  /** Each finding's check, metric, facet and outcome, in their order. */
  findings: readonly string[];
}

const known = new WeakMap<EvaluatedProgram, Map<string, Promise<Expected>>>();

/**
 * The decision of an undisturbed run in which this version alone is registered, and these reports never come: versions
 * have nothing to do with each other.
 * @param missing places of reports in the sample
 */
export function undisturbed(
  program: EvaluatedProgram,
  { sample, gaps = false }: Registration,
  missing: readonly number[],
): Promise<Expected> {
  const ofProgram = known.get(program) ?? new Map<string, Promise<Expected>>();
  known.set(program, ofProgram);
  const key = JSON.stringify([sample, gaps, missing]);
  const expected = ofProgram.get(key) ?? run(program, { sample, gaps, missing, at: 0 });
  ofProgram.set(key, expected);
  return expected;
}

async function run(program: EvaluatedProgram, registration: Registration): Promise<Expected> {
  const world = simulatedWorld(program, 1);
  const { failure } = await runPlan(program, { registrations: [registration] }, world, minutesOf(0));
  if (failure !== undefined) throw new Error(`the undisturbed run of ${registration.sample}: ${failure}`);
  const { records, faults } = readLedger(world, program);
  const [record] = records;
  if (record === undefined || records.length > 1) {
    throw new Error(`the undisturbed run of ${registration.sample}: ${records.length} records; ${faults.join("; ")}`);
  }
  return outcomesOf(record.document.body);
}

export const outcomesOf = ({ decision, findings = [] }: DecisionRecord): Expected => ({
  decision,
  findings: findings.map(({ check, metric, facet, feature, category, outcome }) =>
    [check, metric, facet, feature, category, outcome].join(" "),
  ),
});
