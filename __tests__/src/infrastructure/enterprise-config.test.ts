import { parseStackConfig } from "../../../src/infrastructure/stack-config";
import { type DeclaredStack, declaredStack } from "../../support/declared-stack";
import { devValues, governanceValues } from "../../support/stack-values";

const BOUNDARY = (account: string) => `arn:aws:iam::${account}:policy/boundary`;
const KEY = (name: string, account = "444455556666") => `arn:aws:kms:us-east-1:${account}:key/${name}`;
const VPC = { subnetIds: ["subnet-0a1b2c3d"], securityGroupIds: ["sg-0a1b2c3d"] };
const PATH = "/ml/governance/";

let governance: DeclaredStack;
let dev: DeclaredStack;
beforeAll(async () => {
  const common = { rolePath: PATH, vpc: VPC };
  governance = await declaredStack(
    parseStackConfig(
      governanceValues({
        ...common,
        permissionsBoundary: BOUNDARY("444455556666"),
        verdictKeyArn: KEY("verdicts"),
        recordKeyArn: KEY("records"),
        signingKeys: { records: KEY("record-signing") },
        noticeKeyArn: KEY("notices"),
        devAccounts: [
          {
            account: "111122223333",
            transfer: "copy",
            registeringRoles: ["ml-build"],
            evidenceKeyArn: KEY("evidence"),
          },
          { account: "222233334444", transfer: "replication", registeringRoles: ["ml-build"] },
        ],
      }),
      "Pulumi.test.yaml",
    ),
  );
  dev = await declaredStack(
    parseStackConfig(
      devValues({
        ...common,
        permissionsBoundary: BOUNDARY("111122223333"),
        artifactKeyArn: KEY("artifacts", "111122223333"),
      }),
      "Pulumi.test.yaml",
    ),
  );
});

const all = (stack: DeclaredStack, type: string) => stack.names(type).map((name) => stack.one(type, name));

it.each([
  ["governance", () => governance, "444455556666", 8],
  ["dev", () => dev, "111122223333", 1],
])("every role of the %s stack has the path and the boundary", (_, stack, account, count) => {
  const roles = all(stack(), "Role");
  expect(roles).toHaveLength(count);
  for (const { inputs } of roles) expect(inputs).toMatchObject({ path: PATH, permissionsBoundary: BOUNDARY(account) });
});

it("names the dev account's role by its path in the governance account's policies", () => {
  const policy = JSON.stringify(governance.one("BucketPolicy", "evidence-111122223333").inputs.policy);
  expect(policy).toContain("arn:aws:iam::111122223333:role/ml/governance/mg-copy-us-east-1");
});

it.each([
  ["governance", () => governance, 7],
  ["dev", () => dev, 1],
])("every function of the %s stack lies in the network, and its role may attach it there", (_, stack, count) => {
  const functions = all(stack(), "Function");
  expect(functions).toHaveLength(count);
  for (const { inputs, name } of functions) {
    expect(inputs.vpcConfig).toEqual(VPC);
    const policy = JSON.stringify(stack().one("RolePolicy", name).inputs.policy);
    expect(policy).toContain("ec2:CreateNetworkInterface");
    expect(policy).toContain("subnet/subnet-0a1b2c3d");
    expect(policy).not.toContain('"ec2:*"');
  }
});

it("makes no key where one is named, and prints what its policy must let in", () => {
  expect(all(governance, "Key").map(({ name }) => name)).toEqual([
    ...["evidence-222233334444", "checkpoint-signing", "verdict-signing", "revocation-signing"],
  ]);
  expect(all(dev, "Key").map(({ name }) => name)).toEqual(["notices"]);
  const uses = governance.outputs.addToKeyPolicies as Record<string, { Sid: string }[]>;
  expect(Object.keys(uses).sort()).toEqual(
    ["evidence", "notices", "records", "record-signing", "verdicts"].map((name) => KEY(name)).sort(),
  );
  for (const statements of Object.values(uses)) expect(statements.length).toBeGreaterThan(0);
  expect(JSON.stringify(uses[KEY("evidence")])).toContain("role/ml/governance/mg-copy-us-east-1");
  expect(JSON.stringify(uses[KEY("notices")])).toContain("cloudwatch.amazonaws.com");
});

it.each(["verdicts", "records", "evidence-111122223333"])("encrypts %s with the named key", (name) => {
  const { inputs } = governance.one("BucketServerSideEncryptionConfiguration", name);
  expect(JSON.stringify(inputs.rules)).toContain(KEY(name.replace("-111122223333", "")));
});
