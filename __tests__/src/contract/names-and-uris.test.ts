import fc from "fast-check";
import { formatArn, parseArn, parseModelPackageArn } from "../../../src/contract/arn";
import { evidenceLocation, formatS3Uri, parseS3Uri } from "../../../src/contract/evidence-uri";
import * as names from "../../../src/contract/names";

const governance = { partition: "aws", region: "eu-central-1", account: "444455556666" };

describe("ARNs", () => {
  it.each([
    ["a version", "arn:aws:sagemaker:us-east-1:444455556666:model-package/credit-risk/7", "credit-risk", 7],
    ["another partition", "arn:aws-cn:sagemaker:cn-north-1:444455556666:model-package/a/1", "a", 1],
  ])("reads %s", (_, arn, group, version) => {
    expect(parseModelPackageArn(arn)).toMatchObject({ arn, group, version });
  });

  it.each([
    ["an unversioned package", "arn:aws:sagemaker:us-east-1:444455556666:model-package/marketplace-scorer"],
    ["version zero", "arn:aws:sagemaker:us-east-1:444455556666:model-package/credit-risk/0"],
    ["a longer path", "arn:aws:sagemaker:us-east-1:444455556666:model-package/credit-risk/7/8"],
    ["another resource", "arn:aws:sagemaker:us-east-1:444455556666:model-package-group/credit-risk"],
    ["another service", "arn:aws:s3:us-east-1:444455556666:model-package/credit-risk/7"],
    ["a short account", "arn:aws:sagemaker:us-east-1:4444:model-package/credit-risk/7"],
    ["a line break", "arn:aws:sagemaker:us-east-1:444455556666:model-package/credit-risk/7\n"],
    ["a climbing path", "arn:aws:sagemaker:us-east-1:444455556666:model-package/../7"],
    ["no ARN", "credit-risk/7"],
  ])("refuses %s", (_, arn) => {
    expect(parseModelPackageArn(arn)).toBeUndefined();
  });

  it("writes what it reads", () => {
    const arn = names.roleArn({ prefix: "mg", rolePath: "/" }, "copy", governance);
    const parsed = parseArn(arn);
    expect(parsed && formatArn(parsed)).toBe("arn:aws:iam::444455556666:role/mg-copy-eu-central-1");
  });
});

describe("evidence URIs", () => {
  const sources = [
    { account: "111122223333", artifactBucket: "team-a", evidenceBucket: "mg-evidence-111122223333-eu-central-1" },
    { account: "222233334444", artifactBucket: "team-b", evidenceBucket: "mg-evidence-222233334444-eu-central-1" },
  ];

  it.each([
    ["s3://team-a/evidence/bias report (v2)+é.json", "evidence/bias report (v2)+é.json"],
    ["s3://team-a/a//b%20c?d#e", "a//b%20c?d#e"],
  ])("takes the key of %s as it stands", (uri, key) => {
    expect(parseS3Uri(uri)).toEqual({ bucket: "team-a", key });
  });

  it.each([
    `s3://team-a/${"é".repeat(513)}`,
    "s3://team-a/a\0b",
    "s3://team-a/a\ud800b",
    "https://team-a.s3.amazonaws.com/k",
    "s3://team-a",
    "s3://team-a/",
    "s3:///k",
    "S3://team-a/k",
    "team-a/k",
  ])("has no place for %s", (uri) => {
    expect(parseS3Uri(uri)).toBeUndefined();
  });

  it("keeps every key from URI to URI", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 60 }), (key) => {
        expect(parseS3Uri(formatS3Uri({ bucket: "team-a", key }))).toEqual({ bucket: "team-a", key });
      }),
    );
  });

  it.each([
    ["a dev bucket", "team-b", "mg-evidence-222233334444-eu-central-1"],
    ["an evidence bucket", "mg-evidence-111122223333-eu-central-1", "mg-evidence-111122223333-eu-central-1"],
  ])("judges an object of %s at the same key", (_, bucket, judged) => {
    expect(evidenceLocation({ bucket, key: "k" }, sources)).toEqual({ bucket: judged, key: "k" });
  });

  it("has no place for a bucket of an account that isn't listed", () => {
    expect(evidenceLocation({ bucket: "team-c", key: "k" }, sources)).toBeUndefined();
  });
});

describe("names", () => {
  it("gives every execution and every attempt a key of its own", () => {
    expect(names.verdictKey("abc123")).toBe("governance-pipeline/processor/abc123/checks.json");
    expect(names.startMarkerKey("credit-risk", 7, 1)).toBe("start-markers/credit-risk/7/1.json");
    expect(names.startMarkerKey("credit-risk", 7, 2)).not.toBe(names.startMarkerKey("credit-risk", 72, 1));
  });

  it("says account and Region where a name is global", () => {
    expect(names.evidenceBucketName("mg", "111122223333", "eu-central-1")).toBe(
      "mg-evidence-111122223333-eu-central-1",
    );
    expect(names.roleName("mg", "decide", "eu-central-1")).toBe("mg-decide-eu-central-1");
  });
});
