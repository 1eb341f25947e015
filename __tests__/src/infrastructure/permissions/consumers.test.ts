import { governanceTable } from "../../../../src/infrastructure/permissions/governance-table";
import { identityPolicy, type MadeArns } from "../../../../src/infrastructure/permissions/grant";
import { keyPolicy } from "../../../../src/infrastructure/permissions/key-policy";
import { placeOf } from "../../../../src/infrastructure/stack-config";
import { declaredStack } from "../../../support/declared-stack";
import { allowed, governance } from "../../../support/policies";
import { configMistakes, governanceValues } from "../../../support/stack-values";

const DEPLOY = "arn:aws:iam::777788889999:role/ml/ml-deploy";
const OTHER = "arn:aws:iam::666677778888:role/ml-deploy";
const consumers = [
  { role: DEPLOY, groups: ["credit-risk"] },
  { role: OTHER, groups: ["credit-risk", "payment-fraud"] },
];
const config = governance({ consumers });
const table = governanceTable(config);
const made: MadeArns = new Proxy({}, { get: (_, name) => String(name).toUpperCase() });
const RECORDS = "arn:aws:s3:::mg-records-444455556666-us-east-1";
const sagemaker = (resource: string) => `arn:aws:sagemaker:us-east-1:444455556666:${resource}`;

it("the policy to attach reads versions, records and keys of its groups, and changes nothing", () => {
  const { Statement } = identityPolicy(table, DEPLOY, "aws", made);
  expect(Statement.map(({ Action, Resource, Condition }) => [Action, Resource, Condition])).toEqual([
    [
      ["sagemaker:DescribeModelPackage", "sagemaker:ListModelPackages", "sagemaker:CreateModel"],
      [sagemaker("model-package/credit-risk/*")],
      undefined,
    ],
    [["sagemaker:DescribeModelPackageGroup"], [sagemaker("model-package-group/credit-risk")], undefined],
    [["s3:GetObject"], [`${RECORDS}/records/credit-risk/*`], undefined],
    [["s3:ListBucket"], [RECORDS], { StringLike: { "s3:prefix": ["records/credit-risk/*"] } }],
    [["kms:Decrypt"], ["RECORD-KEY"], undefined],
    [["kms:GetPublicKey"], ["RECORD-SIGNING-KEY", "REVOCATION-SIGNING-KEY"], undefined],
  ]);
});

it("of several groups it has each statement once", () => {
  const { Statement } = identityPolicy(table, OTHER, "aws", made);
  expect(Statement).toHaveLength(6);
  expect(Statement[0]?.Resource).toEqual(
    ["credit-risk", "payment-fraud"].map((group) => sagemaker(`model-package/${group}/*`)),
  );
});

describe("the governance stack", () => {
  const stack = declaredStack(governance({ consumers, groups: withExisting() }));

  it("lets them in by the group's policy, by name", async () => {
    const { inputs } = (await stack).one("ModelPackageGroupPolicy", "credit-risk");
    const { Statement } = JSON.parse(String(inputs.resourcePolicy));
    expect(Statement.map(({ Sid, Principal }: { Sid: string; Principal: unknown }) => [Sid, Principal])).toEqual([
      ["RegisterPending", { AWS: ["arn:aws:iam::111122223333:role/ml-build"] }],
      ["ReadVersions", { AWS: ["arn:aws:iam::111122223333:role/ml-build"] }],
      ["ReadGroup", { AWS: ["arn:aws:iam::111122223333:role/ml-build"] }],
      ["DeployVersions", { AWS: [DEPLOY, OTHER] }],
      ["SeeGroup", { AWS: [DEPLOY, OTHER] }],
    ]);
  });

  it("says what the policy of a group that exists already needs for them", async () => {
    const { addToGroupPolicies } = (await stack).outputs as { addToGroupPolicies: Record<string, { Sid: string }[]> };
    expect(Object.keys(addToGroupPolicies)).toEqual(["payment-fraud"]);
    expect(addToGroupPolicies["payment-fraud"]).toContainEqual(
      expect.objectContaining({ Sid: "DeployVersions", Principal: { AWS: [OTHER] } }),
    );
  });

  it("lets them read their groups' records, each statement with an id of its own, and takes no denial away", async () => {
    const policy = JSON.parse(String((await stack).one("BucketPolicy", "records").inputs.policy));
    expect(
      allowed(policy).map(({ Sid, Principal, Condition, Action, Resource }) => [
        Sid,
        Principal === "*" ? {} : { AWS: Condition?.ArnEquals?.["aws:PrincipalArn"] },
        Action,
        Resource,
      ]),
    ).toEqual([
      ["ReadRecords", { AWS: DEPLOY }, ["s3:GetObject"], [`${RECORDS}/records/credit-risk/*`]],
      ["ListRecords", { AWS: DEPLOY }, ["s3:ListBucket"], [RECORDS]],
      [
        "ReadRecords2",
        { AWS: OTHER },
        ["s3:GetObject"],
        ["credit-risk", "payment-fraud"].map((group) => `${RECORDS}/records/${group}/*`),
      ],
      ["ListRecords2", { AWS: OTHER }, ["s3:ListBucket"], [RECORDS]],
    ]);
    const denials = (text: unknown) => JSON.parse(String(text)).Statement.filter(isDenial);
    const without = await declaredStack(governance());
    expect(denials(JSON.stringify(policy))).toEqual(denials(without.one("BucketPolicy", "records").inputs.policy));
  });

  it("prints each one's policy, and what governance verify needs", async () => {
    const { consumerPolicies, verify } = (await stack).outputs as Record<string, Record<string, unknown>>;
    expect(Object.keys(consumerPolicies ?? {})).toEqual([DEPLOY, OTHER]);
    expect(verify).toEqual({
      recordBucket: expect.stringContaining("records"),
      recordKeyArns: [expect.stringContaining("record-signing")],
      revocationKeyArns: [expect.stringContaining("revocation-signing")],
    });
  });
});

it.each(["record-key", "record-signing-key", "revocation-signing-key"] as const)("%s's policy lets each in", (key) => {
  // By their accounts, so that a role that is made anew is let in too.
  const letIn = keyPolicy(table, key, placeOf(config)).Statement.filter(({ Principal, Condition }) =>
    [DEPLOY, OTHER].some(
      (role) =>
        JSON.stringify(Condition ?? {}).includes(role) &&
        JSON.stringify(Principal).includes(`${role.split(":role/")[0]}:root`),
    ),
  );
  const action = key === "record-key" ? "kms:Decrypt" : "kms:GetPublicKey";
  expect(letIn.map(({ Action }) => Action)).toEqual([[action], [action]]);
  const ids = keyPolicy(table, key, placeOf(config)).Statement.map(({ Sid }) => Sid);
  expect(new Set(ids).size).toBe(ids.length);
});

it("a bucket's policy that S3 wouldn't take is said before anything is made", async () => {
  const many = Array.from({ length: 60 }, (_, at) => ({
    role: `arn:aws:iam::777788889999:role/ml-deploy-${at}`,
    groups: ["credit-risk"],
  }));
  await expect(declaredStack(governance({ consumers: many }))).rejects.toThrow(
    /^bucket mg-records-444455556666-us-east-1: its policy has \d+ bytes, S3 takes 20480; name fewer governance:consumers/,
  );
});

describe("a configuration that is wrong", () => {
  it.each<[string, unknown, RegExp]>([
    [
      "a name for a role",
      [{ role: "ml-deploy", groups: ["credit-risk"] }],
      /consumers\[0\].role: found "ml-deploy", expected the ARN of a role that exists/,
    ],
    ["no group", [{ role: DEPLOY, groups: [] }], /consumers\[0\].groups: found \[\], expected a list of the model/],
    [
      "a group that isn't configured",
      [{ role: DEPLOY, groups: ["credit-risc"] }],
      /consumers\[0\].groups: found "credit-risc", expected groups of governance:groups: credit-risk, payment-fraud/,
    ],
    [
      "a role twice",
      [...consumers, { role: DEPLOY, groups: ["payment-fraud"] }],
      /consumers\[2\].role: found ".*ml-deploy" a second time/,
    ],
  ])("%s", (_, wrong, mistake) => {
    expect(configMistakes(governanceValues({ consumers: wrong }))).toEqual([expect.stringMatching(mistake)]);
  });
});

function withExisting() {
  return [
    { name: "credit-risk", accounts: ["111122223333"] },
    { name: "payment-fraud", accounts: ["222233334444"], existing: true },
  ];
}

const isDenial = ({ Effect }: { Effect: string }): boolean => Effect === "Deny";
