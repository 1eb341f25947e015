import { roleArn } from "../../../../src/contract/names";
import { governanceTable } from "../../../../src/infrastructure/permissions/governance-table";
import { identityPolicy, type MadeArns } from "../../../../src/infrastructure/permissions/grant";
import { requestsPolicy } from "../../../../src/infrastructure/permissions/messaging-policy";
import { reviewersOf } from "../../../../src/infrastructure/permissions/people-table";
import { trustPolicy } from "../../../../src/infrastructure/permissions/trust-policy";
import { mayAskToRevoke } from "../../../../src/infrastructure/permissions/watch-table";
import { placeOf } from "../../../../src/infrastructure/stack-config";
import { byCondition, denied, governance } from "../../../support/policies";
import { configMistakes, governanceValues } from "../../../support/stack-values";

const USERS = ["arn:aws:iam::444455556666:user/bob", "arn:aws:iam::444455556666:user/ops/carla"];
const PERMISSION_SET = {
  arn: "arn:aws:iam::444455556666:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_ModelReview_0123456789abcdef",
  id: "AROA1234567890EXAMPLE",
};
const groups = [
  { name: "credit-risk", accounts: ["111122223333"], team: ["ann"] },
  { name: "payment-fraud", accounts: ["222233334444"], team: [] },
];
const config = governance({ groups, reviewers: { users: USERS } });
const table = governanceTable(config);
const QUEUE = "arn:aws:sqs:us-east-1:444455556666:mg-requests";
const REVIEWER = roleArn(config, "reviewer", placeOf(config));
const DECIDE = roleArn(config, "decide", placeOf(config));
const made: MadeArns = new Proxy({}, { get: (_, name) => String(name).toUpperCase() });

it("the reviewer asks, reads records and versions, and does nothing else", () => {
  const RECORDS = "arn:aws:s3:::mg-records-444455556666-us-east-1";
  const VERSIONS = ["credit-risk", "payment-fraud"].map((group) => expect.stringMatching(`${group}/\\*$`));
  const { Statement } = identityPolicy(table, REVIEWER, "aws", made);
  expect(Statement.map(({ Action, Resource, Condition }) => [Action, Resource, Condition])).toEqual([
    [["sqs:SendMessage"], ["arn:aws:sqs:us-east-1:444455556666:mg-revocations"], undefined],
    [["sqs:SendMessage"], [QUEUE], undefined],
    [["s3:GetObject"], [`${RECORDS}/records/*`], undefined],
    [["s3:ListBucket"], [RECORDS], { StringLike: { "s3:prefix": "records/*" } }],
    [["kms:Decrypt"], ["RECORD-KEY"], undefined],
    [
      ["sagemaker:DescribeModelPackage"],
      expect.arrayContaining([expect.stringMatching(/credit-risk\/\*$/)]),
      undefined,
    ],
    [["sagemaker:ListModelPackages"], VERSIONS, undefined],
  ]);
});

it.each([
  ["users", { users: USERS }, byCondition("444455556666", "mg-reviewer-us-east-1"), REVIEWER],
  [
    "a permission set",
    { permissionSetRole: PERMISSION_SET },
    { Principal: { AWS: PERMISSION_SET.arn } },
    PERMISSION_SET.arn,
  ],
])("the queue takes requests of %s, and of nobody else", (_, reviewers, who, arn) => {
  const policy = requestsPolicy(QUEUE, reviewersOf(governance({ groups, reviewers })));
  expect(policy.Statement.filter(({ Effect }) => Effect === "Allow")).toEqual([
    { Sid: "Ask1", Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [QUEUE], ...who },
  ]);
  expect(
    denied(policy).map(({ Sid, Principal, Action, Condition }) => ({ Sid, Principal, Action, Condition })),
  ).toContainEqual({
    ...{ Sid: "DenyOtherSenders", Principal: "*", Action: ["sqs:SendMessage"] },
    Condition: { ArnNotEquals: { "aws:PrincipalArn": [arn] } },
  });
});

it("the reviewer role is taken on by its users, under their own names, with a second factor", () => {
  expect(trustPolicy("reviewer", config).Statement).toEqual([
    {
      ...{ Sid: "PeopleReview", Effect: "Allow", Principal: { AWS: USERS }, Action: ["sts:AssumeRole"] },
      Condition: {
        StringEquals: { "sts:RoleSessionName": ["$", "{aws:username}"].join("") },
        Bool: { "aws:MultiFactorAuthPresent": "true" },
      },
    },
  ]);
});

it("the deciding role takes requests, and no role invokes what answers them", () => {
  const takes = identityPolicy(table, DECIDE, "aws", made).Statement.filter(({ Resource }) =>
    Resource?.includes(QUEUE),
  );
  expect(takes.map(({ Action }) => Action)).toEqual([
    ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  ]);
  const readers = table.filter(
    ({ on, may }) => may.includes("sqs:ReceiveMessage") && on.some((at) => "arn" in at && at.arn === QUEUE),
  );
  expect(readers.flatMap(({ who }) => who.map(({ arn }) => arn))).toEqual([DECIDE]);
  const invoked = table.filter(({ may }) => may.includes("lambda:InvokeFunction")).flatMap(({ on }) => on);
  expect(invoked.length).toBeGreaterThan(0);
  expect(invoked.filter((at) => "arn" in at && /:function:(\*|mg-review\b)/.test(at.arn))).toEqual([]);
});

it("each statement of the deciding role has an id of its own", () => {
  const ids = identityPolicy(table, DECIDE, "aws", made).Statement.map(({ Sid }) => Sid);
  expect(new Set(ids).size).toBe(ids.length);
});

it("without reviewers nobody asks", () => {
  const none = governance();
  expect([reviewersOf(none), mayAskToRevoke(none).map(({ arn }) => arn)]).toEqual([
    [],
    ["arn:aws:iam::444455556666:role/mg-watch-us-east-1"],
  ]);
  expect(JSON.stringify(governanceTable(none))).not.toMatch(/mg-requests|mg-review|requests\//);
});

describe("a configuration that is wrong", () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ["neither users nor a permission set", { reviewers: {} }, /reviewers: expected one of users and permissionSetRole/],
    ["both", { reviewers: { users: USERS, permissionSetRole: PERMISSION_SET } }, /reviewers: expected one of users/],
    ["no user", { reviewers: { users: [] } }, /reviewers.users: found \[\], expected a list of the ARNs/],
    [
      "a role as a user",
      { reviewers: { users: [REVIEWER] } },
      /reviewers.users\[0\]: found .* expected the ARN of an IAM user/,
    ],
    [
      "two users of one name",
      { reviewers: { users: [...USERS, "arn:aws:iam::777788889999:user/BOB"] } },
      /reviewers.users: found ".*user\/BOB", whose name another one has/,
    ],
    [
      "a role of another account",
      { reviewers: { permissionSetRole: { ...PERMISSION_SET, arn: "arn:aws:iam::777788889999:role/x" } } },
      /reviewers.permissionSetRole.arn: found a role of account 777788889999/,
    ],
    [
      "a group without its team",
      { reviewers: { users: USERS }, groups: [{ name: "credit-risk", accounts: ["111122223333"] }] },
      /groups\[0\].team: is missing/,
    ],
  ])("%s", (_, change, mistake) => {
    expect(configMistakes(governanceValues({ groups, ...change }))).toEqual([expect.stringMatching(mistake)]);
  });
});
