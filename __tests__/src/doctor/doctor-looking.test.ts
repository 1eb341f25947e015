import { parseGovernanceOutputs } from "../../../src/contract/governance-outputs";
import { expectedOf } from "../../../src/doctor/expected";
import type { DeployedAccount } from "../../../src/doctor/ports";
import { guardrails } from "../../../src/infrastructure/permissions/guardrails";
import type { EvaluatedStack } from "../../../src/local/evaluate-stack";
import { type Change, doctorConfig, doctorStack, findingsOf, troublesOf } from "../../support/doctor-world";
import { foundAfter, reading } from "../../support/found-account";

let stack: EvaluatedStack;
beforeAll(async () => {
  stack = await doctorStack();
});
const findings = (change: Change = {}) => findingsOf(stack, change);
const troubles = (change: Change) => troublesOf(stack, change);

describe("what can't be looked at", () => {
  it("is never taken for fine", async () => {
    const refused = async () => {
      throw Object.assign(new Error("not yours"), { name: "AccessDenied" });
    };
    const methods = Object.keys(reading(foundAfter([], ""))).filter((name) => name !== "keysBelow");
    const account: Partial<DeployedAccount> = Object.fromEntries(methods.map((name) => [name, refused]));
    const found = await findings({ account, organization: { policiesOf: refused } });
    expect(found.length).toBeGreaterThan(20);
    for (const { probe, outcome, problems } of found)
      expect([probe, outcome, problems]).toEqual([probe, "not-seen", ["AccessDenied: not yours"]]);
  });
});

describe("service control policies", () => {
  const wanted = (of: "governance" | "dev") => {
    const { made } = parseGovernanceOutputs(stack.outputs);
    return guardrails(doctorConfig, { made })[of].map((document) => JSON.stringify(document));
  };

  it("may be attached anywhere above, among others, and divided in another way", async () => {
    const other = JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "*" } });
    const policiesOf = async (account: string) => {
      const documents = wanted(account === "444455556666" ? "governance" : "dev").map((text) => JSON.parse(text));
      const each = documents.flatMap(({ Statement }) =>
        Statement.map((one: object) => JSON.stringify({ Statement: [one] })),
      );
      return [other, ...each];
    };
    const found = await findings({ organization: { policiesOf } });
    expect(found.filter(({ outcome }) => outcome !== "fine")).toEqual([]);
  });

  it("are missed by statement", async () => {
    const policiesOf = async (account: string) =>
      account === "444455556666"
        ? wanted("governance").map((text) =>
            text.replace("sagemaker:RetryPipelineExecution", "sagemaker:DeletePipeline"),
          )
        : wanted("dev");
    expect(await troubles({ organization: { policiesOf } })).toEqual([
      [
        "service control policies of account 444455556666",
        "wrong",
        "statement OnlyDeployerRetries is missing or was changed",
      ],
    ]);
  });

  it("can't be told without who deploys", async () => {
    const { assumeRole: _, ...bare } = doctorConfig;
    const said = await troubles({ of: bare, organization: { policiesOf: async () => [] } });
    expect(said).toContainEqual([
      "service control policies of account 444455556666",
      "not-seen",
      expect.stringMatching(/^GuardrailError: governance:assumeRole is missing/),
    ]);
  });
});

it.each(["record-key", "watch-rule", "failure-rule", "clean-up-schedule"])(
  "outputs of an older update, without %s, are refused",
  (lacking) => {
    const outputs = parseGovernanceOutputs(stack.outputs);
    const made = Object.fromEntries(Object.entries(outputs.made).filter(([of]) => of !== lacking));
    expect(() => expectedOf(doctorConfig, { ...outputs, made }, { pendingHours: 24 })).toThrow(
      `madeArns lacks ${lacking}, which the configuration has`,
    );
  },
);
