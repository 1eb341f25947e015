import { catalogue } from "../../../checks/catalogue";
import { parsePolicy, restorePolicy } from "../../../src/core/policy";
import { policySchema } from "../../../src/core/policy-schema";

const schema = policySchema(catalogue);
// Thresholds and facets in no order of names.
const FILE = `schemaVersion: 1
checks:
  model-quality: { thresholds: { unstated.validation:auc: { min: 0.8 }, unstated.rmse: { max: 3 }, binary.f1: { min: 0.1 } } }
  bias-post-training: { thresholds: { facets: { sex: [], age: [], gender: [] } } }
`;
const policy = parsePolicy([{ path: "groups/credit-risk.yaml", text: FILE }], schema);

describe("a policy that was kept", () => {
  it("judges as the one it was kept of, also in the same order", () => {
    const restored = restorePolicy(policy.text, policy.digest, schema);
    expect(JSON.stringify(restored.forGroup("credit-risk"))).toBe(JSON.stringify(policy.forGroup("credit-risk")));
    expect(JSON.stringify(restored.forGroup("other"))).toBe(JSON.stringify(policy.forGroup("other")));
  });

  it("is refused with another digest", () => {
    expect(() => restorePolicy(policy.text, "0".repeat(64), schema)).toThrow("its text has another SHA-256");
  });
});
