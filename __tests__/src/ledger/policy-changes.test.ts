import { catalogue } from "../../../checks/catalogue";
import { parsePolicy } from "../../../src/core/policy";
import { policySchema } from "../../../src/core/policy-schema";
import { formatPolicyChange, policyChanges } from "../../../src/ledger/policy-changes";

/** A kept policy, from its files. */
const kept = (files: Record<string, string>): string =>
  parsePolicy(
    Object.entries(files).map(([path, text]) => ({ path, text: `schemaVersion: 1\n${text}` })),
    policySchema(catalogue),
  ).text;

const auc = (bound: string) => `checks: { model-quality: { thresholds: { binary.auc: ${bound} } } }\n`;
const GROUP = "groups/credit-risk.yaml";
const ORGANISATION = "organisation.yaml";

describe("changes of a policy in words", () => {
  it.each([
    {
      name: "a looser bound",
      before: { [GROUP]: auc("{ min: 0.8 }") },
      after: { [GROUP]: auc("{ min: 0.7 }") },
      lines: ["credit-risk: model-quality binary.auc: at least 0.8 -> at least 0.7 (looser)"],
    },
    {
      name: "a stricter bound",
      before: { [GROUP]: auc("{ min: 0.8 }") },
      after: { [GROUP]: auc("{ min: 0.8, max: 0.99 }") },
      lines: ["credit-risk: model-quality binary.auc: at least 0.8 -> [0.8, 0.99] (stricter)"],
    },
    {
      name: "a bound that moved",
      before: { [GROUP]: auc("{ min: 0.6, max: 0.8 }") },
      after: { [GROUP]: auc("{ min: 0.7, max: 0.9 }") },
      lines: ["credit-risk: model-quality binary.auc: [0.6, 0.8] -> [0.7, 0.9]"],
    },
    {
      name: "what the organisation sets, for groups with a file too",
      before: { [GROUP]: "" },
      after: { [GROUP]: "", [ORGANISATION]: "acceptUndigestedEvidence: true\n" },
      lines: [
        "groups without a file of their own: acceptUndigestedEvidence: false -> true",
        "credit-risk: acceptUndigestedEvidence: false -> true",
      ],
    },
    {
      name: "a group's first file",
      before: {},
      after: { [GROUP]: "checks: { model-quality: { onFail: review } }\n" },
      lines: ['credit-risk: model-quality onFail: "reject" -> "review"'],
    },
    {
      name: "a deadline",
      before: { [ORGANISATION]: "evidenceDeadlineMinutes: 30\n" },
      after: { [ORGANISATION]: "evidenceDeadlineMinutes: 45\n" },
      lines: ["all groups: evidenceDeadlineMinutes: 30 -> 45"],
    },
    { name: "nothing", before: { [GROUP]: "" }, after: {}, lines: [] },
  ])("$name", ({ before, after, lines }) => {
    expect(policyChanges(kept(before), kept(after)).map(formatPolicyChange)).toEqual(lines);
  });

  it("refuses what is no kept policy", () => {
    expect(() => policyChanges(kept({}), '{"schemaVersion":9}')).toThrow("expected schemaVersion 1");
  });
});
