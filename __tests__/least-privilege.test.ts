import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Authoriser } from "../src/local/access/authoriser";
import { type EvaluatedProgram, evaluateProgram } from "../src/local/evaluate-program";
import { runFlow } from "../src/local/flow";
import { roleName, unused } from "../src/local/least-privilege";
import { authoriserOf } from "../src/local/program-world";
import { simulate } from "../src/local/simulation/simulate";
import { SAMPLE_STACKS, SCENES } from "../src/local/story";
import { processingStacks } from "./support/processing-stacks";
import { usedStatements } from "./support/role-statements";

const folder = mkdtempSync(path.join(tmpdir(), "least-privilege-"));
const SEEDS = 10;
const TOLD_IN_A_JOB = SCENES.filter(({ sample }) => ["all-in-order", "biased-by-age"].includes(sample));

let runs: Authoriser[];
const broken: string[] = [];
beforeAll(async () => {
  const lambda = await evaluateProgram(SAMPLE_STACKS);
  const processing = await evaluateProgram(processingStacks(folder));
  const [one, other] = [await flowOf(lambda, SCENES), await flowOf(processing, TOLD_IN_A_JOB)];
  for (let seed = 1; seed <= SEEDS; seed += 1) broken.push(...(await simulate(lambda, seed)).broken);
  runs = [one, other];
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true }));

async function flowOf(program: EvaluatedProgram, scenes: typeof SCENES): Promise<Authoriser> {
  const authoriser = authoriserOf(program);
  broken.push(...(await runFlow(program, { seed: 1, scenes, authoriser })).broken);
  return authoriser;
}

/** Cells of a document's table, by the heading of its first column and how many columns it has. */
function tableOf(columns: number): string[][] {
  const lines = readFileSync(path.join(__dirname, "..", "docs", "least-privilege.md"), "utf8").split("\n");
  const cells = lines.filter((line) => line.startsWith("| ")).map((line) => line.split("|").slice(1, -1));
  return cells
    .filter(({ length, 0: first }) => length === columns && first?.trim() !== "Role")
    .map((row) => row.map((cell) => cell.trim()));
}

it("asks for nothing that is refused, also while calls fail and processes die", () => {
  expect(broken).toEqual([]);
  expect(runs.flatMap(({ asked }) => asked).filter(({ allowed }) => !allowed)).toEqual([]);
});

it("docs/least-privilege.md has every action that is allowed and wasn't used, with a reason", () => {
  const lines = unused(runs).map(({ role, sid, actions }) => `${role} | ${sid} | ${actions.join(", ")}`);
  const table = tableOf(4);
  expect(table.map((row) => row.slice(0, 3).join(" | ")).sort()).toEqual(lines.sort());
  expect(table.filter(([, , , reason = ""]) => reason.length < 8)).toEqual([]);
});

it("without any one statement that a run used, what it let in is refused, with role, action and resource", async () => {
  const could: string[] = [];
  let tried = 0;
  for (const { principal, sid, requests, without } of runs.flatMap(usedStatements)) {
    const authoriser = new Authoriser(without);
    const answers = await Promise.all(
      requests.map(async (request) => [request, await authoriser.authorise(request)] as const),
    );
    const refused = answers.flatMap(([request, why]) => (why === undefined ? [] : [[request, why] as const]));
    for (const [{ action, resource }, why] of refused)
      expect(why).toContain(
        `User: ${principal} is not authorized to perform: ${action} on resource: ${resource.arn}: `,
      );
    if (refused.length === 0) could.push(`${roleName(principal)} | ${sid}`);
    tried += 1;
  }
  expect(tried).toBeGreaterThan(120);
  expect([...new Set(could)].sort()).toEqual(
    tableOf(3)
      .map((row) => row.slice(0, 2).join(" | "))
      .sort(),
  );
});
