import * as pulumi from "@pulumi/pulumi";
import { evidencePattern } from "../../../src/infrastructure/evidence-copy";
import { evidenceSources, groupAccounts } from "../../../src/infrastructure/evidence-sources";
import { devTable, registrarsOf } from "../../../src/infrastructure/permissions/dev-table";
import { environmentOf } from "../../../src/infrastructure/process-environment";
import { RegisteringPolicy } from "../../../src/infrastructure/registering-policy";
import { dev, governance } from "../../support/policies";

/** As many dev accounts with a group each. */
const accounts = (count: number) => {
  const ids = Array.from({ length: count }, (_, at) => String(100_000_000_001 + at));
  return governance({
    devAccounts: ids.map((account) => ({ account, transfer: "copy", registeringRoles: ["ml-build"] })),
    groups: ids.map((account) => ({ name: `group-${account}`, accounts: [account] })),
  });
};

const environment = (count: number) => {
  const config = accounts(count);
  return environmentOf("start", {
    GROUPS: groupAccounts(config),
    EVIDENCE_SOURCES: evidenceSources(config),
    GOVERNANCE_ACCOUNT: config.account,
    VERDICT_BUCKET: "verdicts",
    PIPELINE_ARN: "pipeline",
    LANGUAGE_GROUPS: [],
    CUT_OVERS: {},
    QUEUE_URL: pulumi.output("https://queue/start"),
    NOTICE_TOPIC_ARN: pulumi.output("topic"),
    POLICY_DIGEST: "d".repeat(64),
    EVIDENCE_DEADLINE_MINUTES: 60,
  });
};

describe("a function's environment", () => {
  it("is written from typed values once all are known", async () => {
    const written = await new Promise((done) => pulumi.output(environment(1)).apply(done));
    expect(written).toMatchObject({ QUEUE_URL: "https://queue/start", EVIDENCE_DEADLINE_MINUTES: "60" });
  });

  it("is known but for the values that are made, so that a preview shows the rest", () => {
    const known = Object.entries(environment(1)).filter(([, value]) => typeof value === "string");
    expect(known.map(([name]) => name)).toEqual(expect.arrayContaining(["GROUPS", "POLICY_DIGEST"]));
    expect(known.map(([name]) => name)).not.toContain("QUEUE_URL");
  });

  it("of 60 dev accounts fits", () => {
    expect(() => environment(60)).not.toThrow();
  });

  it("of 400 doesn't, which is said before anything is made", () => {
    expect(() => environment(400)).toThrow(
      /^environment of start: \d+ bytes \(EVIDENCE_SOURCES \d+, GROUPS \d+\), Lambda takes 4096; configure fewer groups/,
    );
  });
});

it("a registering policy that IAM wouldn't take is said before anything is made", () => {
  const config = dev({ groups: Array.from({ length: 60 }, (_, at) => `group-${at}`) });
  expect(registrarsOf(config)).toHaveLength(1);
  expect(() => new RegisteringPolicy("register", { config, table: devTable(config), made: {} }, {})).toThrow(
    /^policy of the registering roles: it has \d+ characters, IAM takes 6144; it names every entry of governance:groups/,
  );
});

describe("a rule's pattern", () => {
  const prefixes = (count: number) => Array.from({ length: count }, (_, at) => `evidence/${at}/${"x".repeat(100)}/`);

  it("of some long prefixes fits", () => {
    expect(JSON.stringify(evidencePattern("artifacts", prefixes(10))).length).toBeLessThanOrEqual(2048);
  });

  it("of more doesn't, which is said before anything is made", () => {
    expect(() => evidencePattern("artifacts", prefixes(20))).toThrow(
      /^governance:evidencePrefixes: the rule's pattern has \d+ characters, EventBridge takes 2048; name fewer/,
    );
  });
});
