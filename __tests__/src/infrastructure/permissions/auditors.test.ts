import { governanceTable } from "../../../../src/infrastructure/permissions/governance-table";
import { identityPolicy, identityPolicyLength, type MadeArns } from "../../../../src/infrastructure/permissions/grant";
import { trustPolicy } from "../../../../src/infrastructure/permissions/trust-policy";
import { declaredStack } from "../../../support/declared-stack";
import { languageValues } from "../../../support/language-config";
import { governance } from "../../../support/policies";
import { configMistakes, governanceValues } from "../../../support/stack-values";

const DORA = "arn:aws:iam::444455556666:user/dora";
const FIRM = "arn:aws:iam::555566667777:role/audit-firm";
const AUDITOR = "arn:aws:iam::444455556666:role/mg-auditor-us-east-1";
const made: MadeArns = new Proxy({}, { get: (_, name) => String(name).toUpperCase() });

it("an auditor's actions read; none changes, passes on, starts, signs or seals anything", () => {
  const config = governance({ ...languageValues(), auditors: [DORA] });
  const { Statement } = identityPolicy(governanceTable(config), AUDITOR, "aws", made);
  const actions = Statement.flatMap(({ Action }) => Action);
  expect(actions.length).toBeGreaterThan(30);
  expect(actions.filter((action) => !/:(Get|List|Describe)[A-Z]\w*$|^kms:Decrypt$/.test(action))).toEqual([]);
});

it("the role is taken on by users with a second factor, and by roles", () => {
  const trusted = { Effect: "Allow", Action: ["sts:AssumeRole"] };
  expect(trustPolicy("auditor", governance({ auditors: [FIRM, DORA] })).Statement).toEqual([
    {
      ...{ ...trusted, Sid: "UsersAudit", Principal: { AWS: [DORA] } },
      Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
    },
    { ...trusted, Sid: "RolesAudit", Principal: { AWS: [FIRM] } },
  ]);
  expect(trustPolicy("auditor", governance({ auditors: [FIRM] })).Statement.map(({ Sid }) => Sid)).toEqual([
    "RolesAudit",
  ]);
});

it("the stack makes it where somebody audits, and nowhere else", async () => {
  const stack = await declaredStack(governance({ auditors: [DORA] }));
  expect(stack.one("Role", "auditor").inputs).toMatchObject({ name: "mg-auditor-us-east-1", path: "/" });
  expect(stack.outputs.auditorRoleArn).toEqual(expect.stringContaining("auditor"));
  const without = await declaredStack(governance());
  expect(without.names("Role")).not.toContain("auditor");
  expect(JSON.stringify(governanceTable(governance()))).not.toContain("Audit");
});

it("its policy fits where start's does", () => {
  const ids = Array.from({ length: 30 }, (_, at) => String(100_000_000_001 + at));
  const table = governanceTable(
    governance({
      devAccounts: ids.map((account) => ({ account, transfer: "copy", registeringRoles: ["ml-build"] })),
      groups: ids.map((account) => ({ name: `group-${account}`, accounts: [account] })),
      auditors: [DORA],
    }),
  );
  expect(identityPolicyLength(table, AUDITOR, "aws")).toBeLessThanOrEqual(10_240);
});

it.each<[string, unknown, RegExp]>([
  ["an account", ["arn:aws:iam::555566667777:root"], /auditors\[0\]: found .*:root", expected the ARN of an IAM user/],
  ["a name", ["dora"], /auditors\[0\]: found "dora", expected the ARN of an IAM user or of a role/],
])("%s as an auditor is refused", (_, auditors, mistake) => {
  expect(configMistakes(governanceValues({ auditors }))).toEqual([expect.stringMatching(mistake)]);
});
