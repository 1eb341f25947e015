import { type RoleOf, roleArn } from "../../../../src/contract/names";
import { devTable } from "../../../../src/infrastructure/permissions/dev-table";
import { governanceTable } from "../../../../src/infrastructure/permissions/governance-table";
import { type Grant, identityPolicy, type MadeArns } from "../../../../src/infrastructure/permissions/grant";
import { placeOf } from "../../../../src/infrastructure/stack-config";
import { dev, governance } from "../../../support/policies";

const MADE: MadeArns = {
  "verdict-key": "VERDICT-KEY",
  "notice-key": "NOTICE-KEY",
  "notice-topic": "TOPIC",
  queue: "QUEUE",
  "watch-queue": "WATCH-QUEUE",
  "record-key": "RECORD-KEY",
  "record-signing-key": "RECORD-SIGNING-KEY",
  "checkpoint-signing-key": "CHECKPOINT-SIGNING-KEY",
  "verdict-signing-key": "VERDICT-SIGNING-KEY",
  "revocation-signing-key": "REVOCATION-SIGNING-KEY",
  "artifact-key": "ARTIFACT-KEY",
  "evidence-key-111122223333": "EVIDENCE-KEY-1",
  "evidence-key-222233334444": "EVIDENCE-KEY-2",
};

/** `action[, action] on resource[, resource] [when condition]`, a line a statement. */
function lines(table: readonly Grant[], principal: string, partition = "aws"): string[] {
  return identityPolicy(table, principal, partition, MADE).Statement.map(
    ({ Effect, Action, Resource, Condition }) =>
      `${Effect} ${Action.join(", ")} on ${(Resource ?? []).join(", ")}${Condition ? ` when ${JSON.stringify(Condition)}` : ""}`,
  );
}

const inGovernance = (of: RoleOf, change = {}) => {
  const config = governance(change);
  return lines(governanceTable(config), roleArn(config, of, placeOf(config)));
};
const inDev = (of: RoleOf, change = {}) => {
  const config = dev(change);
  return lines(devTable(config), roleArn(config, of, placeOf(config)));
};

const GROUPS = "arn:aws:sagemaker:us-east-1:444455556666:model-package";
const VERSIONS = `${GROUPS}/credit-risk/*, ${GROUPS}/payment-fraud/*`;
const BUCKETS = ["arn:aws:s3:::mg-evidence-111122223333-us-east-1", "arn:aws:s3:::mg-evidence-222233334444-us-east-1"];
const READ_EVIDENCE = [
  `Allow s3:GetObjectVersion on ${BUCKETS.map((arn) => `${arn}/*`).join(", ")}`,
  `Allow s3:ListBucket, s3:ListBucketVersions on ${BUCKETS.join(", ")}`,
  "Allow kms:Decrypt on EVIDENCE-KEY-1, EVIDENCE-KEY-2",
];
const DESCRIBE = `Allow sagemaker:DescribeModelPackage on ${VERSIONS}`;
const VERDICTS = "arn:aws:s3:::mg-verdicts-444455556666-us-east-1";
const logs = (of: string, account = "444455556666") =>
  `Allow logs:CreateLogStream, logs:PutLogEvents on arn:aws:logs:us-east-1:${account}:log-group:/aws/lambda/mg-${of}:*`;
const TELL = ["Allow sns:Publish on TOPIC", "Allow kms:Decrypt, kms:GenerateDataKey on NOTICE-KEY"];
const RECORDS = "arn:aws:s3:::mg-records-444455556666-us-east-1";
const PIPELINE = "arn:aws:sagemaker:us-east-1:444455556666:pipeline/model-governance-pipeline";
const SIGN_AND_KEEP_WHAT_JUDGES = [
  `Allow s3:GetObject, s3:PutObject on ${RECORDS}/policies/*, ${RECORDS}/bundles/*`,
  "Allow kms:Decrypt, kms:GenerateDataKey on RECORD-KEY",
  `Allow s3:ListBucket on ${RECORDS}`,
  "Allow kms:Sign on VERDICT-SIGNING-KEY",
  "Allow kms:GetPublicKey on VERDICT-SIGNING-KEY",
];
const sign = (key: string, ...others: string[]) => [
  `Allow kms:Sign on ${key}`,
  `Allow kms:GetPublicKey on ${[key, ...others].join(", ")}`,
];
const takes = (queue: string) => `Allow sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes on ${queue}`;
const TAKE = takes("QUEUE");

describe("roles of the governance account", () => {
  it.each<[RoleOf, string[]]>([
    [
      "start",
      [
        TAKE,
        "Allow sqs:SendMessage on QUEUE",
        DESCRIBE,
        ...READ_EVIDENCE,
        `Allow s3:GetObject, s3:PutObject on ${VERDICTS}/start-markers/*`,
        `Allow s3:ListBucket on ${VERDICTS}`,
        "Allow kms:Decrypt, kms:GenerateDataKey on VERDICT-KEY",
        "Allow sagemaker:StartPipelineExecution, sagemaker:ListPipelineExecutions on arn:aws:sagemaker:us-east-1:444455556666:pipeline/model-governance-pipeline",
        ...TELL,
        logs("start"),
      ],
    ],
    [
      "pipeline",
      [
        "Allow lambda:InvokeFunction on arn:aws:lambda:us-east-1:444455556666:function:mg-validate:*, arn:aws:lambda:us-east-1:444455556666:function:mg-decide:*",
      ],
    ],
    [
      "validate",
      [
        DESCRIBE,
        ...READ_EVIDENCE,
        `Allow s3:GetObject, s3:PutObject on ${VERDICTS}/governance-pipeline/processor/*`,
        `Allow s3:ListBucket on ${VERDICTS}`,
        "Allow kms:Decrypt, kms:GenerateDataKey on VERDICT-KEY",
        `Allow s3:GetObject on ${VERDICTS}/cited/*`,
        logs("validate"),
        ...SIGN_AND_KEEP_WHAT_JUDGES,
      ],
    ],
    [
      "decide",
      [
        DESCRIBE,
        `Allow sagemaker:UpdateModelPackage on ${VERSIONS} when {"StringEquals":{"sagemaker:ModelApprovalStatus":["Approved","Rejected"]}}`,
        `Allow s3:GetObject on ${VERDICTS}/governance-pipeline/processor/*`,
        `Allow s3:ListBucket on ${VERDICTS}`,
        "Allow kms:Decrypt, kms:GenerateDataKey on VERDICT-KEY",
        ...TELL,
        logs("decide"),
        `Allow s3:GetObject, s3:PutObject on ${RECORDS}/records/*`,
        "Allow kms:Decrypt, kms:GenerateDataKey on RECORD-KEY",
        `Allow s3:ListBucket on ${RECORDS}`,
        `Allow s3:GetObject on ${RECORDS}/definitions/*`,
        ...sign("RECORD-SIGNING-KEY", "REVOCATION-SIGNING-KEY", "VERDICT-SIGNING-KEY"),
        `Allow sagemaker:DescribePipelineExecution, sagemaker:DescribePipelineDefinitionForExecution, sagemaker:ListPipelineParametersForExecution on ${PIPELINE}/execution/*`,
        `Allow s3:GetObjectRetention, s3:PutObjectRetention on ${VERDICTS}/governance-pipeline/processor/*, ${BUCKETS.map((arn) => `${arn}/*`).join(", ")}, ${RECORDS}/policies/*, ${RECORDS}/bundles/*`,
        `Allow s3:GetObject, s3:PutObject on ${VERDICTS}/cited/*`,
        `Allow s3:GetObject, s3:PutObject on ${VERDICTS}/noted/left-for-review/*, ${VERDICTS}/noted/advised-*`,
        `Allow sagemaker:UpdateModelPackage on ${VERSIONS} when {"Null":{"sagemaker:ModelApprovalStatus":"true"}}`,
      ],
    ],
    [
      "reconcile",
      [
        `Allow sagemaker:ListModelPackages on ${VERSIONS}`,
        DESCRIBE,
        `Allow sagemaker:ListPipelineExecutions on ${PIPELINE}`,
        `Allow sagemaker:DescribePipelineExecution, sagemaker:StopPipelineExecution on ${PIPELINE}/execution/*`,
        `Allow s3:GetObject on ${VERDICTS}/start-markers/*, ${VERDICTS}/noted/*, ${VERDICTS}/inference/*`,
        `Allow s3:PutObject on ${VERDICTS}/noted/*`,
        `Allow s3:ListBucket on ${VERDICTS}`,
        "Allow kms:Decrypt, kms:GenerateDataKey on VERDICT-KEY",
        `Allow s3:GetObject on ${RECORDS}/records/*`,
        "Allow kms:Decrypt on RECORD-KEY",
        `Allow s3:ListBucket on ${RECORDS}`,
        "Allow sqs:SendMessage on QUEUE",
        "Allow sqs:SendMessage on WATCH-QUEUE",
        "Allow lambda:InvokeFunction on arn:aws:lambda:us-east-1:444455556666:function:mg-decide:*",
        ...TELL,
        logs("reconcile"),
      ],
    ],
    [
      "checkpoint",
      [
        `Allow s3:PutObject on ${RECORDS}/checkpoints/*`,
        "Allow kms:Decrypt, kms:GenerateDataKey on RECORD-KEY",
        `Allow s3:GetObjectVersion on ${RECORDS}/records/*, ${RECORDS}/checkpoints/*`,
        `Allow s3:ListBucketVersions on ${RECORDS}`,
        ...sign("CHECKPOINT-SIGNING-KEY", "RECORD-SIGNING-KEY", "REVOCATION-SIGNING-KEY"),
        logs("checkpoint"),
      ],
    ],
  ])("%s", (of, expected) => {
    expect(inGovernance(of)).toEqual(expected);
  });

  const REPOSITORY = "arn:aws:ecr:us-east-1:444455556666:repository/team/judge";
  const JOB_LOGS = "arn:aws:logs:us-east-1:444455556666:log-group:/aws/sagemaker/ProcessingJobs";
  it.each<[RoleOf, string[]]>([
    [
      "pipeline",
      [
        "Allow lambda:InvokeFunction on arn:aws:lambda:us-east-1:444455556666:function:mg-decide:*",
        "Allow sagemaker:CreateProcessingJob, sagemaker:DescribeProcessingJob, sagemaker:StopProcessingJob, sagemaker:AddTags on arn:aws:sagemaker:us-east-1:444455556666:processing-job/pipelines-*",
        'Allow iam:PassRole on arn:aws:iam::444455556666:role/mg-validate-us-east-1 when {"StringEquals":{"iam:PassedToService":"sagemaker.amazonaws.com"}}',
      ],
    ],
    [
      "validate",
      [
        ...inGovernance("validate").slice(0, -1 - SIGN_AND_KEEP_WHAT_JUDGES.length),
        `Allow ecr:BatchCheckLayerAvailability, ecr:BatchGetImage, ecr:GetDownloadUrlForLayer on ${REPOSITORY}`,
        "Allow ecr:GetAuthorizationToken on *",
        `Allow logs:CreateLogGroup, logs:CreateLogStream, logs:DescribeLogStreams, logs:PutLogEvents on ${JOB_LOGS}, ${JOB_LOGS}:*`,
        ...SIGN_AND_KEEP_WHAT_JUDGES,
      ],
    ],
    ["start", inGovernance("start")],
    ["decide", inGovernance("decide")],
  ])("%s, with Processing jobs", (of, expected) => {
    const checksImage = `444455556666.dkr.ecr.us-east-1.amazonaws.com/team/judge@sha256:${"a".repeat(64)}`;
    expect(inGovernance(of, { runner: "processing", checksImage })).toEqual(expected);
  });

  const READ_RECORDS = [`Allow s3:GetObject on ${RECORDS}/records/*`, `Allow s3:ListBucket on ${RECORDS}`];
  const note = (keys: string) => [
    `Allow s3:GetObject, s3:PutObject on ${VERDICTS}/noted/${keys}*`,
    `Allow s3:ListBucket on ${VERDICTS}`,
    "Allow kms:Decrypt, kms:GenerateDataKey on VERDICT-KEY",
  ];
  const REVOCATIONS = "arn:aws:sqs:us-east-1:444455556666:mg-revocations";
  it("watch sees, tells and asks; it changes nothing of a version", () => {
    expect(inGovernance("watch")).toEqual([
      takes("WATCH-QUEUE"),
      DESCRIBE,
      ...READ_RECORDS,
      "Allow kms:Decrypt on RECORD-KEY",
      "Allow kms:GetPublicKey on RECORD-SIGNING-KEY, REVOCATION-SIGNING-KEY",
      ...note(""),
      ...TELL,
      logs("watch"),
      `Allow sqs:SendMessage on ${REVOCATIONS}`,
    ]);
  });

  it("revoke sets Rejected alone, and signs with no key but its own", () => {
    expect(inGovernance("revoke")).toEqual([
      takes("arn:aws:sqs:us-east-1:444455556666:mg-revocations"),
      DESCRIBE,
      `Allow sagemaker:ListModelPackages on ${VERSIONS}`,
      `Allow sagemaker:UpdateModelPackage on ${VERSIONS} when {"StringEquals":{"sagemaker:ModelApprovalStatus":"Rejected"}}`,
      `Allow s3:GetObject, s3:PutObject on ${RECORDS}/records/*`,
      `Allow s3:ListBucket on ${RECORDS}`,
      "Allow kms:Decrypt, kms:GenerateDataKey on RECORD-KEY",
      "Allow kms:Sign on REVOCATION-SIGNING-KEY",
      "Allow kms:GetPublicKey on RECORD-SIGNING-KEY, REVOCATION-SIGNING-KEY",
      ...note("revoked-"),
      ...TELL,
      logs("revoke"),
    ]);
  });

  it("has one role that sets a status, and one that sets Rejected alone", () => {
    const setters = governanceTable(governance()).filter(({ may }) => may.includes("sagemaker:UpdateModelPackage"));
    expect(new Set(setters.flatMap(({ who }) => who.map(({ arn }) => arn)))).toEqual(
      new Set(["decide", "revoke"].map((of) => `arn:aws:iam::444455556666:role/mg-${of}-us-east-1`)),
    );
  });
});

const SOURCE = "arn:aws:s3:::mg-artifacts-111122223333-us-east-1";

describe("carriers of a dev account", () => {
  it("copy reads its evidence prefixes and writes its own evidence bucket", () => {
    expect(inDev("copy", { evidencePrefixes: ["evidence/", "reports/"] })).toEqual([
      TAKE,
      `Allow s3:GetObject, s3:GetObjectVersion on ${SOURCE}/evidence/*, ${SOURCE}/reports/*`,
      `Allow s3:ListBucket, s3:ListBucketVersions on ${SOURCE}`,
      "Allow kms:Decrypt on ARTIFACT-KEY",
      `Allow s3:PutObject, s3:GetObjectVersion, s3:AbortMultipartUpload, s3:ListMultipartUploadParts on ${BUCKETS[0]}/*`,
      `Allow s3:ListBucket, s3:ListBucketVersions, s3:ListBucketMultipartUploads on ${BUCKETS[0]}`,
      "Allow kms:GenerateDataKey, kms:Decrypt on EVIDENCE-KEY-1",
      logs("copy", "111122223333"),
    ]);
  });

  it("replication never replicates a deletion", () => {
    expect(inDev("replication", { transfer: "replication" })).toEqual([
      `Allow s3:GetReplicationConfiguration, s3:ListBucket on ${SOURCE}`,
      `Allow s3:GetObjectVersionForReplication, s3:GetObjectVersionAcl, s3:GetObjectVersionTagging on ${SOURCE}/evidence/*`,
      "Allow kms:Decrypt on ARTIFACT-KEY",
      `Allow s3:ReplicateObject, s3:ReplicateTags, s3:ObjectOwnerOverrideToBucketOwner on ${BUCKETS[0]}/*`,
      "Allow kms:Encrypt, kms:GenerateDataKey on EVIDENCE-KEY-1",
    ]);
  });

  it.each<[string, RoleOf, RoleOf]>([
    ["copy", "copy", "replication"],
    ["replication", "replication", "copy"],
  ])("in mode %s the other one may nothing", (transfer, _, other) => {
    expect(inDev(other, { transfer })).toEqual([]);
  });

  it("an existing bucket without a key of its own needs no key", () => {
    const change = { artifactBucket: "team-artifacts", evidencePrefixes: ["evidence/"] };
    expect(inDev("copy", change).filter((line) => line.includes("ARTIFACT-KEY"))).toEqual([]);
  });
});

describe("registering roles", () => {
  const REGISTRAR = "arn:aws:iam::111122223333:role/ml-build";

  it("register as pending in their groups, and write their bucket", () => {
    expect(lines(devTable(dev({ groups: ["credit-risk", "loans"] })), REGISTRAR)).toEqual([
      `Allow sagemaker:CreateModelPackage on ${GROUPS}/credit-risk/*, ${GROUPS}/loans/* when {"StringEquals":{"sagemaker:ModelApprovalStatus":"PendingManualApproval"}}`,
      `Allow sagemaker:DescribeModelPackage, sagemaker:ListModelPackages on ${GROUPS}/credit-risk/*, ${GROUPS}/loans/*`,
      `Allow sagemaker:DescribeModelPackageGroup on ${GROUPS}-group/credit-risk, ${GROUPS}-group/loans`,
      `Allow s3:PutObject, s3:GetObject, s3:AbortMultipartUpload, s3:ListMultipartUploadParts on ${SOURCE}/*`,
      `Allow s3:ListBucket on ${SOURCE}`,
      "Allow kms:GenerateDataKey, kms:Decrypt on ARTIFACT-KEY",
    ]);
  });

  it("in an existing bucket write evidence alone", () => {
    const change = { artifactBucket: "team-artifacts", evidencePrefixes: ["evidence/"] };
    expect(lines(devTable(dev(change)), REGISTRAR)).toContain(
      "Allow s3:PutObject, s3:GetObject, s3:AbortMultipartUpload, s3:ListMultipartUploadParts on arn:aws:s3:::team-artifacts/evidence/*",
    );
  });
});

describe("both tables", () => {
  const CHINA = { partition: "aws-cn", region: "cn-north-1" };
  const tables: [string, Grant[], string][] = [
    ["governance", governanceTable(governance()), "aws"],
    ["governance, Processing jobs", governanceTable(governance({ runner: "processing" })), "aws"],
    ["dev, copy", devTable(dev({ imageRepositories: ["serve"] })), "aws"],
    ["dev, replication", devTable(dev({ transfer: "replication" })), "aws"],
    [
      "governance in China",
      governanceTable(
        governance({
          ...CHINA,
          checksImage: `444455556666.dkr.ecr.cn-north-1.amazonaws.com.cn/mg/checks@sha256:${"a".repeat(64)}`,
        }),
      ),
      "aws-cn",
    ],
    [
      "dev in China",
      devTable(dev({ ...CHINA, evidenceKeyArn: "arn:aws-cn:kms:cn-north-1:444455556666:key/k" })),
      "aws-cn",
    ],
  ];

  /** Actions that take no resource. */
  const OF_ALL = ["ecr:GetAuthorizationToken"];
  it.each(tables)("%s: no action of all, no resource of all, every ARN of its partition", (_, table, partition) => {
    for (const principal of new Set(table.flatMap(({ who }) => who.map(({ arn }) => arn)))) {
      expect(principal).toMatch(new RegExp(`^arn:${partition}:iam::\\d{12}:`));
      for (const { Action, Resource = [] } of identityPolicy(table, principal, partition, MADE).Statement) {
        expect(Action.filter((action) => /^\w+:\*$|^\*$/.test(action))).toEqual([]);
        const named = Action.every((action) => OF_ALL.includes(action)) ? [] : Resource;
        for (const arn of named) expect(arn).toMatch(new RegExp(`^(arn:${partition}:[a-z0-9]+:.+|[A-Z0-9-]+)$`));
      }
    }
  });

  it.each(tables)("%s: statement ids are letters and digits, each once in a role's policy", (_, table, partition) => {
    for (const principal of new Set(table.flatMap(({ who }) => who.map(({ arn }) => arn)))) {
      const sids = identityPolicy(table, principal, partition, MADE).Statement.map(({ Sid }) => Sid);
      expect(sids.filter((sid) => !/^[A-Za-z0-9]+$/.test(sid))).toEqual([]);
      const expected = principal.endsWith(":root") ? sids : [...new Set(sids)];
      expect(sids).toEqual(expected);
    }
  });

  it("asks for an ARN that it wasn't given", () => {
    const config = governance();
    const start = roleArn(config, "start", placeOf(config));
    expect(() => identityPolicy(governanceTable(config), start, "aws", {})).toThrow("the ARN of queue is needed");
  });
});
