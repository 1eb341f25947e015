import { governanceTable } from "../../../../src/infrastructure/permissions/governance-table";
import { arnOf, type Grant } from "../../../../src/infrastructure/permissions/grant";
import { guardrails } from "../../../../src/infrastructure/permissions/guardrails";
import { type Declared, type DeclaredStack, declaredStack } from "../../../support/declared-stack";
import { languageValues } from "../../../support/language-config";
import { governance } from "../../../support/policies";
import { EVERYTHING, underScp } from "../../../support/under-scp";

const ACCOUNT = "444455556666";
const DEPLOYER = `arn:aws:iam::${ACCOUNT}:role/deploy`;
const of = (service: string, resource: string) => `arn:aws:${service}:us-east-1:${ACCOUNT}:${resource}`;

const KEY = of("kms", "key/11111111-2222-4333-8444-555555555555");
const KEYS = [
  "verdict",
  "notice",
  "language",
  "record",
  "record-signing",
  "checkpoint-signing",
  "verdict-signing",
  "revocation-signing",
].map((name) => `${name}-key`);
const EVIDENCE_KEYS = ["evidence-key-111122223333", "evidence-key-222233334444"];
/** ARNs of what is made. */
const ARNS = {
  ...Object.fromEntries([...KEYS, ...EVIDENCE_KEYS].map((name) => [name, KEY])),
  queue: of("sqs", "start-0a1b2c3"),
  "watch-queue": of("sqs", "watch-0a1b2c3"),
  "notice-topic": of("sns", "notices-0a1b2c3"),
};

/** As Pulumi names what the program gives no name. */
const physical = ({ name, inputs }: Declared, input = "name") => String(inputs[input] ?? `${name}-0a1b2c3`);

/** How someone would change each kind of resource that the program makes, and its ARN. */
const CHANGES: Record<string, { action: string; arn: (resource: Declared) => string }> = {
  EventRule: { action: "events:PutTargets", arn: (rule) => of("events", `rule/${physical(rule)}`) },
  Queue: { action: "sqs:SetQueueAttributes", arn: (queue) => of("sqs", physical(queue)) },
  MetricAlarm: { action: "cloudwatch:DeleteAlarms", arn: (alarm) => of("cloudwatch", `alarm:${physical(alarm)}`) },
  LogGroup: {
    action: "logs:DeleteLogGroup",
    arn: (logs) => of("logs", `log-group:${physical(logs)}`),
  },
  Topic: { action: "sns:SetTopicAttributes", arn: (topic) => of("sns", physical(topic)) },
  Function: { action: "lambda:UpdateFunctionCode", arn: (run) => of("lambda", `function:${physical(run)}`) },
  Role: {
    action: "iam:UpdateAssumeRolePolicy",
    arn: (role) => `arn:aws:iam::${ACCOUNT}:role${role.inputs.path}${physical(role)}`,
  },
  Bucket: { action: "s3:PutBucketPolicy", arn: (bucket) => `arn:aws:s3:::${physical(bucket, "bucket")}` },
  Key: { action: "kms:PutKeyPolicy", arn: () => KEY },
  Alias: { action: "kms:UpdateAlias", arn: (alias) => of("kms", physical(alias)) },
  Pipeline: {
    action: "sagemaker:UpdatePipeline",
    arn: (pipeline) => of("sagemaker", `pipeline/${physical(pipeline, "pipelineName")}`),
  },
  ModelPackageGroup: {
    action: "sagemaker:PutModelPackageGroupPolicy",
    arn: (group) => of("sagemaker", `model-package-group/${physical(group, "modelPackageGroupName")}`),
  },
  Repository: {
    action: "ecr:SetRepositoryPolicy",
    arn: (repository) => of("ecr", `repository/${physical(repository)}`),
  },
};

const whole = governance({
  ...{ ...languageValues(), rolePath: "/ml/", assumeRole: DEPLOYER },
  // One that deploys from the governance account itself, which its policies bind.
  consumers: [{ role: `arn:aws:iam::${ACCOUNT}:role/ml-deploy`, groups: ["credit-risk"] }],
  auditors: [`arn:aws:iam::${ACCOUNT}:user/dora`],
});
let declared: DeclaredStack;
beforeAll(async () => {
  declared = await declaredStack(whole);
});

it("nobody but the deploy role changes anything that the program makes", async () => {
  const made = guardrails(whole);
  const { resources } = declared;
  const principal = `arn:aws:iam::${ACCOUNT}:role/admin`;
  const changed: string[] = [];
  for (const [type, { action, arn }] of Object.entries(CHANGES)) {
    const those = resources.filter((resource) => resource.type === type);
    expect([type, those.length]).not.toEqual([type, 0]);
    for (const resource of those) {
      const call = { action, resource: arn(resource) };
      if ((await underScp({ ...call, principal }, EVERYTHING, made.governance)) === "Allowed")
        changed.push(call.resource);
      expect(await underScp({ ...call, principal: DEPLOYER }, EVERYTHING, made.governance)).toBe("Allowed");
    }
  }
  expect(changed).toEqual([]);
});

/** Values that a grant's condition asks for. */
const contextOf = ({ when }: Grant): Record<string, string> =>
  Object.fromEntries(
    Object.entries(when?.StringEquals ?? {}).map(([key, values]) => [key, String([values].flat().at(0))]),
  );

it("no role of the table is kept from anything that the table lets it do", async () => {
  const made = guardrails(whole);
  const services = new Set(
    made.governance.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action.map(serviceOf))),
  );
  const calls = governanceTable(whole).flatMap((grant) =>
    grant.who
      .filter(({ account }) => account === ACCOUNT)
      .flatMap(({ arn: principal }) =>
        grant.may
          .filter((action) => services.has(serviceOf(action)))
          .flatMap((action) => grant.on.map((on) => ({ principal, action, on, context: contextOf(grant) }))),
      ),
  );
  const denied: string[] = [];
  let allowed = 0;
  for (const { on, ...call } of calls) {
    const resource = String(arnOf(on, "aws", ARNS)).replaceAll("*", "x");
    const answer = await underScp({ ...call, resource }, EVERYTHING, made.governance).catch(notOfThisKind);
    if (answer === "Allowed") allowed++;
    // Other accounts' repositories are theirs to open.
    else if (answer !== undefined && answer !== "ImplicitlyDenied")
      denied.push(`${call.principal} ${call.action}: ${answer}`);
  }
  expect(denied).toEqual([]);
  expect(allowed).toBeGreaterThan(100);
});

const serviceOf = (action: string) => action.split(":")[0] ?? "";

/** Not every action of a grant is about every resource of it. */
function notOfThisKind(error: Error): undefined {
  if (!/no\.resource\.types|must\.use\.wildcard/.test(error.message)) throw error;
}
