import { parseSyncSettings } from "../../../src/contract/sync-settings";
import { arnOf, type DeclaredStack, declaredStack, parsed } from "../../support/declared-stack";
import { dev } from "../../support/policies";
import { EVIDENCE_KEY } from "../../support/stack-values";

const KEY = "arn:aws:kms:us-east-1:111122223333:key/team";
const EXISTING = { artifactBucket: "team-artifacts", artifactKeyArn: KEY, evidencePrefixes: ["evidence/", "reports/"] };

let copy: DeclaredStack;
let replication: DeclaredStack;
let existingCopy: DeclaredStack;
let existingReplication: DeclaredStack;
beforeAll(async () => {
  copy = await declaredStack(dev({ imageRepositories: ["serve"] }));
  replication = await declaredStack(dev({ transfer: "replication", evidencePrefixes: ["evidence/", "reports/"] }));
  existingCopy = await declaredStack(dev(EXISTING));
  existingReplication = await declaredStack(dev({ ...EXISTING, transfer: "replication", artifactKeyArn: undefined }));
});

const BUCKET_SETTINGS = [
  "Bucket",
  "BucketVersioning",
  "BucketServerSideEncryptionConfiguration",
  "BucketPublicAccessBlock",
  "BucketOwnershipControls",
  "BucketLifecycleConfiguration",
  "BucketPolicy",
];

describe("mode copy", () => {
  it("makes the artifact bucket, protected and without Object Lock", () => {
    expect(copy.one("Bucket", "artifacts").inputs).toEqual({
      bucket: "mg-artifacts-111122223333-us-east-1",
      objectLockEnabled: false,
    });
    for (const type of [...BUCKET_SETTINGS, "Key", "Alias"]) expect(copy.one(type, "artifacts").protect).toBe(true);
  });

  it("takes new evidence through rule, queue and function", () => {
    expect(copy.one("BucketNotification", "transfer").inputs).toEqual({
      bucket: "mg-artifacts-111122223333-us-east-1",
      eventbridge: true,
    });
    expect(parsed(copy.one("EventRule", "copy").inputs.eventPattern)).toEqual({
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: {
        bucket: { name: ["mg-artifacts-111122223333-us-east-1"] },
        object: { key: [{ prefix: "evidence/" }] },
      },
    });
    expect(copy.one("EventTarget", "copy").inputs).toMatchObject({
      arn: arnOf("Queue", "copy"),
      deadLetterConfig: { arn: arnOf("Queue", "copy-dead-letters") },
    });
    expect(copy.one("Queue", "copy").inputs).toEqual({
      sqsManagedSseEnabled: true,
      visibilityTimeoutSeconds: 960,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf("Queue", "copy-dead-letters"), maxReceiveCount: 5 }),
    });
    expect(copy.one("EventSourceMapping", "copy").inputs).toEqual({
      eventSourceArn: arnOf("Queue", "copy"),
      functionName: arnOf("Function", "copy"),
      batchSize: 3,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: 10 },
    });
  });

  it("tells the copy function both buckets and their owners", () => {
    expect(copy.one("Function", "copy").inputs).toMatchObject({
      name: "mg-copy",
      timeout: 900,
      environment: {
        variables: {
          ARTIFACT_BUCKET: "mg-artifacts-111122223333-us-east-1",
          ARTIFACT_BUCKET_OWNER: "111122223333",
          EVIDENCE_PREFIXES: '["evidence/"]',
          EVIDENCE_BUCKET: "mg-evidence-111122223333-us-east-1",
          EVIDENCE_BUCKET_OWNER: "444455556666",
          EVIDENCE_KEY_ARN: EVIDENCE_KEY,
        },
      },
    });
  });

  it("replicates nothing", () => {
    expect(copy.names("BucketReplicationConfig")).toEqual([]);
    expect(copy.names("Role")).toEqual(["copy"]);
  });

  it("attaches the policy to the roles that register", () => {
    expect(copy.one("Policy", "register").inputs.name).toBe("mg-register-us-east-1");
    expect(copy.one("RolePolicyAttachment", "register-ml-build").inputs).toEqual({
      role: "ml-build",
      policyArn: arnOf("Policy", "register"),
    });
  });

  it("prints what to add to image repositories, of which none is touched", () => {
    expect(copy.names("RepositoryPolicy")).toEqual([]);
    expect(copy.outputs).toEqual({
      sync: {
        ...{ partition: "aws", region: "us-east-1", account: "111122223333" },
        artifactBucket: "mg-artifacts-111122223333-us-east-1",
        evidencePrefixes: ["evidence/"],
        copyQueueUrl: "https://queue/copy",
      },
      artifactBucket: "mg-artifacts-111122223333-us-east-1",
      artifactKeyArn: arnOf("Key", "artifacts"),
      evidencePrefixes: ["evidence/"],
      registeringPolicyArn: arnOf("Policy", "register"),
      noticeTopicArn: arnOf("Topic", "notices"),
      copyDeadLettersUrl: "https://queue/copy-dead-letters",
      addToImageRepositoryPolicies: {
        serve: [
          {
            Sid: "ReadModelImages",
            Effect: "Allow",
            Principal: { AWS: "arn:aws:iam::444455556666:root" },
            Action: [
              "ecr:BatchGetImage",
              "ecr:DescribeImages",
              "ecr:DescribeRepositories",
              "ecr:GetDownloadUrlForLayer",
              "ecr:BatchCheckLayerAvailability",
            ],
          },
        ],
      },
    });
  });
});

const rule = (id: string, priority: number, prefix: string) => ({
  id,
  priority,
  status: "Enabled",
  filter: { prefix },
  deleteMarkerReplication: { status: "Disabled" },
  sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
  destination: {
    bucket: "arn:aws:s3:::mg-evidence-111122223333-us-east-1",
    account: "444455556666",
    accessControlTranslation: { owner: "Destination" },
    encryptionConfiguration: { replicaKmsKeyId: EVIDENCE_KEY },
    metrics: { status: "Enabled" },
  },
});

describe("mode replication", () => {
  it("replicates each prefix into governance's ownership, under its key, without deletions", () => {
    expect(replication.one("BucketReplicationConfig", "transfer").inputs).toEqual({
      bucket: "mg-artifacts-111122223333-us-east-1",
      role: arnOf("Role", "replication"),
      rules: [rule("evidence-1", 1, "evidence/"), rule("evidence-2", 2, "reports/")],
    });
  });

  it("raises an alarm on failure, and names each object that failed", () => {
    expect(replication.names("MetricAlarm").sort()).toEqual(["transfer-evidence-1", "transfer-evidence-2"]);
    expect(replication.one("MetricAlarm", "transfer-evidence-2").inputs).toMatchObject({
      namespace: "AWS/S3",
      metricName: "OperationsFailedReplication",
      dimensions: {
        SourceBucket: "mg-artifacts-111122223333-us-east-1",
        DestinationBucket: "mg-evidence-111122223333-us-east-1",
        RuleId: "evidence-2",
      },
      threshold: 0,
      alarmActions: [arnOf("Topic", "notices")],
    });
    expect(replication.one("BucketNotification", "transfer").inputs).toEqual({
      bucket: "mg-artifacts-111122223333-us-east-1",
      queues: [
        {
          id: "replication-failures",
          queueArn: arnOf("Queue", "transfer-failures"),
          events: ["s3:Replication:OperationFailedReplication", "s3:Replication:OperationNotTracked"],
        },
      ],
    });
    const policy = JSON.stringify(parsed(replication.one("QueuePolicy", "transfer-failures").inputs.policy));
    expect(policy).toContain('"aws:SourceArn":"arn:aws:s3:::mg-artifacts-111122223333-us-east-1"');
  });

  it("has no function, rule or copy role", () => {
    for (const type of ["Function", "EventRule", "EventSourceMapping"]) expect(replication.names(type)).toEqual([]);
    expect(replication.names("Role")).toEqual(["replication"]);
    expect(Object.keys(replication.outputs)).not.toContain("copyDeadLettersUrl");
    expect(parseSyncSettings(replication.outputs)).not.toHaveProperty("copyQueueUrl");
  });
});

describe("an existing bucket", () => {
  it("is left as it is, in both modes", () => {
    const touching = (stack: DeclaredStack) =>
      stack.resources.filter(({ type }) => /^Bucket/.test(type)).map(({ type }) => type);
    expect(touching(existingCopy)).toEqual([]);
    expect(touching(existingReplication)).toEqual([]);
  });

  it("in mode copy: what to add to its policy, its key's, and its notifications", () => {
    expect(existingCopy.outputs).toMatchObject({
      artifactBucket: "team-artifacts",
      artifactKeyArn: KEY,
      addToArtifactBucketPolicy: [{ Sid: "ReadModels" }, { Sid: "ReadModelBucket" }],
      addToKeyPolicies: {
        [KEY]: [
          { Condition: { ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/mg-copy-us-east-1" } } },
          { Principal: { AWS: "arn:aws:iam::111122223333:role/ml-build" } },
          { Principal: { AWS: "arn:aws:iam::444455556666:root" } },
        ],
      },
      addToArtifactBucketNotifications: { EventBridgeConfiguration: {} },
    });
    expect(existingCopy.one("Function", "copy").inputs).toMatchObject({
      environment: { variables: { ARTIFACT_BUCKET: "team-artifacts", EVIDENCE_PREFIXES: '["evidence/","reports/"]' } },
    });
  });

  it("in mode replication: the rules to add, versioning, and still an alarm", () => {
    const rules = (existingReplication.outputs.addToArtifactBucketReplication as { Rules: object[] }).Rules;
    expect(rules).toHaveLength(2);
    expect(existingReplication.outputs).toMatchObject({
      addToArtifactBucketVersioning: { Status: "Enabled" },
      addToArtifactBucketReplication: {
        Role: "arn:aws:iam::111122223333:role/mg-replication-us-east-1",
        Rules: [
          {
            ID: "evidence-1",
            Filter: { Prefix: "evidence/" },
            DeleteMarkerReplication: { Status: "Disabled" },
            Destination: { Account: "444455556666", EncryptionConfiguration: { ReplicaKmsKeyID: EVIDENCE_KEY } },
          },
          { ID: "evidence-2" },
        ],
      },
    });
    const failures = arnOf("Queue", "transfer-failures");
    expect(existingReplication.outputs).toMatchObject({
      replicationFailuresArn: failures,
      addToArtifactBucketNotifications: {
        QueueConfigurations: [
          {
            Id: "replication-failures",
            QueueArn: failures,
            Events: ["s3:Replication:OperationFailedReplication", "s3:Replication:OperationNotTracked"],
          },
        ],
      },
    });
    expect(existingReplication.outputs).not.toHaveProperty("addToArtifactKeyPolicy");
    expect(existingReplication.names("MetricAlarm")).toHaveLength(2);
  });
});
