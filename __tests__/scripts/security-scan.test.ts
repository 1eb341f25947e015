import { explainedChecks, type Scan, scanProblems } from "../../scripts/security-findings";
import { terraformPlan, terraformType } from "../../scripts/terraform-plan";

it.each([
  ["aws:s3/bucket:Bucket", "aws_s3_bucket"],
  ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "aws_s3_bucket_public_access_block"],
  ["aws:cloudwatch/metricAlarm:MetricAlarm", "aws_cloudwatch_metric_alarm"],
  ["aws:lambda/eventSourceMapping:EventSourceMapping", "aws_lambda_event_source_mapping"],
])("%s is %s", (token, expected) => {
  expect(terraformType(token)).toBe(expected);
});

const declared = (type: string, name: string, inputs: Readonly<Record<string, unknown>>) => ({
  ...{ type, name, inputs, stack: "governance", account: "444455556666", region: "us-east-1", id: name },
});

describe("the plan", () => {
  const { planned_values, configuration } = terraformPlan([
    declared("aws:s3/bucket:Bucket", "store", { bucket: "store", tags: { teamName: "a" } }),
    declared("aws:s3/bucketVersioning:BucketVersioning", "store", {
      bucket: "store",
      versioningConfiguration: { status: "Enabled" },
    }),
    declared("aws:lambda/function:Function", "start", {
      memorySize: 512,
      code: { files: { "index.js": "secret?" } },
      environment: { variables: { QUEUE_URL: "u" } },
    }),
  ]);
  const values = planned_values.root_module.resources.map((resource) => resource.values);

  it("has blocks as lists, arguments in Terraform's spelling, and names of variables and tags as they are", () => {
    expect(values).toEqual([
      { bucket: "store", tags: { teamName: "a" } },
      { bucket: "store", versioning_configuration: [{ status: "Enabled" }] },
      { memory_size: 512, environment: [{ variables: { QUEUE_URL: "u" } }] },
    ]);
  });

  it("refers from what a bucket has to the bucket, and from nothing else", () => {
    expect(configuration.root_module.resources.map(({ expressions }) => expressions)).toEqual([
      {},
      { bucket: { references: ["aws_s3_bucket.governance-store.bucket", "aws_s3_bucket.governance-store"] } },
      {},
    ]);
  });
});

describe("a scan", () => {
  const failure = { id: "CKV_AWS_18", name: "logging", resource: "aws_s3_bucket.governance-store" };
  const explained = explainedChecks("| check | on | why |\n|---|---|---|\n| CKV_AWS_18 | aws_s3_bucket | it is so |\n");
  const scan: Scan = { failed: [failure], resourceCount: 3, declared: 3, explained };

  it.each<[string, Partial<Scan>, unknown[]]>([
    ["all explained", {}, []],
    [
      "an unexplained check",
      { explained: new Map() },
      [expect.stringMatching(/governance-store: CKV_AWS_18, logging; fix it/)],
    ],
    [
      "an explanation for another kind of resource",
      { failed: [failure, { ...failure, resource: "aws_sqs_queue.q" }] },
      [expect.stringMatching(/^aws_sqs_queue\.q: CKV_AWS_18/)],
    ],
    [
      "an explanation of what no longer fails",
      { failed: [] },
      [expect.stringMatching(/CKV_AWS_18 is explained for aws_s3_bucket, where it no longer fails/)],
    ],
    ["resources that weren't seen", { resourceCount: 2 }, ["the scanner saw 2 resources, the program declares 3"]],
  ])("%s", (_, change, expected) => {
    expect(scanProblems({ ...scan, ...change })).toEqual(expected);
  });
});
