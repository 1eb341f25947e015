import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type EvaluatedProgram, evaluateProgram } from "../src/local/evaluate-program";
import { runFlow } from "../src/local/flow";
import { SCENES } from "../src/local/story";
import { type Break, broken, replace } from "./support/break-link";
import { processingStacks } from "./support/processing-stacks";

const folder = mkdtempSync(path.join(tmpdir(), "processing-flow-"));
let program: EvaluatedProgram;
beforeAll(async () => {
  program = await evaluateProgram(processingStacks(folder));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

const scenes = SCENES.filter(({ sample }) => ["all-in-order", "biased-by-age"].includes(sample));

describe("with the checks in a Processing job", () => {
  it("a version goes all the way from a PUT to its decision", async () => {
    const { versions, broken: links } = await runFlow(program, { seed: 7, scenes });
    expect(links).toEqual([]);
    expect(versions.map(({ sample, approvalStatus }) => [sample, approvalStatus])).toEqual([
      ["all-in-order", "Approved"],
      ["biased-by-age", "Rejected"],
    ]);
    for (const { verdict, arn } of versions) expect(verdict?.modelPackageArn).toBe(arn);
  });

  const definition = (from: string | RegExp, to: string): Break => ({
    type: "Pipeline",
    name: "approval",
    change: replace("pipelineDefinition", from, to),
  });
  it.each<[string, Break, RegExp]>([
    [
      "the job role's trust",
      { type: "Role", name: "validate", change: replace("assumeRolePolicy", "sagemaker.", "lambda.") },
      /Role "validate": its trust policy doesn't let sagemaker\.amazonaws\.com act as it/,
    ],
    [
      "the job's role",
      definition("mg-validate-", "mg-validates-"),
      /iam:PassRole on resource: \S+mg-validates-us-east-1/,
    ],
    ["the image", definition(/checks@sha256:../, "checks@sha256:00"), /image .* doesn't exist/],
    [
      "the entry point",
      definition("/var/task/index.js", "/var/task/main.js"),
      /entry point node \/var\/task\/main\.js/,
    ],
    ["an argument's name", definition("--ExecutionId", "--Execution"), /Unknown option '--Execution'/],
    ["an argument", definition(/"--Bucket",{"Get":"Parameters.Bucket"},/, ""), /step arguments: Bucket missing/],
    ["a variable", definition('"GROUPS":', '"GROUP":'), /environment of validate: GROUPS missing or malformed/],
    [
      "a variable's length",
      definition('"GOVERNANCE_ACCOUNT":"', `"GOVERNANCE_ACCOUNT":"${"4".repeat(256)}`),
      /GOVERNANCE_ACCOUNT: must be a text of at most 256/,
    ],
    [
      "the image's digest",
      definition(/"CHECKS_IMAGE_DIGEST":"sha256:../, '"CHECKS_IMAGE_DIGEST":"sha256:00'),
      /definition: found one with the SHA-256 [0-9a-f]{64}, expected one that was deployed/,
    ],
    ["isolation", definition('"EnableNetworkIsolation":false', '"EnableNetworkIsolation":true'), /isolated job/],
    [
      "what decide is told",
      definition('"VerdictSha256":"not-told"', '"VerdictSha256":"unknown"'),
      /definition: found one with the SHA-256 [0-9a-f]{64}, expected one that was deployed/,
    ],
  ])("%s, broken, is named", async (_, change, names) => {
    const { broken: links, versions } = await runFlow(broken(program, change), { seed: 1, scenes });
    expect(links.join("\n")).toMatch(names);
    expect(versions.filter(({ approvalStatus }) => /Approved|Rejected/.test(approvalStatus))).toEqual([]);
  });
});
