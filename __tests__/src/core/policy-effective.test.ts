import fc from "fast-check";
import { catalogue } from "../../../checks/catalogue";
import { type Policy, parsePolicy } from "../../../src/core/policy";
import { policySchema } from "../../../src/core/policy-schema";

const schema = policySchema(catalogue);

const read = (files: Readonly<Record<string, string>>): Policy =>
  parsePolicy(
    Object.entries(files).map(([path, text]) => ({ path, text })),
    schema,
  );

const ORGANISATION = `
schemaVersion: 1
evidenceDeadlineMinutes: 30
checks:
  model-quality:
    onFail: review
    thresholds:
      binary.auc: { min: 0.75, max: 0.999 }
      rows: { min: 500 }
`;
const CREDIT = `
schemaVersion: 1
requiredEvidence: [model-quality]
acceptUndigestedEvidence: true
checks:
  model-quality:
    onCannotEvaluate: review
    thresholds:
      binary.auc: { min: 0.8 }
      binary.validation:auc: { min: 0.6 }
  bias-post-training:
    thresholds:
      DI: {}
`;

describe("the effective policy", () => {
  const policy = read({ "organisation.yaml": ORGANISATION, "groups/credit-risk.yaml": CREDIT });
  const thresholds = (group: string, check: string) => policy.forGroup(group).checks[check]?.thresholds;

  it("is the defaults where no file says otherwise", () => {
    const defaults = read({}).forGroup("any");
    expect({ ...defaults, checks: Object.keys(defaults.checks) }).toEqual({
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      requiredEvidence: ["model-quality", "bias-pre-training", "bias-post-training"],
      acceptUndigestedEvidence: false,
      acceptReusedEvidence: [],
      checks: catalogue.map(({ id }) => id),
    });
    expect(defaults.checks.explainability).toEqual({
      onFail: "reject",
      onCannotEvaluate: "reject",
      thresholds: { share: { max: 0.8 }, forbiddenFeatures: [], requiredFeatures: [] },
    });
    expect(read({}).evidenceDeadlineMinutes).toBe(60);
  });

  it("is the organisation's for a group without a file", () => {
    expect(policy.forGroup("other").requiredEvidence).toEqual([
      "model-quality",
      "bias-pre-training",
      "bias-post-training",
    ]);
    expect(thresholds("other", "model-quality")).toMatchObject({
      "binary.auc": { min: 0.75, max: 0.999 },
      rows: { min: 500 },
    });
  });

  it("is the group's above the organisation's, a bound as a whole", () => {
    const { requiredEvidence, acceptUndigestedEvidence, checks } = policy.forGroup("credit-risk");
    expect({ requiredEvidence, acceptUndigestedEvidence }).toEqual({
      requiredEvidence: ["model-quality"],
      acceptUndigestedEvidence: true,
    });
    expect(checks["model-quality"]).toMatchObject({
      onFail: "review",
      onCannotEvaluate: "review",
      thresholds: { "binary.auc": { min: 0.8 }, rows: { min: 500 }, "binary.validation:auc": { min: 0.6 } },
    });
    expect(thresholds("credit-risk", "model-quality")?.["binary.auc"]).toEqual({ min: 0.8 });
    expect(thresholds("credit-risk", "bias-post-training")).toMatchObject({ DI: {}, DPPL: { min: -0.1, max: 0.1 } });
  });

  it("knows the groups with a file, and the deadline for all", () => {
    expect(policy.groups).toEqual(["credit-risk"]);
    expect(policy.evidenceDeadlineMinutes).toBe(30);
  });

  it("lets facets be named min and max", () => {
    const facets = { min: ["b"], max: ["a"] };
    const text = JSON.stringify({ schemaVersion: 1, checks: { "bias-post-training": { thresholds: { facets } } } });
    const check = read({ "organisation.yaml": text }).forGroup("any").checks["bias-post-training"];
    expect(check?.thresholds.facets).toEqual(facets);
  });
});

describe("the digest", () => {
  const digest = (organisation: string, group = CREDIT) =>
    read({ "organisation.yaml": organisation, "groups/credit-risk.yaml": group }).digest;
  const before = digest(ORGANISATION);

  it("is the whole policy's, of every group", () => {
    const policy = read({ "organisation.yaml": ORGANISATION, "groups/credit-risk.yaml": CREDIT });
    expect([policy.forGroup("credit-risk").digest, policy.forGroup("other").digest]).toEqual([before, before]);
  });

  it.each([
    ["a comment", `# why\n${ORGANISATION}`],
    ["a byte order mark", `\uFEFF${ORGANISATION.trim()}`],
    ["Windows line ends", ORGANISATION.replaceAll("\n", "\r\n")],
    ["the order of keys", ORGANISATION.replace("{ min: 0.75, max: 0.999 }", "{ max: 0.999, min: 0.75 }")],
    ["the order of thresholds", ORGANISATION.replace(/( +binary.auc.*\n)( +rows.*\n)/, "$2$1")],
    ["how a number is written", ORGANISATION.replace("0.75", "75e-2")],
    ["a default that is written out", `${ORGANISATION}      multiclass.accuracy: { min: 0.7 }\n`],
  ])("is the same after %s", (_, text) => {
    expect(text).not.toBe(ORGANISATION);
    expect(digest(text)).toBe(before);
  });

  it.each([
    ["a bound of the organisation", ORGANISATION.replace("0.75", "0.76"), CREDIT],
    ["a bound that is taken away", ORGANISATION.replace("{ min: 500 }", "{}"), CREDIT],
    ["an outcome", ORGANISATION.replace("onFail: review", "onFail: reject"), CREDIT],
    ["the deadline", ORGANISATION.replace("30", "31"), CREDIT],
    ["a bound of the group", ORGANISATION, CREDIT.replace("0.8", "0.81")],
    ["what the group must have", ORGANISATION, CREDIT.replace("[model-quality]", "[model-quality, explainability]")],
    ["undigested evidence", ORGANISATION, CREDIT.replace("true", "false")],
  ])("differs after %s", (_, organisation, group) => {
    expect(digest(organisation, group)).not.toBe(before);
  });

  it("differs for another group's file", () => {
    expect(read({ "organisation.yaml": ORGANISATION, "groups/other.yaml": CREDIT }).digest).not.toBe(before);
  });

  it("follows from a bound, and from nothing else", () => {
    const of = (min: number) =>
      read({ "organisation.yaml": `schemaVersion: 1\nchecks: {model-quality: {thresholds: {rows: {min: ${min}}}}}` })
        .digest;
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (one, other) => {
        expect(of(one) === of(other)).toBe(one === other);
      }),
      { numRuns: 20 },
    );
  });
});
