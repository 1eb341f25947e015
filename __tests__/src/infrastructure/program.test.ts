import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { devTable } from "../../../src/infrastructure/permissions/dev-table";
import { declareStack } from "../../../src/infrastructure/program";
import { stackBuild } from "../../../src/infrastructure/stack-build";
import type { GovernanceConfig } from "../../../src/infrastructure/stack-config";
import { arnOf, declaredStack, somePolicy } from "../../support/declared-stack";
import { dev, governance } from "../../support/policies";

const ROOT = path.join(__dirname, "..", "..", "..");
const code = () => ({ js: "//", map: "{}" });

/** The error of a program that stops before its first resource. */
function refusal(config: GovernanceConfig, groups: readonly string[] = []): string {
  try {
    declareStack(config, { code, policy: somePolicy(groups), checksImageFiles: () => new Map() });
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

describe("a governance stack is refused", () => {
  it("where a group's policy file has no group", () => {
    expect(refusal(governance(), ["credit-risk", "credit-rsk"])).toBe(
      "checks/policy/groups/credit-rsk.yaml: no group credit-rsk in governance:groups; expected the file name of one of: credit-risk, payment-fraud. Rename the file, or configure the group",
    );
  });
});

describe("places", () => {
  it.each([
    ["aws-us-gov", "us-gov-west-1", ""],
    ["aws-cn", "cn-north-1", ".cn"],
  ])("in %s every ARN is of that partition", async (partition, region, suffix) => {
    const checksImage = `444455556666.dkr.ecr.${region}.amazonaws.com${suffix}/mg/checks@sha256:${"a".repeat(64)}`;
    const evidenceKeyArn = `arn:${partition}:kms:${region}:444455556666:key/k`;
    const both = [
      await declaredStack(governance({ partition, region, checksImage })),
      await declaredStack(dev({ partition, region, evidenceKeyArn, imageRepositories: ["serve"] })),
      await declaredStack(dev({ partition, region, evidenceKeyArn, transfer: "replication" })),
    ];
    const text = JSON.stringify(both.map(({ resources, outputs }) => [resources.map(({ inputs }) => inputs), outputs]));
    expect(text).toContain(`arn:${partition}:iam::`);
    expect(text).not.toMatch(/arn:aws:/);
  });

  it("a dev account in another Region than governance", async () => {
    const [, sweden] = ["us-east-1", "eu-north-1"];
    const { one } = await declaredStack(dev({ region: sweden, governanceRegion: "us-east-1" }));
    expect(one("Role", "copy").inputs.name).toBe("mg-copy-eu-north-1");
    expect(one("Function", "copy").inputs).toMatchObject({
      environment: {
        variables: {
          ARTIFACT_BUCKET: "mg-artifacts-111122223333-eu-north-1",
          EVIDENCE_BUCKET: "mg-evidence-111122223333-us-east-1",
        },
      },
    });
    const there = [{ account: "111122223333", region: sweden, transfer: "copy", registeringRoles: ["ml-build"] }];
    const groups = [{ name: "credit-risk", accounts: ["111122223333"] }];
    const seen = await declaredStack(governance({ devAccounts: there, groups }));
    expect(seen.one("BucketPolicy", "evidence-111122223333").inputs.policy).toContain("role/mg-copy-eu-north-1");
    expect(JSON.stringify(seen.one("Function", "start").inputs)).toContain("mg-artifacts-111122223333-eu-north-1");
  });

  it("both sides name each other's role and bucket alike", async () => {
    const { one } = await declaredStack(governance());
    const admitted = String(one("BucketPolicy", "evidence-111122223333").inputs.policy);
    const carrier = devTable(dev()).find(({ sid }) => sid === "PutEvidence");
    expect(carrier?.who.map(({ arn }) => admitted.includes(arn))).toEqual([true]);
    expect(one("BucketPolicy", "evidence-111122223333").inputs.bucket).toBe("mg-evidence-111122223333-us-east-1");
    expect(one("Pipeline", "approval").inputs.roleArn).toBe(arnOf("Role", "pipeline"));
  });
});

describe("stackBuild", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "governance-"));
    mkdirSync(path.join(folder, "checks", "policy", "groups"), { recursive: true });
    cpSync(path.join(ROOT, "checks/policy/policy.schema.json"), path.join(folder, "checks/policy/policy.schema.json"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, text: string) => writeFileSync(path.join(folder, "checks", "policy", name), text);

  it("reads the project's policy and bundles a function", () => {
    const build = stackBuild(ROOT, () => new Map());
    expect(build.policy.digest).toMatch(/^[0-9a-f]{64}$/);
    const { js, map } = build.code("copy");
    expect(js).toContain("sourceMappingURL=index.js.map");
    expect(JSON.parse(map)).toMatchObject({ version: 3 });
  });

  it("refuses a wrong policy with file, line, field, found and allowed", () => {
    write("organisation.yaml", "schemaVersion: 1\nevidenceDeadlineMinutes: 0\n");
    write("groups/credit-risk.yaml", "schemaVersion: 1\nchecks:\n  model-qualty: {}\n");
    const said = () => stackBuild(folder, () => new Map());
    expect(said).toThrow(/^checks\/policy\/organisation\.yaml:2: evidenceDeadlineMinutes found 0, /m);
    expect(said).toThrow(
      /^checks\/policy\/groups\/credit-risk\.yaml:3: checks\.model-qualty isn't known here; expected one of: .*model-quality/m,
    );
  });
});
