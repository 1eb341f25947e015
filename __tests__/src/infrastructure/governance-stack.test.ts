import { canonical } from "../../../src/core/canonical";
import { sha256 } from "../../../src/core/verdict";
import { arnOf, type DeclaredStack, declaredStack, parsed } from "../../support/declared-stack";
import { governance } from "../../support/policies";
import { IMAGE_DIGEST } from "../../support/stack-values";

let stack: DeclaredStack;
beforeAll(async () => {
  stack = await declaredStack(
    governance({
      tags: { team: "risk" },
      notifyEmails: ["oncall@example.com"],
      assumeRole: "arn:aws:iam::444455556666:role/deploy",
    }),
  );
});

const BUCKETS = ["verdicts", "evidence-111122223333", "evidence-222233334444", "records"];
const inputs = (type: string, name: string) => stack.one(type, name).inputs;
const versionOf = (name: string) => `${arnOf("Function", name)}:1`;

it("deploys into one account with the given role, and nothing elsewhere", () => {
  expect(inputs("pulumi:providers:aws", "account")).toMatchObject({
    region: "us-east-1",
    allowedAccountIds: '["444455556666"]',
    assumeRoles: '[{"roleArn":"arn:aws:iam::444455556666:role/deploy","sessionName":"model-governance"}]',
    defaultTags: '{"tags":{"team":"risk"}}',
  });
  const ours = stack.resources.filter(({ type }) => !type.startsWith("pulumi:"));
  expect(ours.filter(({ provider }) => !provider.includes("::account::")).map(({ name }) => name)).toEqual([]);
});

describe.each(BUCKETS)("bucket %s", (name) => {
  const of = { bucket: expect.stringMatching(/^mg-(evidence|verdicts|records)-\d{12}-us-east-1$/) };
  it.each<[string, object]>([
    ["Bucket", { ...of, objectLockEnabled: true }],
    ["BucketVersioning", { ...of, versioningConfiguration: { status: "Enabled" } }],
    [
      "BucketServerSideEncryptionConfiguration",
      {
        ...of,
        rules: [
          {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: arnOf("Key", name) },
            bucketKeyEnabled: true,
          },
        ],
      },
    ],
    [
      "BucketPublicAccessBlock",
      { ...of, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    ],
    ["BucketOwnershipControls", { ...of, rule: { objectOwnership: "BucketOwnerEnforced" } }],
    [
      "BucketLifecycleConfiguration",
      {
        ...of,
        rules: [
          {
            id: "abort-abandoned-uploads",
            status: "Enabled",
            filter: { prefix: "" },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          },
        ],
      },
    ],
    ["BucketPolicy", { ...of, policy: expect.stringContaining("DenyPlainText") }],
  ])("has its %s, protected", (type, expected) => {
    expect(stack.one(type, name)).toMatchObject({ inputs: expected, protect: true });
  });

  it("has a protected key that rotates", () => {
    expect(stack.one("Key", name)).toMatchObject({ inputs: { enableKeyRotation: true }, protect: true });
    expect(stack.one("Alias", name).protect).toBe(true);
  });
});

it("protects evidence, verdicts, records and their signing keys, the registry's groups and the images that judged, and nothing else", () => {
  const kept = new Set(stack.resources.filter(({ protect }) => protect).map(({ name }) => name));
  expect([...kept].sort()).toEqual(
    [
      ...BUCKETS,
      ...["record", "checkpoint", "verdict", "revocation"].map((of) => `${of}-signing`),
      "checks",
      "credit-risk",
      "payment-fraud",
    ].sort(),
  );
});

it("takes events to start through a queue with dead letters", () => {
  const rule = inputs("EventRule", "start");
  expect(rule.name).toBe("invoke-model-approval-checks");
  expect(inputs("EventTarget", "start")).toEqual({
    rule: "invoke-model-approval-checks",
    arn: arnOf("Queue", "start"),
    deadLetterConfig: { arn: arnOf("Queue", "start-dead-letters") },
  });
  expect(inputs("Queue", "start")).toEqual({
    sqsManagedSseEnabled: true,
    visibilityTimeoutSeconds: 360,
    redrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf("Queue", "start-dead-letters"), maxReceiveCount: 5 }),
  });
  expect(inputs("EventSourceMapping", "start")).toEqual({
    eventSourceArn: arnOf("Queue", "start"),
    functionName: arnOf("Function", "start"),
    batchSize: 5,
    functionResponseTypes: ["ReportBatchItemFailures"],
    scalingConfig: { maximumConcurrency: 5 },
  });
  expect(JSON.stringify(parsed(inputs("QueuePolicy", "start").policy))).toContain(arnOf("EventRule", "start"));
});

const GROUPS = '{"credit-risk":["111122223333"],"payment-fraud":["222233334444"]}';
const SOURCES = JSON.stringify(
  ["111122223333", "222233334444"].map((account) => ({
    account,
    artifactBucket: `mg-artifacts-${account}-us-east-1`,
    evidenceBucket: `mg-evidence-${account}-us-east-1`,
  })),
);
const COMMON = {
  GROUPS,
  GOVERNANCE_ACCOUNT: "444455556666",
  VERDICT_BUCKET: "mg-verdicts-444455556666-us-east-1",
};
const RECORDS = "mg-records-444455556666-us-east-1";
const POLICY_DIGEST = "d".repeat(64);

describe("functions", () => {
  it.each<[string, object, object]>([
    [
      "start",
      { runtime: "nodejs22.x", architectures: ["arm64"], handler: "index.handler", timeout: 300, memorySize: 1024 },
      {
        ...COMMON,
        EVIDENCE_SOURCES: SOURCES,
        PIPELINE_ARN: "arn:aws:sagemaker:us-east-1:444455556666:pipeline/model-governance-pipeline",
        LANGUAGE_GROUPS: "[]",
        QUEUE_URL: "https://queue/start",
        NOTICE_TOPIC_ARN: arnOf("Topic", "notices"),
        POLICY_DIGEST,
        EVIDENCE_DEADLINE_MINUTES: "60",
        CUT_OVERS: "{}",
      },
    ],
    [
      "validate",
      {
        packageType: "Image",
        imageUri: `444455556666.dkr.ecr.us-east-1.amazonaws.com/mg/checks@${IMAGE_DIGEST}`,
        architectures: ["x86_64"],
        timeout: 590,
        memorySize: 3008,
        publish: true,
      },
      {
        ...COMMON,
        EVIDENCE_SOURCES: SOURCES,
        RECORD_BUCKET: RECORDS,
        CHECKS_IMAGE_DIGEST: IMAGE_DIGEST,
        LANGUAGE_GROUPS: "[]",
        PROMPT_BUCKET: "mg-prompts-444455556666-us-east-1",
        PROMPT_SETS: "[]",
        VERDICT_KEY_ARN: arnOf("Key", "verdict-signing"),
      },
    ],
    [
      "decide",
      {
        ...{ runtime: "nodejs22.x", architectures: ["arm64"], handler: "index.handler" },
        ...{ timeout: 55, memorySize: 512, publish: true },
      },
      {
        ...COMMON,
        RECORD_BUCKET: RECORDS,
        RECORD_KEY_ARN: arnOf("Key", "record-signing"),
        FORMER_RECORD_KEY_ARNS: "[]",
        REVOCATION_KEY_ARN: arnOf("Key", "revocation-signing"),
        FORMER_REVOCATION_KEY_ARNS: "[]",
        VERDICT_KEY_ARN: arnOf("Key", "verdict-signing"),
        FORMER_VERDICT_KEY_ARNS: "[]",
        PIPELINE_ARN: "arn:aws:sagemaker:us-east-1:444455556666:pipeline/model-governance-pipeline",
        LANGUAGE_GROUPS: "[]",
        START_ROLE_ARN: "arn:aws:iam::444455556666:role/mg-start-us-east-1",
        OBSERVED_GROUPS: "[]",
        CUT_OVERS: "{}",
        RETENTION: '{"mode":"GOVERNANCE","days":1}',
        NOTICE_TOPIC_ARN: arnOf("Topic", "notices"),
        POLICY_DIGEST,
        CHECKS_IMAGE_DIGEST: IMAGE_DIGEST,
      },
    ],
    [
      "reconcile",
      { runtime: "nodejs22.x", architectures: ["arm64"], handler: "index.handler", timeout: 600, memorySize: 512 },
      {
        ...COMMON,
        RECORD_BUCKET: RECORDS,
        PIPELINE_ARN: "arn:aws:sagemaker:us-east-1:444455556666:pipeline/model-governance-pipeline",
        LANGUAGE_GROUPS: "[]",
        QUEUE_URL: "https://queue/start",
        WATCH_QUEUE_URL: "https://queue/watch",
        REVOKES: "no",
        DECIDE_FUNCTION_ARN: versionOf("decide"),
        OBSERVED_GROUPS: "[]",
        PEOPLE_ON_RECORD: "no",
        CUT_OVERS: "{}",
        NOTICE_TOPIC_ARN: arnOf("Topic", "notices"),
      },
    ],
    [
      "checkpoint",
      {
        ...{ runtime: "nodejs22.x", architectures: ["arm64"], handler: "index.handler" },
        ...{ timeout: 600, memorySize: 512, reservedConcurrentExecutions: 1 },
      },
      {
        GOVERNANCE_ACCOUNT: "444455556666",
        RECORD_BUCKET: RECORDS,
        CHECKPOINT_KEY_ARN: arnOf("Key", "checkpoint-signing"),
        FORMER_KEY_ARNS: "[]",
        RECORD_KEY_ARN: arnOf("Key", "record-signing"),
        FORMER_RECORD_KEY_ARNS: "[]",
        REVOCATION_KEY_ARN: arnOf("Key", "revocation-signing"),
        FORMER_REVOCATION_KEY_ARNS: "[]",
      },
    ],
  ])("%s", (name, expected, variables) => {
    const { code: _, description: __, ...found } = inputs("Function", name);
    expect(found).toEqual({
      name: `mg-${name}`,
      role: arnOf("Role", name),
      environment: { variables: { NODE_OPTIONS: "--enable-source-maps", ...variables } },
      ...expected,
    });
    expect(inputs("LogGroup", name)).toEqual({ name: `/aws/lambda/mg-${name}`, retentionInDays: 400 });
    expect(inputs("Role", name).name).toBe(`mg-${name}-us-east-1`);
  });

  it("there is none to copy: that is the dev accounts'", () => {
    expect(stack.names("Function").sort()).toEqual([
      ...["checkpoint", "decide", "reconcile", "revoke", "start", "validate", "watch"],
    ]);
  });
});

it("the pipeline runs published versions of the two functions under its own role", () => {
  const { pipelineDefinition, ...rest } = inputs("Pipeline", "approval");
  expect(rest).toEqual({
    pipelineName: "model-governance-pipeline",
    pipelineDisplayName: "model-governance-pipeline",
    pipelineDescription: "Judges one model version by policy and sets its approval status",
    roleArn: arnOf("Role", "pipeline"),
  });
  const { Steps } = parsed(pipelineDefinition) as { Steps: { FunctionArn: string; CacheConfig?: unknown }[] };
  expect(Steps.map(({ FunctionArn }) => FunctionArn)).toEqual([versionOf("validate"), versionOf("decide")]);
  expect(Steps.filter((step) => "CacheConfig" in step)).toEqual([]);
});

it("the definition lies in the record bucket by its digest, and stays when another takes its place", () => {
  const { pipelineDefinition } = inputs("Pipeline", "approval");
  const text = String(pipelineDefinition);
  const definition = stack.one("BucketObjectv2", "approval-definition");
  expect(definition.inputs).toEqual({
    bucket: RECORDS,
    key: `definitions/${sha256(text)}.json`,
    content: text,
    contentType: "application/json",
    serverSideEncryption: "AES256",
    objectLockMode: "GOVERNANCE",
    objectLockRetainUntilDate: "2099-12-31T00:00:00Z",
    overrideProvider: { defaultTags: { tags: {} } },
  });
  expect(text).toBe(canonical(parsed(text)));
  expect(definition.retainOnDelete).toBe(true);
});

it("the registry has each group with its own accounts' roles", () => {
  expect(stack.names("ModelPackageGroup").sort()).toEqual(["credit-risk", "payment-fraud"]);
  expect(inputs("ModelPackageGroupPolicy", "payment-fraud").resourcePolicy).toContain("222233334444:role/ml-build");
  expect(inputs("ModelPackageGroupPolicy", "payment-fraud").resourcePolicy).not.toContain("111122223333");
});

it("the repository gives no tag twice and lets only untagged images expire", () => {
  expect(inputs("Repository", "checks")).toEqual({
    name: "mg/checks",
    imageTagMutability: "IMMUTABLE",
    imageScanningConfiguration: { scanOnPush: true },
  });
  const { rules } = parsed(inputs("LifecyclePolicy", "checks").policy) as {
    rules: { selection: { tagStatus: string } }[];
  };
  expect(rules.map(({ selection }) => selection.tagStatus)).toEqual(["untagged"]);
});

it("people hear of dead letters and failed executions", () => {
  expect(stack.names("MetricAlarm").sort()).toEqual([
    "checkpoint",
    "checkpoint-missing",
    "failed-executions-dead-letters",
    "reconcile",
    "reconcile-missing",
    "revocations-dead-letters",
    "start-dead-letters",
    "start-refused",
    "watch-dead-letters",
  ]);
  for (const name of ["failed-executions-dead-letters", "start-dead-letters"]) {
    expect(inputs("MetricAlarm", name)).toMatchObject({
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      alarmActions: [arnOf("Topic", "notices")],
    });
  }
  expect(inputs("EventTarget", "failed-executions").arn).toBe(arnOf("Topic", "notices"));
  expect(inputs("Topic", "notices")).toEqual({ kmsMasterKeyId: arnOf("Key", "notices") });
  expect(inputs("TopicSubscription", "notices-oncall@example.com")).toMatchObject({
    protocol: "email",
    endpoint: "oncall@example.com",
  });
});

it("people hear of events that start refused, counted in its log", () => {
  expect(inputs("LogMetricFilter", "start-refused")).toEqual({
    logGroupName: "/aws/lambda/mg-start",
    pattern: '{ $.effect = "refused" }',
    metricTransformation: { namespace: "mg/governance", name: "RefusedEvents", value: "1" },
  });
  expect(inputs("MetricAlarm", "start-refused")).toMatchObject({
    namespace: "mg/governance",
    metricName: "RefusedEvents",
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    treatMissingData: "notBreaching",
    alarmActions: [arnOf("Topic", "notices")],
  });
});

it("prints what the next person needs", () => {
  const byAccount = (value: (account: string) => string) =>
    Object.fromEntries(["111122223333", "222233334444"].map((account) => [account, value(account)]));
  const effective = {
    requiredEvidence: ["model-quality"],
    acceptUndigestedEvidence: false,
    acceptReusedEvidence: [],
    checks: { "model-quality": { onFail: "reject", onCannotEvaluate: "review", thresholds: { auc: "at least 0.8" } } },
  };
  expect(stack.outputs).toEqual({
    evidenceKeyArns: byAccount((account) => arnOf("Key", `evidence-${account}`)),
    evidenceBuckets: byAccount((account) => `mg-evidence-${account}-us-east-1`),
    verify: {
      recordBucket: "mg-records-444455556666-us-east-1",
      recordKeyArns: [arnOf("Key", "record-signing")],
      revocationKeyArns: [arnOf("Key", "revocation-signing")],
    },
    verdictBucket: "mg-verdicts-444455556666-us-east-1",
    recordBucket: RECORDS,
    recordSigningKeyArn: arnOf("Key", "record-signing"),
    checkpointSigningKeyArn: arnOf("Key", "checkpoint-signing"),
    revocationSigningKeyArn: arnOf("Key", "revocation-signing"),
    revocationQueueUrl: "https://queue/revocations",
    revocationDeadLettersUrl: "https://queue/revocations-dead-letters",
    watchDeadLettersUrl: "https://queue/watch-dead-letters",
    checksRepositoryUrl: "https://repository/checks",
    pipelineArn: arnOf("Pipeline", "approval"),
    startQueueUrl: "https://queue/start",
    startDeadLettersUrl: "https://queue/start-dead-letters",
    noticeTopicArn: arnOf("Topic", "notices"),
    failureDeadLettersUrl: "https://queue/failed-executions-dead-letters",
    checksImage: expect.stringContaining("/mg/checks@sha256:"),
    madeArns: {
      queue: arnOf("Queue", "start"),
      "watch-queue": arnOf("Queue", "watch"),
      "watch-rule": arnOf("EventRule", "watch"),
      "failure-rule": arnOf("EventRule", "failed-executions"),
      "reconcile-schedule": arnOf("EventRule", "reconcile"),
      "checkpoint-schedule": arnOf("EventRule", "checkpoint"),
      "notice-topic": arnOf("Topic", "notices"),
      "verdict-key": arnOf("Key", "verdicts"),
      "record-key": arnOf("Key", "records"),
      "record-signing-key": arnOf("Key", "record-signing"),
      "checkpoint-signing-key": arnOf("Key", "checkpoint-signing"),
      "verdict-signing-key": arnOf("Key", "verdict-signing"),
      "revocation-signing-key": arnOf("Key", "revocation-signing"),
      "notice-key": arnOf("Key", "notices"),
      "evidence-key-111122223333": arnOf("Key", "evidence-111122223333"),
      "evidence-key-222233334444": arnOf("Key", "evidence-222233334444"),
    },
    policyDigest: POLICY_DIGEST,
    effectivePolicy: { evidenceDeadlineMinutes: 60, groups: { "credit-risk": effective, "payment-fraud": effective } },
  });
});
