import type { PolicyStatement } from "../src/local/access/declared-policies";
import { type EvaluatedProgram, evaluateProgram } from "../src/local/evaluate-program";
import { runFlow } from "../src/local/flow";
import { listOf } from "../src/local/stand-in/inputs";
import { SAMPLE_STACKS, SCENES } from "../src/local/story";
import { type Break, broken, statementGone } from "./support/break-link";

let program: EvaluatedProgram;
beforeAll(async () => {
  program = await evaluateProgram(SAMPLE_STACKS);
}, 120_000);

/** A version for each way that evidence is carried. */
const EACH_WAY = SCENES.filter(({ sample }) => ["all-in-order", "fraud-in-order"].includes(sample));

const GOVERNANCE = "arn:aws:iam::444455556666:role";
const refused = (principal: string, action: string): RegExp =>
  new RegExp(`User: ${principal} is not authorized to perform: ${action} on resource: `);

const allowingNo =
  (action: string) =>
  (statement: PolicyStatement): PolicyStatement => ({
    ...statement,
    Action: listOf(statement.Action).filter((one) => one !== action),
  });

const of = (name: string, sid: string, type = "RolePolicy"): Break => ({ type, name, change: statementGone(sid) });

/** A statement that is missing, and what the whole flow must name: calls, and what AWS does in a role's name. */
const MISSING: readonly [string, Break, RegExp][] = [
  [
    "decide's status",
    of("decide", "SetStatus"),
    refused(`${GOVERNANCE}/mg-decide-us-east-1`, "sagemaker:UpdateModelPackage"),
  ],
  ["decide's signature", of("decide", "Sign"), refused(`${GOVERNANCE}/mg-decide-us-east-1`, "kms:Sign")],
  ["validate's signature", of("validate", "Sign"), refused(`${GOVERNANCE}/mg-validate-us-east-1`, "kms:Sign")],
  [
    "decide's look at the execution",
    of("decide", "ReadExecutions"),
    refused(`${GOVERNANCE}/mg-decide-us-east-1`, "sagemaker:DescribePipelineExecution"),
  ],
  [
    "decide's definitions",
    of("decide", "ReadDefinitions"),
    refused(`${GOVERNANCE}/mg-decide-us-east-1`, "s3:GetObject"),
  ],
  [
    "the watcher's records",
    of("watch", "UseRecordBucket"),
    refused(`${GOVERNANCE}/mg-watch-us-east-1`, "s3:GetObject"),
  ],
  ["a checkpoint's signature", of("checkpoint", "Sign"), refused(`${GOVERNANCE}/mg-checkpoint-us-east-1`, "kms:Sign")],
  [
    "validate's key of evidence",
    of("validate", "OpenEvidence"),
    refused(`${GOVERNANCE}/mg-validate-us-east-1`, "kms:Decrypt"),
  ],
  [
    "the pipeline's steps",
    of("pipeline", "InvokeSteps"),
    refused(`${GOVERNANCE}/mg-pipeline-us-east-1`, "lambda:InvokeFunction"),
  ],
  ["start's queue", of("start", "TakeMessages"), refused(`${GOVERNANCE}/mg-start-us-east-1`, "sqs:ReceiveMessage")],
  [
    "copy's log",
    of("copy", "WriteLogs"),
    refused("arn:aws:iam::111122223333:role/mg-copy-us-east-1", "logs:CreateLogStream"),
  ],
  [
    "the team's registration",
    of("register", "RegisterPending", "Policy"),
    refused("arn:aws:iam::111122223333:role/ml-build", "sagemaker:CreateModelPackage"),
  ],
];

const stacked = ([name, change, names]: (typeof MISSING)[number]): [string, Break, RegExp] => [
  name,
  /copy|register/.test(change.name) ? { ...change, stack: "dev-credit" } : change,
  names,
];

describe("the local run fails without a permission, and names role, action and resource", () => {
  it.each(MISSING.map(stacked))("%s", async (_, change, names) => {
    const { broken: found } = await runFlow(broken(program, change), { seed: 1, scenes: EACH_WAY });
    expect(found.join("\n")).toMatch(names);
  });

  it("replication's owner override", async () => {
    const change = { ...of("replication", "ReplicateEvidence"), stack: "dev-payments" };
    const { broken: found } = await runFlow(broken(program, change), { seed: 1, scenes: EACH_WAY });
    expect(found.join("\n")).toMatch(
      refused("arn:aws:iam::222233334444:role/mg-replication-us-east-1", "s3:ReplicateObject"),
    );
  });
});

describe("the local run fails under a boundary that is too narrow, and names role, action and resource", () => {
  it.each<[string, (statement: PolicyStatement) => PolicyStatement, RegExp]>([
    ["that allows no queues", allowingNo("sqs:*"), refused(`${GOVERNANCE}/mg-start-us-east-1`, "sqs:ReceiveMessage")],
    ["that allows no keys", allowingNo("kms:*"), refused(`${GOVERNANCE}/mg-start-us-east-1`, "kms:\\w+")],
    [
      "that allows a dev account no storage",
      allowingNo("s3:*"),
      refused("arn:aws:iam::111122223333:role/mg-copy-us-east-1", "s3:GetObjectVersion"),
    ],
    [
      "that denies a status",
      (statement) =>
        statement.Effect === "Deny" ? { ...statement, Action: ["sagemaker:UpdateModelPackage"] } : statement,
      refused(`${GOVERNANCE}/mg-decide-us-east-1`, "sagemaker:UpdateModelPackage"),
    ],
  ])("%s", async (_, change, names) => {
    const boundaries = new Map(
      [...program.boundaries].map(([arn, document]) => [
        arn,
        { ...document, Statement: document.Statement.map(change) },
      ]),
    );
    const { broken: found } = await runFlow({ ...program, boundaries }, { seed: 1, scenes: EACH_WAY });
    expect(found.join("\n")).toMatch(names);
  });
});
