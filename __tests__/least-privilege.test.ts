import { readFileSync } from "node:fs";
import path from "node:path";
import { LEAST_PRIVILEGE, reportOf } from "../scripts/least-privilege";
import { Authoriser } from "../src/local/access/authoriser";
import { leastPrivilegeDocument } from "../src/local/least-privilege/document";
import { REASONS_TO_STAY } from "../src/local/least-privilege/reasons";
import { roleName, type Unused, unused } from "../src/local/least-privilege/unused";
import { authoriserOf } from "../src/local/program-world";
import { type PrivilegeRuns, privilegeRuns } from "./support/least-privilege-runs";
import { lineDifference } from "./support/line-difference";
import { usedStatements } from "./support/role-statements";

let runs: PrivilegeRuns;
let idle: readonly Unused[];
beforeAll(async () => {
  runs = await privilegeRuns();
  idle = await unused(runs.programs);
}, 1_200_000);

it("nothing is asked for that is refused, and every run ends as it must", () => {
  expect(runs.broken).toEqual([]);
  const asked = runs.programs.flatMap((program) => authoriserOf(program).asked);
  expect(asked.length).toBeGreaterThan(500);
  expect(asked.filter(({ allowed }) => !allowed)).toEqual([]);
});

describe("docs/least-privilege.md", () => {
  it("has every action that is allowed and no run used, with a reason (npm run docs)", async () => {
    const written = readFileSync(path.join(__dirname, "..", LEAST_PRIVILEGE), "utf8");
    expect(lineDifference(written, await reportOf(runs))).toEqual([]);
  });

  it("has no line without a reason", () => {
    const line: Unused = { role: "mg-decide", sid: "SetStatus", action: "sagemaker:DeleteModelPackage", on: ["v/*"] };
    expect(() => leastPrivilegeDocument([...idle, line])).toThrow(
      "mg-decide, statement SetStatus: sagemaker:DeleteModelPackage on v/*: no run used it",
    );
  });

  it.each(REASONS_TO_STAY)("has no reason that is left over: $why", ({ roles, sids, actions }) => {
    const isOfIt = ({ role, sid, action }: Unused) =>
      roles.includes(role) && sids.includes(sid) && actions.includes(action);
    expect(() => leastPrivilegeDocument(idle.filter((line) => !isOfIt(line)))).toThrow(
      "is for nothing that was left unused",
    );
  });
});

/** Statements that runs used and could do without, since another says the same. */
const TWICE = new Set([
  // Prompts and served models are under one key; each statement says what it is for.
  "mg-collect OpenPrompts",
  // The artifact key's policy names these roles itself; an existing key's may leave it to the account.
  "ml-build SealArtifacts",
  // Where the checks run in a job, each says it for a job of its own.
  "mg-pipeline RunJobs",
  "mg-pipeline RunJobsThatAsk",
]);

it("without any one statement that a run used, what it let in is refused, with role, action and resource", async () => {
  const could = new Set<string>();
  let tried = 0;
  for (const { principal, sid, requests, without } of runs.programs.map(authoriserOf).flatMap(usedStatements)) {
    const authoriser = new Authoriser(without);
    const answers = await Promise.all(
      requests.map(async (request) => [request, await authoriser.authorise(request)] as const),
    );
    const refused = answers.flatMap(([request, why]) => (why === undefined ? [] : [[request, why] as const]));
    for (const [{ action, resource }, why] of refused)
      expect(why).toContain(
        `User: ${principal} is not authorized to perform: ${action} on resource: ${resource.arn}: `,
      );
    if (refused.length === 0) could.add(`${roleName(principal)} ${sid}`);
    tried += 1;
  }
  expect(tried).toBeGreaterThan(120);
  expect([...could].filter((statement) => !TWICE.has(statement))).toEqual([]);
  expect([...TWICE].filter((statement) => !could.has(statement))).toEqual([]);
}, 120_000);
