import type { Statement } from "../../../../src/infrastructure/permissions/grant";
import { uncovered } from "../../../../src/infrastructure/permissions/policy-coverage";

const GOVERNANCE = "arn:aws:iam::444455556666:root";
const ROLE = "arn:aws:iam::111122223333:role/mg-copy-us-east-1";
const KEY = "arn:aws:kms:us-east-1:111122223333:key/team";

/** As a bucket's policy needs them. */
const READ: Statement = {
  Sid: "ReadModels",
  Effect: "Allow",
  Principal: { AWS: GOVERNANCE },
  Action: ["s3:GetObject", "s3:GetObjectAcl"],
  Resource: ["arn:aws:s3:::team-artifacts/*"],
};
const ACL: Statement = {
  ...READ,
  Sid: "ReadModelBucket",
  Action: ["s3:GetBucketAcl"],
  Resource: ["arn:aws:s3:::team-artifacts"],
};
/** Of a role that isn't made yet. */
const OWN: Statement = {
  Sid: "OpenArtifacts",
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::111122223333:root" },
  Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
  Resource: ["*"],
  Condition: { ArnEquals: { "aws:PrincipalArn": ROLE } },
};
const PENDING: Statement = {
  Sid: "RegisterPending",
  Effect: "Allow",
  Principal: { AWS: ["arn:aws:iam::111122223333:role/ml-build", "arn:aws:iam::222233334444:role/ml-build"] },
  Action: ["sagemaker:CreateModelPackage"],
  Resource: ["arn:aws:sagemaker:us-east-1:444455556666:model-package/credit-risk/*"],
  Condition: { StringEquals: { "sagemaker:ModelApprovalStatus": "PendingManualApproval" } },
};
const LAMBDA: Statement = {
  Sid: "LambdaPulls",
  Effect: "Allow",
  Principal: { Service: "lambda.amazonaws.com" },
  Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
  Condition: { ArnLike: { "aws:SourceArn": "arn:aws:lambda:us-east-1:444455556666:function:mg-validate" } },
};
const OTHERS = {
  Sid: "Team",
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::111122223333:role/team" },
  Action: "s3:*",
  Resource: "*",
};

const policy = (...Statement: unknown[]): string => JSON.stringify({ Version: "2012-10-17", Statement });
const lacks = (found: string | undefined, ...needed: Statement[]) => {
  const { missing, denying } = uncovered(found, needed, KEY);
  return [...missing.map(({ Sid }) => Sid), ...denying.map((sid) => `denied by ${sid}`)];
};

describe("is there", () => {
  it.each<[string, Statement[], unknown[]]>([
    ["as it is", [READ, ACL], [OTHERS, READ, ACL]],
    [
      "under another id, in another order",
      [READ, ACL],
      [ACL, { ...READ, Sid: "Models", Action: [...READ.Action].reverse() }],
    ],
    [
      "one value in place of a list",
      [ACL],
      [{ ...ACL, Action: "s3:GetBucketAcl", Resource: "arn:aws:s3:::team-artifacts" }],
    ],
    ["without an id", [ACL], [{ ...ACL, Sid: undefined }]],
    ["its actions in statements of their own", [READ], READ.Action.map((Action) => ({ ...READ, Action }))],
    ["both in one", [READ, ACL], [{ ...READ, Action: "s3:Get*", Resource: ["arn:aws:s3:::team-artifacts*"] }]],
    ["actions in other letters", [ACL], [{ ...ACL, Action: "S3:getbucketacl" }]],
    ["for the account's number", [READ], [{ ...READ, Principal: { AWS: ["999988887777", "444455556666"] } }]],
    ["for everybody", [READ], [{ ...READ, Principal: "*" }]],
    ["for everybody, as a list", [READ], [{ ...READ, Principal: { AWS: ["*"] } }]],
    ["for every action and resource", [READ, ACL], [{ ...READ, Action: "*", Resource: "*" }]],
    [
      "a role's account for the role",
      [PENDING],
      [{ ...PENDING, Principal: { AWS: ["111122223333", "222233334444"] } }],
    ],
    [
      "each role by itself",
      [PENDING],
      [PENDING.Principal].flatMap((of) => Object(of).AWS).map((AWS) => ({ ...PENDING, Principal: { AWS } })),
    ],
    ["without the condition", [PENDING], [{ ...PENDING, Condition: undefined }]],
    [
      "one more value in the condition",
      [PENDING],
      [
        {
          ...PENDING,
          Condition: { StringEquals: { "sagemaker:modelapprovalstatus": ["Rejected", "PendingManualApproval"] } },
        },
      ],
    ],
    [
      "the role itself in place of account and condition",
      [OWN],
      [{ ...OWN, Principal: { AWS: ROLE }, Condition: undefined }],
    ],
    [
      "the same condition by another operator",
      [OWN],
      [{ ...OWN, Condition: { ArnLike: { "aws:PrincipalArn": ROLE } } }],
    ],
    [
      "a condition on more roles",
      [OWN],
      [{ ...OWN, Condition: { StringLike: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/mg-*" } } }],
    ],
    ["all of a key to its account", [OWN], [{ ...OWN, Action: "kms:*", Condition: undefined }]],
    ["the key by its ARN", [OWN], [{ ...OWN, Resource: KEY }]],
    [
      "what Lambda writes by itself",
      [LAMBDA],
      [
        {
          ...LAMBDA,
          Action: [...LAMBDA.Action, "ecr:SetRepositoryPolicy"],
          Condition: { StringLike: { "aws:sourceArn": "arn:aws:lambda:us-east-1:444455556666:function:*" } },
        },
      ],
    ],
    [
      "beside a Deny with a condition",
      [READ],
      [
        READ,
        {
          ...READ,
          Sid: "Tls",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: "*",
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    ],
    [
      "beside a Deny of some objects",
      [READ],
      [
        READ,
        { ...READ, Sid: "Secret", Effect: "Deny", Principal: "*", Resource: "arn:aws:s3:::team-artifacts/secret/*" },
      ],
    ],
    [
      "beside a Deny of another action",
      [READ],
      [READ, { ...READ, Sid: "Keep", Effect: "Deny", Principal: "*", Action: "s3:DeleteObject" }],
    ],
    [
      "beside a Deny to another role",
      [READ],
      [READ, { ...READ, Sid: "Intern", Effect: "Deny", Principal: { AWS: "arn:aws:iam::444455556666:role/intern" } }],
    ],
    [
      "beside a Deny to all but it",
      [READ],
      [READ, { ...READ, Sid: "But", Effect: "Deny", Principal: undefined, NotPrincipal: { AWS: GOVERNANCE } }],
    ],
    [
      "beside a Deny of all but its actions",
      [READ],
      [READ, { ...READ, Sid: "But", Effect: "Deny", Action: undefined, NotAction: "s3:Get*" }],
    ],
    [
      "beside a Deny on all but its objects",
      [READ],
      [
        READ,
        { ...READ, Sid: "But", Effect: "Deny", Resource: undefined, NotResource: "arn:aws:s3:::team-artifacts/*" },
      ],
    ],
  ])("%s", (_, needed, found) => {
    expect(lacks(policy(...found), ...needed)).toEqual([]);
  });
});

describe("isn't there", () => {
  it.each<[string, Statement, string | undefined]>([
    ["without a policy", READ, undefined],
    ["in a policy of others", READ, policy(OTHERS)],
    ["in a policy that has no statement", READ, policy()],
    ["with an action less", READ, policy({ ...READ, Action: "s3:GetObject" })],
    [
      "with a narrower pattern of actions",
      OWN,
      policy({ ...OWN, Action: ["kms:Decrypt", "kms:GenerateDataKeyPair*"] }),
    ],
    ["with ? where anything may be", OWN, policy({ ...OWN, Action: ["kms:Decrypt", "kms:GenerateDataKey?"] })],
    ["below a folder alone", READ, policy({ ...READ, Resource: "arn:aws:s3:::team-artifacts/models/*" })],
    ["in another bucket", READ, policy({ ...READ, Resource: "arn:aws:s3:::team-artifacts-2/*" })],
    ["with a dot that isn't one", ACL, policy({ ...ACL, Action: "s3.GetBucketAcl" })],
    [
      "for one role of the account",
      READ,
      policy({ ...READ, Principal: { AWS: "arn:aws:iam::444455556666:role/one" } }),
    ],
    ["for another account", READ, policy({ ...READ, Principal: { AWS: "999988887777" } })],
    [
      "for one of two roles",
      PENDING,
      policy({ ...PENDING, Principal: { AWS: "arn:aws:iam::111122223333:role/ml-build" } }),
    ],
    ["for a role that was deleted", PENDING, policy({ ...PENDING, Principal: { AWS: "AROA1234567890EXAMPLE" } })],
    ["for everybody but services", LAMBDA, policy({ ...LAMBDA, Principal: { AWS: "*" } })],
    ["for another service", LAMBDA, policy({ ...LAMBDA, Principal: { Service: "ecs.amazonaws.com" } })],
    ["with a condition", READ, policy({ ...READ, Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } })],
    [
      "with another value in the condition",
      PENDING,
      policy({ ...PENDING, Condition: { StringEquals: { "sagemaker:ModelApprovalStatus": "Approved" } } }),
    ],
    [
      "with one condition more",
      PENDING,
      policy({ ...PENDING, Condition: { ...PENDING.Condition, Bool: { "aws:MultiFactorAuthPresent": "true" } } }),
    ],
    [
      "with the opposite condition",
      PENDING,
      policy({ ...PENDING, Condition: { StringNotEquals: PENDING.Condition?.StringEquals } }),
    ],
    [
      "with a pattern that StringEquals takes by the letter",
      OWN,
      policy({ ...OWN, Condition: { StringEquals: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/mg-*" } } }),
    ],
    ["as a Deny", ACL, policy({ ...ACL, Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } })],
    ["as a NotAction", ACL, policy({ ...ACL, Action: undefined, NotAction: "s3:Delete*" })],
    ["as a NotPrincipal", ACL, policy({ ...ACL, Principal: undefined, NotPrincipal: { AWS: "999988887777" } })],
    ["as a NotResource", ACL, policy({ ...ACL, Resource: undefined, NotResource: "arn:aws:s3:::other" })],
  ])("%s", (_, needed, found) => {
    expect(lacks(found, needed)).toEqual([needed.Sid]);
  });
});

it.each<[string, Record<string, unknown>]>([
  ["everything", { Principal: "*", Action: "*", Resource: "*" }],
  ["the account", { Principal: { AWS: "444455556666" }, Action: "s3:Get*", Resource: "arn:aws:s3:::team-*" }],
  ["all but others", { NotPrincipal: { AWS: "999988887777" }, Action: "s3:GetObject", Resource: "*" }],
  ["all but writing", { Principal: "*", NotAction: "s3:Put*", Resource: "*" }],
  ["all but another bucket", { Principal: "*", Action: "s3:*", NotResource: "arn:aws:s3:::other/*" }],
])("a Deny of %s is in the way", (_, deny) => {
  const both = policy(READ, { Sid: "Closed", Effect: "Deny", ...deny });
  expect(lacks(both, READ)).toEqual(["denied by Closed"]);
  const { Sid: _sid, ...unnamed } = { Sid: "", Effect: "Deny", ...deny };
  expect(lacks(policy(READ, unnamed), READ)).toEqual(["denied by without an id"]);
});

it.each(["{", "[]", '"*"', "null", '{"Version":"2012-10-17"}x', '{"Statement":["all"]}'])(
  "what is no policy document, %s, is refused",
  (found) => {
    expect(() => lacks(found, READ)).toThrow(`found no policy document, but ${found}`);
  },
);
