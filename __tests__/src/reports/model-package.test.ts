import { parseModelPackage } from "../../../src/reports/model-package";

const ARN = "arn:aws-us-gov:sagemaker:us-gov-west-1:444455556666:model-package/credit-risk/7";
const HEX = "0123456789abcdef".repeat(4);

const described = {
  ModelPackageArn: ARN,
  ModelPackageGroupName: "credit-risk",
  ModelPackageVersion: 7,
  ModelPackageStatus: "Completed",
  ModelApprovalStatus: "PendingManualApproval",
  CreationTime: new Date(Date.UTC(2026, 6, 8, 8, 54, 18, 331)),
};

const expected = {
  id: {
    arn: ARN,
    partition: "aws-us-gov",
    region: "us-gov-west-1",
    account: "444455556666",
    group: "credit-risk",
    version: 7,
  },
  status: "Completed",
  approvalStatus: "PendingManualApproval",
  createdAt: described.CreationTime,
  evidence: [],
  fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
  containers: [],
  customerMetadata: new Map(),
};
const fingerprintOf = (more: object = {}): string => parseModelPackage({ ...described, ...more }).fingerprint;

describe("a described model package", () => {
  it.each<[string, unknown]>([
    ["no metrics", {}],
    ["empty leaves", { ModelMetrics: { Bias: {}, Explainability: {} } }],
    ["null for what is absent", { ModelMetrics: null, ManagedStorageType: null, CustomerMetadataProperties: null }],
    ["a leaf that names nothing", { ModelMetrics: { ModelQuality: { Statistics: { ContentType: "text/json" } } } }],
    ["what isn't read", { ModelCard: { ModelCardContent: "{}" }, ModelMetrics: { Other: { Report: {} } } }],
  ])("may have %s", (_, more) => {
    expect(parseModelPackage({ ...described, ...Object(more) })).toEqual(expected);
  });

  it("names its reports, with digests as lower-case hex", () => {
    const source = (S3Uri: string, ContentDigest?: string) => ({
      ContentType: "application/json",
      S3Uri,
      ContentDigest,
    });
    const ModelMetrics = {
      Bias: {
        PostTrainingReport: source("s3://b/post.json"),
        Report: source("s3://b/a.json", `SHA256:${HEX.toUpperCase()}`),
      },
      ModelQuality: { Statistics: source("https://b.s3.amazonaws.com/s.json", `sha256:${HEX}`), Constraints: {} },
    };
    expect(parseModelPackage({ ...described, ModelMetrics })).toEqual({
      ...expected,
      evidence: [
        { slot: "ModelQuality.Statistics", uri: "https://b.s3.amazonaws.com/s.json", sha256: HEX },
        { slot: "Bias.Report", uri: "s3://b/a.json", sha256: HEX },
        { slot: "Bias.PostTrainingReport", uri: "s3://b/post.json" },
      ],
    });
  });

  const url = "s3://b/model.tar.gz";
  const source = (S3DataSource: object) => ({
    ModelDataSource: { S3DataSource: { S3Uri: "s3://b/llm/", ...S3DataSource } },
  });
  const files = source({ S3DataType: "S3Prefix", CompressionType: "None" });
  it.each<[string, object, object]>([
    ["nothing", {}, {}],
    [
      "an image and an archive",
      { Image: "i", ModelDataUrl: url },
      { image: "i", modelData: { uri: url, isPrefix: false } },
    ],
    ["files below a prefix", files, { modelData: { uri: "s3://b/llm/", isPrefix: true } }],
    ["variables", { Environment: { A: "1" } }, { environment: { A: "1" } }],
    ["no variables", { Environment: {}, AdditionalModelDataSources: [] }, {}],
    ["adapters", { AdditionalModelDataSources: [{ ChannelName: "a" }] }, { others: ["AdditionalModelDataSources"] }],
    ["another data source", { AdditionalS3DataSource: { S3Uri: url } }, { others: ["AdditionalS3DataSource"] }],
    [
      "a form of data that isn't known",
      source({ S3DataType: "S3Object", CompressionType: "None" }),
      {
        modelData: { uri: "s3://b/llm/", isPrefix: false },
        others: ["ModelDataSource.S3DataSource of S3Object, None"],
      },
    ],
    [
      "a list of files of its own",
      source({ S3DataType: "S3Prefix", CompressionType: "None", ManifestS3Uri: "s3://b/m" }),
      { modelData: { uri: "s3://b/llm/", isPrefix: true }, others: ["ModelDataSource.S3DataSource.ManifestS3Uri"] },
    ],
  ])("has a container with %s", (_, container, read) => {
    const InferenceSpecification = { Containers: [container, null] };
    expect(parseModelPackage({ ...described, InferenceSpecification }).containers).toEqual([read, {}]);
  });

  it("has no variable that is no text", () => {
    const InferenceSpecification = { Containers: [{ Environment: { A: 1 } }] };
    expect(() => parseModelPackage({ ...described, InferenceSpecification })).toThrow(
      "InferenceSpecification.Containers[0].Environment.A is 1; expected a text",
    );
  });

  it.each<[string, object]>([
    ["another image", { InferenceSpecification: { Containers: [{ Image: "i", ImageDigest: "sha256:1" }] } }],
    [
      "model data of another ETag",
      { InferenceSpecification: { Containers: [{ ModelDataUrl: url, ModelDataETag: "2" }] } },
    ],
    ["another source", { SourceUri: "s3://b/source" }],
    ["another report", { ModelMetrics: { Bias: { Report: { S3Uri: "s3://b/other.json" } } } }],
    ["another storage", { ManagedStorageType: "Restricted" }],
    ["another ARN", { ModelPackageArn: ARN.replace("/7", "/8") }],
  ])("has another fingerprint with %s", (_, more) => {
    expect(fingerprintOf(more)).not.toBe(fingerprintOf());
    expect(fingerprintOf(more)).toBe(fingerprintOf(structuredClone(more)));
  });

  it.each<[string, object]>([
    ["decided", { ModelApprovalStatus: "Approved", ApprovalDescription: "because", LastModifiedTime: new Date() }],
    ["given metadata", { CustomerMetadataProperties: { "governance-record-uri": "s3://records/r.json" } }],
    ["given a card", { ModelCard: { ModelCardContent: "{}" } }],
    ["described with null for what is absent", { ModelMetrics: null, SourceUri: null }],
  ])("has the same fingerprint when it is %s", (_, more) => {
    expect(fingerprintOf(more)).toBe(fingerprintOf());
  });

  it("has storage, registration and customer metadata where AWS says", () => {
    const more = {
      ManagedStorageType: "Restricted",
      ModelPackageRegistrationType: "Logged",
      CustomerMetadataProperties: { owner: "risk" },
    };
    expect(parseModelPackage({ ...described, ...more })).toEqual({
      ...expected,
      managedStorageType: "Restricted",
      registrationType: "Logged",
      customerMetadata: new Map([["owner", "risk"]]),
    });
  });

  it.each<[string, unknown]>([
    ["ISO text with microseconds and a zone", "2026-07-08T08:54:18.331000+00:00"],
    ["ISO text of another zone", "2026-07-08T10:54:18.331+02:00"],
    ["ISO text with a blank and Z", "2026-07-08 08:54:18.331Z"],
    ["seconds", 1783500858.331],
    ["milliseconds", 1783500858331],
  ])("may have its time as %s", (_, CreationTime) => {
    expect(parseModelPackage({ ...described, CreationTime })).toEqual(expected);
  });

  it.each<[string, unknown, string]>([
    ["nothing", null, "the description is null; expected an object"],
    ["a text", "x", 'the description is the text "x"; expected an object'],
    ["an error's answer", {}, "ModelPackageArn is absent; expected a text that isn't empty"],
    [
      "an unversioned package",
      { ...described, ModelPackageArn: "arn:aws:sagemaker:us-east-1:444455556666:model-package/alone" },
      'ModelPackageArn is the text "arn:aws:sagemaker:us-east-1:444455556666:model-package/alone"; ' +
        "expected the ARN of a versioned model package",
    ],
    [
      "no approval status",
      { ...described, ModelApprovalStatus: undefined },
      "ModelApprovalStatus is absent; expected a text that isn't empty",
    ],
    ["no status", { ...described, ModelPackageStatus: 1 }, "ModelPackageStatus is 1; expected a text that isn't empty"],
    [
      "a time without a zone",
      { ...described, CreationTime: "2026-07-08T08:54:18" },
      'CreationTime is the text "2026-07-08T08:54:18"; ' +
        "expected a time: ISO 8601 with a zone, or a number of seconds since 1970",
    ],
    [
      "a day that isn't",
      { ...described, CreationTime: "2026-13-08T08:54:18Z" },
      'CreationTime is the text "2026-13-08T08:54:18Z"; ' +
        "expected a time: ISO 8601 with a zone, or a number of seconds since 1970",
    ],
    [
      "no time",
      { ...described, CreationTime: undefined },
      "CreationTime is absent; expected a time: ISO 8601 with a zone, or a number of seconds since 1970",
    ],
    ["metrics in a list", { ...described, ModelMetrics: [] }, "ModelMetrics is a list of 0; expected an object"],
    [
      "a report that is a text",
      { ...described, ModelMetrics: { Bias: { Report: "s3://b/a.json" } } },
      'ModelMetrics.Bias.Report is the text "s3://b/a.json"; expected an object',
    ],
    [
      "a URI that is no text",
      { ...described, ModelMetrics: { Bias: { Report: { S3Uri: 5 } } } },
      "ModelMetrics.Bias.Report.S3Uri is 5; expected a text that isn't empty",
    ],
    [
      "another digest",
      { ...described, ModelMetrics: { Bias: { Report: { S3Uri: "s3://b/a", ContentDigest: "md5:00" } } } },
      'ModelMetrics.Bias.Report.ContentDigest is the text "md5:00"; expected sha256: and 64 hexadecimal digits',
    ],
    [
      "metadata that is no text",
      { ...described, CustomerMetadataProperties: { owner: 1 } },
      "CustomerMetadataProperties.owner is 1; expected a text",
    ],
  ])("is refused: %s", (_, input, message) => {
    expect(() => parseModelPackage(input)).toThrow(new Error(message));
  });
});
