import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseReviewSettings } from "../src/contract/review-settings";
import { type EvaluatedProgram, evaluateProgram } from "../src/local/evaluate-program";
import { readLedger } from "../src/local/ledger";
import { programWorld } from "../src/local/program-world";
import type { LocalWorld } from "../src/local/stand-in/create-world";
import { type Registered, type Scene, tell } from "../src/local/story";
import { asPersonIn } from "./support/as-person";
import { reviewedStacks } from "./support/reviewed-stacks";

const root = mkdtempSync(path.join(tmpdir(), "governance-people-flow-"));

let program: EvaluatedProgram;
let world: LocalWorld;
let said: string[];
let told: Registered[];

const arnOf = (sample: string): string => told.find((one) => one.sample.name === sample)?.arn ?? "";
const statusOf = (sample: string) =>
  world.sageMaker.versions().find(({ arn }) => arn === arnOf(sample))?.fields.ModelApprovalStatus;
const recordsOf = (sample: string) =>
  readLedger(world, program)
    .records.map(({ document }) => document.body)
    .filter(({ modelPackageArn }) => modelPackageArn === arnOf(sample));
const subjects = () =>
  [...world.notices().values()].flat().map((notice) => JSON.stringify(notice).replace(/.*?"subject":"(.*?)".*/, "$1"));

const SCENES: readonly Scene[] = [
  { sample: "biased-by-age", registered: 0 },
  // After the deadline: it is judged without.
  { sample: "report-arrives-late", registered: 0, late: { report: "bias/analysis.json", after: 4000 } },
];

beforeAll(async () => {
  program = await evaluateProgram(reviewedStacks(root));
  world = programWorld(program, { seed: 7, start: new Date("2026-11-20T10:00:00Z") });
  told = tell(world, program, SCENES);
  said = [];
  const governance = asPersonIn(world, program, root);
  const does = (after: number, person: string, sample: string, command: string, ...rest: string[]) =>
    world.clock.limit(after * 1000, async () => {
      const wait = command === "revoke" ? [] : ["--wait", "0"];
      said.push(await governance(person, command, arnOf(sample), ...rest, "--reason", "MR-1", ...wait));
    });
  does(600, "tina", "biased-by-age", "decide", "--approve");
  does(700, "bob", "biased-by-age", "decide", "--approve");
  does(800, "carla", "biased-by-age", "decide", "--approve");
  does(900, "bob", "biased-by-age", "reevaluate");
  does(1200, "bob", "biased-by-age", "revoke");
  does(4300, "bob", "report-arrives-late", "reevaluate");
  await world.run();
}, 120_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

it("a rejected version is approved by two people, and by nobody of its team", () => {
  expect(said.slice(0, 3).map((text) => /asked, in message/.test(text))).toEqual([true, true, true]);
  expect(statusOf("biased-by-age")).toBe("Approved");
  const [policy, people] = recordsOf("biased-by-age");
  expect([policy?.decision, people?.decision]).toEqual(["Rejected", "Approved"]);
  expect(people?.decidedBy).toMatchObject({ kind: "people", people: [{ name: "bob" }, { name: "carla" }] });
});

it("a reviewer is told what would be served before an approval is taken back", () => {
  expect(said[4]).toMatch(/^No other version[^\n]*\nNothing was asked for yet; .*exit status 0$/s);
});

it("an approved version that fails again stays approved, and people are told", () => {
  const again = recordsOf("biased-by-age")[2];
  expect([again?.decision, again?.binding, again?.previous?.attempt]).toEqual(["Rejected", false, 2]);
  expect(world.logs.filter(({ text }) => /"effect":"refused"/.test(text))).toHaveLength(1);
  expect(subjects().sort()).toEqual([
    expect.stringContaining("A request about credit-risk version"),
    expect.stringContaining("A second person must approve"),
    expect.stringContaining("Evidence deadline reached"),
    expect.stringContaining("Judged again, and not approved"),
  ]);
});

it("a version whose evidence came late is judged again, and approved", () => {
  expect(recordsOf("report-arrives-late").map(({ decision, binding }) => [decision, binding])).toEqual([
    ["Rejected", true],
    ["Approved", true],
  ]);
  expect(statusOf("report-arrives-late")).toBe("Approved");
});

it.each(["arn:aws:iam::111122223333:role/ml-build", "arn:aws:iam::444455556666:role/mg-decide-us-east-1"])(
  "nobody else sends requests: %s",
  async (principal) => {
    const { requestQueueUrl, region } = parseReviewSettings(program.outputs.get("governance"));
    const send = { QueueUrl: requestQueueUrl, MessageBody: "{}" };
    await expect(world.call(principal, region, "sqs", "SendMessage", send, "bob")).rejects.toThrow(
      "denied by DenyOtherSenders",
    );
  },
);
