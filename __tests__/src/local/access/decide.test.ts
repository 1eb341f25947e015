import { type AccessRequest, decide } from "../../../../src/local/access/decide";
import { declaredPolicies, type Policies, policyOfResource } from "../../../../src/local/access/declared-policies";
import type { DeclaredResource } from "../../../../src/local/stand-in/service";

const OURS = "444455556666";
const TEAM = "111122223333";
const BUCKET = { arn: `arn:aws:s3:::things`, account: OURS };
const OBJECT = { arn: `${BUCKET.arn}/a`, account: OURS };
const role = (name: string, account = OURS): string => `arn:aws:iam::${account}:role/${name}`;

const declared = (type: string, name: string, inputs: Record<string, unknown>, account = OURS): DeclaredResource => ({
  stack: "some",
  type,
  name,
  account,
  region: "us-east-1",
  id: String(inputs.bucket ?? inputs.name ?? name),
  inputs,
});

const allow = (Sid: string, Action: string, Resource: string | undefined, more: Record<string, unknown> = {}) => ({
  Sid,
  Effect: "Allow",
  Action,
  ...(Resource !== undefined && { Resource }),
  ...more,
});
const document = (...Statement: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement });
const trust = document(allow("Runs", "sts:AssumeRole", undefined, { Principal: { Service: "lambda.amazonaws.com" } }));

const RESOURCES = [
  declared("aws:s3/bucket:Bucket", "things", { bucket: "things" }),
  declared("aws:s3/bucketPolicy:BucketPolicy", "things", {
    bucket: "things",
    policy: document(
      {
        Sid: "DenyPlain",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: `${BUCKET.arn}/*`,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      allow("LetsTeamIn", "s3:GetObject", `${BUCKET.arn}/*`, {
        Principal: { AWS: `arn:aws:iam::${TEAM}:root` },
        Condition: { ArnEquals: { "aws:PrincipalArn": role("carrier", TEAM) } },
      }),
    ),
  }),
  declared("aws:iam/role:Role", "reader", { name: "reader", assumeRolePolicy: trust }),
  declared("aws:iam/rolePolicy:RolePolicy", "reader", {
    role: "reader",
    policy: document(allow("Read", "s3:GetObject", `${BUCKET.arn}/*`)),
  }),
  declared("aws:iam/role:Role", "carrier", { name: "carrier", assumeRolePolicy: trust }, TEAM),
  declared(
    "aws:iam/policy:Policy",
    "carries",
    { name: "carries", policy: document(allow("Carry", "s3:GetObject", `${BUCKET.arn}/*`)) },
    TEAM,
  ),
  declared(
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "carries",
    { role: "carrier", policyArn: `arn:aws:iam::${TEAM}:policy/carries` },
    TEAM,
  ),
  declared("aws:iam/role:Role", "bounded", {
    name: "bounded",
    assumeRolePolicy: trust,
    permissionsBoundary: `arn:aws:iam::${OURS}:policy/edge`,
  }),
  declared("aws:iam/rolePolicy:RolePolicy", "bounded", {
    role: "bounded",
    policy: document(allow("All", "s3:*", "*")),
  }),
  declared("aws:lambda/permission:Permission", "rule", {
    function: "doer",
    action: "lambda:InvokeFunction",
    principal: "events.amazonaws.com",
    sourceArn: `arn:aws:events:us-east-1:${OURS}:rule/tick`,
  }),
];
const edge = new Map([
  [
    `arn:aws:iam::${OURS}:policy/edge`,
    {
      Version: "2012-10-17" as const,
      Statement: [{ Sid: "Edge", Effect: "Allow" as const, Action: "s3:PutObject", Resource: "*" }],
    },
  ],
]);
const policies = (): Policies => declaredPolicies(RESOURCES, [role("stranger", TEAM)], edge);

const read = (principal: string): AccessRequest => ({ principal, action: "s3:GetObject", resource: OBJECT });
const noReads = {
  name: "guardrail",
  document: {
    Version: "2012-10-17" as const,
    Statement: [{ Sid: "NoReads", Effect: "Deny" as const, Action: "s3:GetObject", Resource: "*" }],
  },
};

describe("decide", () => {
  it.each<[string, AccessRequest, string]>([
    ["its own policy", read(role("reader")), 'allowed by Read of some: aws:iam/rolePolicy:RolePolicy "reader"'],
    [
      "across accounts, both sides",
      read(role("carrier", TEAM)),
      "allowed by Carry of .*, LetsTeamIn of .*BucketPolicy",
    ],
    ["a stranger", read(role("stranger", TEAM)), "no statement allows it"],
    [
      "plain text",
      { ...read(role("reader")), context: { "aws:SecureTransport": "false" } },
      "denied by DenyPlain of .*BucketPolicy",
    ],
    [
      "more than its boundary",
      read(role("bounded")),
      "allowed by All of .*, but not by the role's permissions boundary",
    ],
    ["within its boundary", { ...read(role("bounded")), action: "s3:PutObject" }, "allowed by All"],
    [
      "the service of a trust policy",
      { principal: "lambda.amazonaws.com", action: "sts:AssumeRole", resource: { arn: role("reader"), account: OURS } },
      "allowed by Runs",
    ],
    [
      "another service",
      { principal: "s3.amazonaws.com", action: "sts:AssumeRole", resource: { arn: role("reader"), account: OURS } },
      "no statement allows it",
    ],
    [
      "a rule that a function's permission names",
      {
        principal: "events.amazonaws.com",
        action: "lambda:InvokeFunction",
        resource: { arn: `arn:aws:lambda:us-east-1:${OURS}:function:doer`, account: OURS },
        context: { "aws:SourceArn": `arn:aws:events:us-east-1:${OURS}:rule/tick` },
      },
      "allowed by rule of function policy of",
    ],
    [
      "another rule",
      {
        principal: "events.amazonaws.com",
        action: "lambda:InvokeFunction",
        resource: { arn: `arn:aws:lambda:us-east-1:${OURS}:function:doer`, account: OURS },
        context: { "aws:SourceArn": `arn:aws:events:us-east-1:${OURS}:rule/other` },
      },
      "no statement allows it",
    ],
  ])("%s", async (_, request, reason) => {
    const decision = await decide(request, policies());
    expect(decision.reason).toMatch(new RegExp(`: ${reason}`));
    expect(decision.allowed).toBe(decision.by.length > 0);
  });

  it("an organization's policy binds principals of the account itself", async () => {
    const decision = await decide(read(role("reader")), policies(), { scps: [noReads] });
    expect(decision).toMatchObject({ allowed: false, by: [], deniedBy: [{ policy: "guardrail", sid: "NoReads" }] });
  });

  it.each<[string, Partial<AccessRequest>, string]>([
    ["principal", { principal: role("nobody") }, "nothing is known of this principal"],
    ["action", { action: "s3:GetObjekt" }, "GetObjekt does not exist"],
    ["resource of that type", { action: "s3:CreateBucket" }, "no.resource.types"],
  ])("knows no such %s", async (_, change, message) => {
    await expect(decide({ ...read(role("reader")), ...change }, policies())).rejects.toThrow(message);
  });
});

describe("declared policies", () => {
  it.each<[string, DeclaredResource, string]>([
    ["a kind of policy", declared("aws:iam/userPolicy:UserPolicy", "u", {}), "userPolicy"],
    [
      "policies inside of a role",
      declared("aws:iam/role:Role", "r", { name: "r", inlinePolicies: [] }),
      "inlinePolicies",
    ],
    [
      "a boundary",
      declared("aws:iam/role:Role", "r", {
        name: "r",
        assumeRolePolicy: trust,
        permissionsBoundary: "arn:aws:iam::1:policy/x",
      }),
      "policy/x",
    ],
    [
      "a condition of a permission",
      declared("aws:lambda/permission:Permission", "p", {
        function: "doer",
        principal: "s3.amazonaws.com",
        action: "lambda:InvokeFunction",
        principalOrgId: "o-1",
      }),
      "principalOrgId",
    ],
    [
      "the bucket of a policy",
      declared("aws:s3/bucketPolicy:BucketPolicy", "b", { bucket: "other", policy: document() }),
      "other",
    ],
  ])("refuse %s that they don't know", (_, resource, named) => {
    expect(() => declaredPolicies([...RESOURCES, resource], [], edge)).toThrow(named);
  });

  it("a trust policy doesn't say who may pass the role", () => {
    expect(policyOfResource(policies(), role("reader"), "sts:AssumeRole")).toBeDefined();
    expect(policyOfResource(policies(), role("reader"), "iam:PassRole")).toBeUndefined();
  });
});
