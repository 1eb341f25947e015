import { parseGovernanceOutputs } from "../../../src/contract/governance-outputs";
import type { FoundRule } from "../../../src/doctor/ports";
import type { EvaluatedStack } from "../../../src/local/evaluate-stack";
import { type Change, doctorConfig, doctorStack, findingsOf, troublesOf } from "../../support/doctor-world";
import { type FoundAccount, foundAfter } from "../../support/found-account";

let stack: EvaluatedStack;
beforeAll(async () => {
  stack = await doctorStack();
});
const findings = (change: Change = {}) => findingsOf(stack, change);
const troubles = (change: Change) => troublesOf(stack, change);

const RECORDS = "mg-records-444455556666-us-east-1";
const DECIDE = "mg-decide-us-east-1";

function change<T>(map: Map<string, T>, key: string, to: (one: T) => T): void {
  const one = map.get(key);
  if (one === undefined) throw new Error(`${key} isn't among ${[...map.keys()].join(", ")}`);
  map.set(key, to(one));
}
const opened = (policy: string) => {
  const document = JSON.parse(policy);
  const statement = { Sid: "Opens", Effect: "Allow", Principal: "*", Action: "*", Resource: "*" };
  return JSON.stringify({ ...document, Statement: [...document.Statement, statement] });
};
const narrowed = (policy: string, sid: string) => {
  const document = JSON.parse(policy);
  return JSON.stringify({
    ...document,
    Statement: document.Statement.filter(({ Sid }: { Sid: string }) => Sid !== sid),
  });
};
const rule = (account: FoundAccount, which: string, to: (rule: FoundRule) => FoundRule) =>
  change(account.rules, [...account.rules.keys()].find((name) => name.startsWith(which)) ?? which, to);

/** As `aws lambda add-permission` writes it. */
const CALLS = JSON.stringify({
  Version: "2012-10-17",
  Id: "default",
  Statement: [
    {
      ...{ Sid: "Theirs", Effect: "Allow", Principal: { AWS: "arn:aws:iam::999988887777:root" } },
      ...{ Action: "lambda:InvokeFunction", Resource: "arn:aws:lambda:us-east-1:444455556666:function:mg-decide" },
    },
  ],
});

const queue = (account: FoundAccount, which: RegExp, to: (policy: string) => string) =>
  change(account.queuePolicies, [...account.queuePolicies.keys()].find((arn) => which.test(arn)) ?? "none", to);

describe("what is as the program made it", () => {
  it("is fine, all of it", async () => {
    const found = await findings();
    expect(found.filter(({ outcome }) => outcome !== "fine").map(({ probe, outcome }) => [outcome, probe])).toEqual([
      ["not-asked", "service control policies of account 444455556666"],
      ["not-asked", "service control policies of account 111122223333"],
      ["not-asked", "service control policies of account 222233334444"],
    ]);
  });

  it("is looked at whole: each bucket, role and key, and each policy of group, queue, topic and repository", async () => {
    const looked = (await findings()).map(({ probe }) => probe).join("\n");
    const there = foundAfter(stack.resources, "");
    const outputs = parseGovernanceOutputs(stack.outputs);
    const named: ReadonlyMap<string, unknown>[] = [
      ...[there.buckets, there.roles, there.keys, there.groupPolicies, there.topicPolicies, there.queuePolicies],
      there.functions,
    ];
    for (const name of named.flatMap((map) => [...map.keys()])) expect(looked).toContain(name);
    for (const queue of outputs.deadLetters.keys()) expect(looked).toContain(queue);
  });

  it("may be said in another order, and with single texts for lists of one", async () => {
    const found = (account: FoundAccount) =>
      change(account.roles, DECIDE, (role) => {
        const document = JSON.parse(role.inline[0] ?? "");
        const turned = document.Statement.map(({ Action, Resource, ...others }: Record<string, string[]>) => ({
          Resource: Resource?.length === 1 ? Resource[0] : [...(Resource ?? [])].reverse(),
          ...others,
          Action: Action?.length === 1 ? Action[0] : [...(Action ?? [])].reverse(),
        }));
        return { ...role, inline: [JSON.stringify({ Statement: turned.reverse(), Version: "2012-10-17" })] };
      });
    expect(await troubles({ found })).toEqual([]);
  });
});

it("each policy that the program makes is compared: what else it says is told", async () => {
  const changes = stack.resources.flatMap((resource) =>
    Object.entries(resource.inputs).flatMap(([name, input]) => {
      const isSource = resource.type === "aws:lambda/permission:Permission" && name === "sourceArn";
      if (!isSource && !/"Statement":/.test(String(input))) return [];
      const otherwise = isSource ? `${String(input)}-of-theirs` : opened(String(input));
      return [{ resource, inputs: { ...resource.inputs, [name]: otherwise } }];
    }),
  );
  const compared = new Set(changes.map(({ resource }) => resource.type.split(":").at(-1)));
  expect([...compared].sort()).toEqual([
    ...["BucketPolicy", "Key", "ModelPackageGroupPolicy", "Permission", "QueuePolicy", "RepositoryPolicy", "Role"],
    ...["RolePolicy", "TopicPolicy"],
  ]);
  for (const { resource, inputs } of changes) {
    const resources = stack.resources.map((one) => (one === resource ? { ...one, inputs } : one));
    const said = await troublesOf({ ...stack, resources }, {});
    expect([resource.type, resource.name, said.map(([, outcome]) => outcome)]).toEqual([
      ...[resource.type, resource.name],
      ["wrong"],
    ]);
  }
});

describe("what was changed is named", () => {
  it.each<[string, (account: FoundAccount) => void, string, RegExp]>([
    [
      "a bucket opened",
      (a) => change(a.buckets, RECORDS, (b) => ({ ...b, policy: opened(b.policy ?? "") })),
      `bucket ${RECORDS}`,
      /^statement Opens isn't the program's$/,
    ],
    [
      "a statement taken away",
      (a) => change(a.buckets, RECORDS, (b) => ({ ...b, policy: narrowed(b.policy ?? "", "DenyDeleting") })),
      `bucket ${RECORDS}`,
      /^statement DenyDeleting is missing$/,
    ],
    [
      "a bucket's policy deleted",
      (a) => change(a.buckets, RECORDS, ({ policy: _, ...b }) => b),
      `bucket ${RECORDS}`,
      /^there is no policy$/,
    ],
    [
      "another key",
      (a) => change(a.buckets, RECORDS, (b) => ({ ...b, keyArn: "arn:aws:kms:us-east-1:444455556666:key/1" })),
      `bucket ${RECORDS}`,
      /^it encrypts with arn:aws:kms:us-east-1:444455556666:key\/1, expected arn/,
    ],
    [
      "no key",
      (a) => change(a.buckets, RECORDS, ({ keyArn: _, ...b }) => b),
      `bucket ${RECORDS}`,
      /^it encrypts with no customer key/,
    ],
    [
      "versions suspended",
      (a) => change(a.buckets, RECORDS, (b) => ({ ...b, isVersioned: false })),
      `bucket ${RECORDS}`,
      /^it keeps no versions$/,
    ],
    [
      "a bucket that may be public",
      (a) => change(a.buckets, RECORDS, (b) => ({ ...b, isClosedToPublic: false })),
      `bucket ${RECORDS}`,
      /^its public access isn't blocked$/,
    ],
    [
      "a shorter lock",
      (a) => change(a.buckets, RECORDS, (b) => ({ ...b, retention: { mode: "GOVERNANCE" as const, days: 0 } })),
      `bucket ${RECORDS}`,
      /^each new version is locked by GOVERNANCE for 0 days, expected GOVERNANCE for 1 days$/,
    ],
    ["a bucket gone", (a) => a.buckets.delete(RECORDS), `bucket ${RECORDS}`, /^there is no such bucket$/],
    [
      "a role that others take on",
      (a) => change(a.roles, DECIDE, (r) => ({ ...r, trust: r.trust.replace("lambda.", "ec2.") })),
      `role ${DECIDE}`,
      /^who may take it on: statement ServiceRuns was changed$/,
    ],
    [
      "a role that may more",
      (a) => change(a.roles, DECIDE, (r) => ({ ...r, inline: r.inline.map(opened) })),
      `role ${DECIDE}`,
      /^statement Opens isn't the program's$/,
    ],
    [
      "a second policy in a role",
      (a) => change(a.roles, DECIDE, (r) => ({ ...r, inline: [...r.inline, "{}"] })),
      `role ${DECIDE}`,
      /^it has 1 policies inside it besides the program's$/,
    ],
    [
      "a policy attached",
      (a) => change(a.roles, DECIDE, (r) => ({ ...r, attached: ["arn:aws:iam::aws:policy/AdministratorAccess"] })),
      `role ${DECIDE}`,
      /^arn:aws:iam::aws:policy\/AdministratorAccess is attached to it$/,
    ],
    [
      "a role unbounded",
      (a) => change(a.roles, DECIDE, ({ boundary: _, ...r }) => r),
      `role ${DECIDE}`,
      /^its boundary is missing, expected arn:aws:iam::444455556666:policy\/boundary$/,
    ],
    ["a role gone", (a) => a.roles.delete(DECIDE), `role ${DECIDE}`, /^there is no such role$/],
    [
      "a group opened",
      (a) => change(a.groupPolicies, "credit-risk", opened),
      "policy of group credit-risk",
      /^statement Opens isn't the program's$/,
    ],
    [
      "a policy that is none",
      (a) => change(a.groupPolicies, "credit-risk", () => "{"),
      "policy of group credit-risk",
      /^the policy is no policy document$/,
    ],
    [
      "the rule disabled",
      (a) => rule(a, "invoke", (r) => ({ ...r, isEnabled: false })),
      "rule invoke-model-approval-checks",
      /^it is disabled$/,
    ],
    [
      "the rule narrowed",
      (a) => rule(a, "invoke", (r) => ({ ...r, pattern: '{"source":["none"]}' })),
      "rule invoke-model-approval-checks",
      /^its pattern is \{"source":\["none"\]\}$/,
    ],
    [
      "the rule without its target",
      (a) => rule(a, "invoke", (r) => ({ ...r, targets: [] })),
      "rule invoke-model-approval-checks",
      /^arn:aws:sqs:.*:start-.* isn't its target$/,
    ],
    [
      "the rule gone",
      (a) => a.rules.delete("invoke-model-approval-checks"),
      "rule invoke-model-approval-checks",
      /^there is no such rule$/,
    ],
    [
      "a schedule disabled",
      (a) => rule(a, "reconcile-", (r) => ({ ...r, isEnabled: false })),
      "schedule of mg-reconcile",
      /^it is disabled$/,
    ],
    [
      "a schedule without its target",
      (a) => rule(a, "checkpoint-", (r) => ({ ...r, targets: [] })),
      "schedule of mg-checkpoint",
      /^arn:aws:lambda:us-east-1:444455556666:function:mg-checkpoint isn't its target$/,
    ],
    [
      "a schedule that is seldom",
      (a) => rule(a, "checkpoint-", (r) => ({ ...r, schedule: "rate(365 days)" })),
      "schedule of mg-checkpoint",
      /^it is rate\(365 days\), expected rate\(15 minutes\)$/,
    ],
    [
      "the watcher's rule disabled",
      (a) => rule(a, "watch-", (r) => ({ ...r, isEnabled: false })),
      expect.stringMatching(/^rule watch-/) as unknown as string,
      /^it is disabled$/,
    ],
    [
      "the watcher's rule narrowed",
      (a) => rule(a, "watch-", (r) => ({ ...r, pattern: r.pattern?.replace('"Approved",', "") ?? "" })),
      expect.stringMatching(/^rule watch-/) as unknown as string,
      /^its pattern is /,
    ],
    [
      "the watcher's rule without its target",
      (a) => rule(a, "watch-", (r) => ({ ...r, targets: [] })),
      expect.stringMatching(/^rule watch-/) as unknown as string,
      /^arn:aws:sqs:.*:watch-.* isn't its target$/,
    ],
    [
      "requests that others may send",
      (a) => queue(a, /:mg-requests$/, (policy) => narrowed(policy, "DenyOtherSenders")),
      "policy of queue arn:aws:sqs:us-east-1:444455556666:mg-requests",
      /^statement DenyOtherSenders is missing$/,
    ],
    [
      "revocations that another may ask for",
      (a) => queue(a, /:mg-revocations$/, (policy) => policy.replaceAll("role/ml/mg-watch", "role/ml/mg-else")),
      "policy of queue arn:aws:sqs:us-east-1:444455556666:mg-revocations",
      /^statement DenyOtherSenders was changed$/,
    ],
    [
      "a watched queue that another rule sends to",
      (a) => queue(a, /:watch-(?!dead)/, (policy) => policy.replace("rule/watch-", "rule/their-")),
      expect.stringMatching(/^policy of queue .*:watch-/) as unknown as string,
      /^statement RuleSends was changed$/,
    ],
    [
      "review fed no more",
      (a) => a.feeds.delete("mg-review"),
      "function mg-review takes the queue's messages",
      /^nothing feeds it from arn:aws:sqs:us-east-1:444455556666:mg-requests$/,
    ],
    [
      "revoke's feed disabled",
      (a) => change(a.feeds, "mg-revoke", (feeds) => feeds.map((one) => ({ ...one, isEnabled: false }))),
      "function mg-revoke takes the queue's messages",
      /^nothing feeds it from arn:aws:sqs:us-east-1:444455556666:mg-revocations$/,
    ],
    [
      "the watcher fed no more",
      (a) => a.feeds.delete("mg-watch"),
      "function mg-watch takes the queue's messages",
      /^nothing feeds it from arn:aws:sqs:us-east-1:444455556666:watch-/,
    ],
    [
      "failures of language models told no more",
      (a) => rule(a, "failed-", (r) => ({ ...r, pattern: r.pattern?.replace(/,"[^"]+-language"/, "") ?? "" })),
      "rule that tells of failed executions",
      /^its pattern is /,
    ],
    [
      "failures told to nobody",
      (a) => rule(a, "failed-executions-", (r) => ({ ...r, targets: [] })),
      "rule that tells of failed executions",
      /^arn:aws:sns:.*:notices-.* isn't its target$/,
    ],
    [
      "start fed no more",
      (a) => a.feeds.delete("mg-start"),
      "function mg-start takes the queue's messages",
      /^nothing feeds it from arn:aws:sqs/,
    ],
    [
      "start fed by another",
      (a) => a.feeds.get("mg-start")?.push({ queueArn: "arn:aws:sqs:us-east-1:444455556666:theirs", isEnabled: true }),
      "function mg-start takes the queue's messages",
      /^it is fed from arn:aws:sqs:us-east-1:444455556666:theirs too$/,
    ],
    [
      "dead letters that another may send",
      (a) => queue(a, /:watch-dead-letters-/, opened),
      expect.stringMatching(/^policy of queue .*:watch-dead-letters-/) as unknown as string,
      /^statement Opens isn't the program's$/,
    ],
    [
      "dead letters that the rule can't send",
      (a) => queue(a, /:failed-executions-dead-letters-/, (policy) => narrowed(policy, "RuleSends")),
      expect.stringMatching(/^policy of queue .*:failed-executions-dead-letters-/) as unknown as string,
      /^statement RuleSends is missing$/,
    ],
    [
      "a function that others call",
      (a) => change(a.functions, "mg-decide", (f) => ({ ...f, policy: CALLS })),
      "policy of function mg-decide",
      /^statement Theirs isn't the program's$/,
    ],
    [
      "a published version that others call",
      (a) => change(a.functions, "mg-decide", (f) => ({ ...f, versions: [{ version: "3", policy: CALLS }] })),
      "policy of function mg-decide",
      /^version 3: statement Theirs isn't the program's$/,
    ],
    [
      "a function with an alias",
      (a) => change(a.functions, "mg-validate", (f) => ({ ...f, aliases: ["theirs"] })),
      "policy of function mg-validate",
      /^it has an alias, theirs, which isn't the program's$/,
    ],
    [
      "a function that its schedule may not call",
      (a) => change(a.functions, "mg-reconcile", ({ policy: _, ...f }) => f),
      "policy of function mg-reconcile",
      /^there is no policy$/,
    ],
    [
      "a function gone",
      (a) => a.functions.delete("mg-start"),
      "policy of function mg-start",
      /^there is no such function$/,
    ],
    [
      "the image gone",
      (a) => a.images.clear(),
      expect.stringMatching(/^image .*@sha256:/) as unknown as string,
      /^the repository doesn't have it$/,
    ],
    [
      "a trail that stopped",
      (a) => (a.trails = a.trails.map((one) => ({ ...one, isLogging: false }))),
      "CloudTrail's data events of evidence and records",
      /^no trail that is logging has those of arn:aws:s3:::mg-evidence-111122223333-us-east-1\/$/,
    ],
  ])("%s", async (_, found, probe, problem) => {
    const [first, ...others] = await troubles({ found });
    expect(first).toEqual([probe, "wrong", expect.stringMatching(problem), ...(first ?? []).slice(3)]);
    expect(others).toEqual([]);
  });

  it.each(["keys", "queuePolicies", "topicPolicies", "repositoryPolicies"] as const)("each of %s", async (which) => {
    const found = (account: FoundAccount) => {
      const policies: Map<string, unknown> = account[which];
      for (const key of [...policies.keys()]) policies.delete(key);
    };
    const said = await troubles({ found });
    expect(said.length).toBeGreaterThan(0);
    for (const [, outcome, problem] of said)
      expect([outcome, problem]).toEqual(["wrong", expect.stringMatching(/^there is no (policy|such key)$/)]);
  });

  it("dead letters, by their queue", async () => {
    const found = (account: FoundAccount) => {
      for (const url of [...account.messages.keys()].filter((url) => /dead-letters/.test(url)))
        account.messages.set(url, 2);
    };
    expect((await troubles({ found })).map(([probe]) => probe)).toEqual([
      "dead letters startDeadLettersUrl",
      "dead letters failureDeadLettersUrl",
      "dead letters revocationDeadLettersUrl",
      "dead letters watchDeadLettersUrl",
      "dead letters requestDeadLettersUrl",
    ]);
  });
});

describe("the policy of a group that exists already", () => {
  const takingOver = (owns: Readonly<Record<string, unknown>>, to: (policy: string) => string) =>
    troubles({
      of: {
        ...doctorConfig,
        groups: doctorConfig.groups.map((group) =>
          group.name === "credit-risk" ? { ...group, existing: true, ...owns } : group,
        ),
      },
      found: (account) => change(account.groupPolicies, "credit-risk", to),
    });

  it("may have others' statements besides, unless it is the stack's", async () => {
    expect(await takingOver({}, opened)).toEqual([]);
    expect(await takingOver({ ownsPolicy: true }, opened)).toEqual([
      ["policy of group credit-risk", "wrong", "statement Opens isn't the program's"],
    ]);
  });

  it.each<[string, (policy: string) => string, string]>([
    [
      "what the flow needs is missing",
      (policy) => narrowed(policy, "RegisterPending"),
      "it doesn't allow all of statement RegisterPending",
    ],
    [
      "it is denied",
      (policy) => opened(policy).replace('"Opens","Effect":"Allow"', '"Closes","Effect":"Deny"'),
      "statement Closes denies what the flow needs",
    ],
  ])("is wrong where %s", async (_, to, problem) => {
    expect(await takingOver({}, to)).toEqual([["policy of group credit-risk", "wrong", problem]]);
  });
});
