import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { ECRClient } from "@aws-sdk/client-ecr";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { GetPolicyCommand, LambdaClient, ListVersionsByFunctionCommand } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { mockClient } from "aws-sdk-client-mock";
import { stringify } from "yaml";
import { createProgram } from "../../../src/cli/program";
import { awsError } from "../../support/sdk-answers";
import { governanceValues } from "../../support/stack-values";

const root = mkdtempSync(path.join(tmpdir(), "governance-doctor-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
function file(name: string, text: string): string {
  const at = path.join(root, name);
  writeFileSync(at, text);
  return at;
}

const config = Object.entries(governanceValues()).map(([key, value]) => [`governance:${key}`, value]);
const CONFIG = file("governance.yaml", stringify({ config: Object.fromEntries(config) }));
const key = (of: string) => `arn:aws:kms:us-east-1:444455556666:key/${of}`;
const SIGNING = ["record", "checkpoint", "verdict", "revocation"].map((of) => `${of}-signing`);
const KEYS = ["verdict", "record", "notice", ...SIGNING].map((of) => `${of}-key`);
const EVIDENCE = ["evidence-key-111122223333", "evidence-key-222233334444"];
const outputs = {
  madeArns: {
    ...Object.fromEntries([...KEYS, ...EVIDENCE].map((of) => [of, key(of)])),
    queue: "arn:aws:sqs:us-east-1:444455556666:start-1",
    "watch-queue": "arn:aws:sqs:us-east-1:444455556666:watch-1",
    "watch-rule": "arn:aws:events:us-east-1:444455556666:rule/watch-1",
    ...Object.fromEntries(
      ["failure-rule", "reconcile-schedule", "checkpoint-schedule"].map((of) => [
        of,
        `arn:aws:events:us-east-1:444455556666:rule/${of}-1`,
      ]),
    ),
    "notice-topic": "arn:aws:sns:us-east-1:444455556666:notices-1",
  },
  checksImage: `444455556666.dkr.ecr.us-east-1.amazonaws.com/mg/checks@sha256:${"a".repeat(64)}`,
  startDeadLettersUrl: "https://sqs.us-east-1.amazonaws.com/444455556666/dead",
};
const OUTPUTS = file("outputs.json", JSON.stringify(outputs));

const sts = mockClient(STSClient);
const lambda = mockClient(LambdaClient);
interface Mock {
  reset(): unknown;
  rejects(error: Error): unknown;
  resolves(answer: object): unknown;
  calls(): readonly unknown[];
}
const others: Mock[] = [
  ...[mockClient(CloudTrailClient), mockClient(ECRClient), mockClient(EventBridgeClient), mockClient(IAMClient)],
  ...[mockClient(KMSClient), lambda, mockClient(S3Client), mockClient(SageMakerClient)],
  ...[mockClient(SNSClient), mockClient(SQSClient)],
];
const everywhere = (answer: (mock: Mock) => void) => others.forEach(answer);

async function governance(...args: string[]) {
  const printed = { out: "", err: "" };
  const writer = (to: "out" | "err") => ({ write: (text: string) => (printed[to] += text) });
  const run = createProgram(writer("out"), writer("err")).run;
  const status = await run(["doctor", "--config", CONFIG, "--outputs", OUTPUTS, ...args]);
  return { status, ...printed };
}

beforeEach(() => {
  sts.reset();
  sts.on(GetCallerIdentityCommand).resolves({ Account: "444455556666" });
  for (const mock of others) mock.reset();
});

describe("governance doctor", () => {
  it("ends with 2 where it may not look, and says where", async () => {
    everywhere((mock) => mock.rejects(awsError("AccessDenied", "no s3:GetBucketPolicy")));
    const { status, out } = await governance();
    expect(status).toBe(2);
    expect(out).toContain(
      "NOT SEEN  bucket mg-records-444455556666-us-east-1\n            AccessDenied: no s3:GetBucketPolicy\n",
    );
    expect(out).not.toMatch(/^(fine|WRONG)/m);
  });

  it("ends with 1 where something is missing, and says how to put it right", async () => {
    everywhere((mock) => mock.resolves({}));
    const { status, out } = await governance();
    expect(status).toBe(1);
    expect(out).toMatch(
      /^WRONG {5}bucket mg-records-444455556666-us-east-1\n {12}there is no policy\n( {12}[^-\n].*\n)* {12}-> .*pulumi up --refresh/m,
    );
  });

  it("says how a statement beside the stack's is taken away, which no update does", async () => {
    everywhere((mock) => mock.resolves({}));
    const Statement = [{ Sid: "Theirs", Effect: "Allow", Principal: "*", Action: "lambda:InvokeFunction" }];
    lambda.on(ListVersionsByFunctionCommand).resolves({ Versions: [{ Version: "$LATEST" }, { Version: "3" }] });
    lambda.on(GetPolicyCommand, { Qualifier: "3" }).resolves({ Policy: JSON.stringify({ Statement }) });
    const { out } = await governance();
    expect(out).toMatch(
      /^WRONG {5}policy of function mg-decide\n {12}version 3: statement Theirs isn't the program's\n {12}-> .*remove-permission --function-name mg-decide/m,
    );
  });

  it("says the same as JSON", async () => {
    everywhere((mock) => mock.rejects(awsError("AccessDenied", "no")));
    const { status, out } = await governance("--format", "json");
    expect(status).toBe(2);
    expect(JSON.parse(out)).toContainEqual({
      probe: "rule invoke-model-approval-checks",
      outcome: "not-seen",
      problems: ["AccessDenied: no"],
    });
    expect(JSON.parse(out)).toContainEqual({
      probe: "service control policies of account 444455556666",
      outcome: "not-asked",
      problems: [expect.stringContaining("--organization-profile")],
    });
  });

  it.each([
    [
      "in another account",
      () => sts.on(GetCallerIdentityCommand).resolves({ Account: "111122223333" }),
      /these are credentials of account 111122223333, expected the governance account, 444455556666/,
    ],
    [
      "without credentials",
      () => sts.on(GetCallerIdentityCommand).rejects(awsError("CredentialsProviderError")),
      /log in to account 444455556666/,
    ],
  ])("looks at nothing %s", async (_, given, message) => {
    given();
    const { status, out, err } = await governance();
    expect([status, out]).toEqual([2, ""]);
    expect(err).toMatch(message);
    for (const mock of others) expect(mock.calls()).toEqual([]);
  });

  it.each([
    ["hours that are none", ["--pending-hours", "0"], /expected a whole number of hours/],
    [
      "outputs of another release",
      ["--outputs", file("old.json", JSON.stringify({ ...outputs, madeArns: { queue: "q" } }))],
      /^governance: --outputs: .*old\.json: madeArns lacks /,
    ],
  ])("refuses %s", async (_, args, message) => {
    const { status, err } = await governance(...args);
    expect(status).toBe(2);
    expect(err).toMatch(message);
  });
});
