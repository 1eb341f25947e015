import { readFileSync } from "node:fs";
import path from "node:path";
import type { InferenceRecord } from "../../src/core/tally";
import { parseInferenceRecord } from "../../src/language/inference-record";

const FOLDER = path.join(__dirname, "..", "fixtures", "language");

/** Cases that the Python packages computed. */
export function vectors<Case>(file: string): Case[] {
  const { cases }: { cases: Case[] } = JSON.parse(readFileSync(path.join(FOLDER, file), "utf8"));
  if (cases.length === 0) throw new Error(`${file} has no cases`);
  return cases;
}

/** Corpus values in HELM's own form, by check and metric. */
export const expectedOfRecords = (): Record<string, Record<string, unknown>> =>
  JSON.parse(readFileSync(path.join(FOLDER, "records", "expected_helm.json"), "utf8")).expected;

/** Records of a run, one a line. */
export const recordsOf = (file: string): InferenceRecord[] =>
  readFileSync(path.join(FOLDER, "records", file), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => parseInferenceRecord(JSON.parse(line)));
