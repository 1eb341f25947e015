import type { IamRequest } from "../../../../../src/local/stand-in/iam/request";
import { Kms } from "../../../../../src/local/stand-in/kms";
import { createS3 } from "../../../../../src/local/stand-in/s3";
import { createSageMaker } from "../../../../../src/local/stand-in/sagemaker";
import { as, declared, GOVERNANCE, surroundings } from "../../../../support/surroundings";

const WHO = as(GOVERNANCE, "start");
const KEY = `arn:aws:kms:us-east-1:${GOVERNANCE}:key/k`;
const key = declared("kms/key:Key", "k", {});
const encrypted = declared("s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", "e", {
  bucket: "box",
  rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: KEY } }],
});
const { around } = surroundings([declared("s3/bucket:Bucket", "box", { bucket: "box" }), encrypted, key]);
const s3 = createS3(around);
const sageMaker = createSageMaker(around);
const services = { s3, sagemaker: sageMaker, runtime: sageMaker.runtime, kms: new Kms([]) };
beforeAll(() => s3.call({ operation: "PutObject", input: { Bucket: "box", Key: "there", Body: "x" }, caller: WHO }));

const VIA = { "kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:CallerAccount": GOVERNANCE };
const told = ({ action, resource, context = {} }: IamRequest): string =>
  [
    action,
    resource.arn
      .replace("arn:aws:s3:::", "")
      .replace(`arn:aws:sagemaker:us-east-1:${GOVERNANCE}:`, "")
      .replace(KEY, "KEY"),
  ]
    .concat(
      Object.entries(context)
        .filter(([name]) => !(name in VIA))
        .map(([name, value]) => `${name}=${value}`),
    )
    .join(" ");

const AT = { Bucket: "box", Key: "there" };
const GROUP = `arn:aws:sagemaker:us-east-1:${GOVERNANCE}:model-package-group/risk`;
const VERSION = `arn:aws:sagemaker:us-east-1:${GOVERNANCE}:model-package/risk/1`;
const ROLE = `arn:aws:iam::${GOVERNANCE}:role/serving`;

/** A call, and what IAM is asked: action, resource, and what the request says. */
const CALLS: readonly [keyof typeof services, string, Record<string, unknown>, string[]][] = [
  ["s3", "GetObject", AT, ["s3:GetObject box/there", "kms:Decrypt KEY"]],
  ["s3", "GetObject", { ...AT, VersionId: "null" }, ["s3:GetObjectVersion box/there", "kms:Decrypt KEY"]],
  ["s3", "GetObject", { ...AT, Key: "gone" }, ["s3:GetObject box/gone", "s3:ListBucket box"]],
  ["s3", "GetObject", { ...AT, Bucket: "no-such-bucket" }, []],
  ["s3", "HeadObject", AT, ["s3:GetObject box/there"]],
  ["s3", "HeadObject", { ...AT, ChecksumMode: "ENABLED" }, ["s3:GetObject box/there", "kms:Decrypt KEY"]],
  ["s3", "HeadObject", { ...AT, Key: "gone" }, ["s3:GetObject box/gone", "s3:ListBucket box"]],
  [
    "s3",
    "PutObject",
    { ...AT, Body: "x", IfNoneMatch: "*" },
    ["s3:PutObject box/there s3:if-none-match=* s3:objectcreationoperation=true", "kms:GenerateDataKey KEY"],
  ],
  [
    "s3",
    "PutObject",
    { ...AT, Body: "x", ServerSideEncryption: "AES256" },
    ["s3:PutObject box/there s3:x-amz-server-side-encryption=AES256 s3:objectcreationoperation=true"],
  ],
  [
    "s3",
    "CopyObject",
    { Bucket: "box", Key: "copy", CopySource: "box/there?versionId=null" },
    [
      "s3:GetObjectVersion box/there",
      "kms:Decrypt KEY",
      "s3:PutObject box/copy s3:x-amz-copy-source=box/there?versionId=null s3:objectcreationoperation=true",
      "kms:GenerateDataKey KEY",
    ],
  ],
  [
    "s3",
    "UploadPart",
    { ...AT, UploadId: "u", PartNumber: 1, Body: "x" },
    ["s3:PutObject box/there s3:objectcreationoperation=false", "kms:GenerateDataKey KEY", "kms:Decrypt KEY"],
  ],
  ["s3", "ListObjectsV2", { Bucket: "box", Prefix: "a/" }, ["s3:ListBucket box s3:prefix=a/"]],
  ["s3", "ListObjectVersions", { Bucket: "box" }, ["s3:ListBucketVersions box"]],
  ["s3", "PutObjectRetention", AT, ["s3:PutObjectRetention box/there"]],
  [
    "sagemaker",
    "CreateModelPackage",
    { ModelPackageGroupName: GROUP, ModelApprovalStatus: "Approved" },
    ["sagemaker:CreateModelPackage model-package/risk/1 sagemaker:ModelApprovalStatus=Approved"],
  ],
  [
    "sagemaker",
    "UpdateModelPackage",
    { ModelPackageArn: VERSION, CustomerMetadataProperties: { a: "b" } },
    ["sagemaker:UpdateModelPackage model-package/risk/1 sagemaker:CustomerMetadataProperties/a=b"],
  ],
  [
    "sagemaker",
    "ListModelPackages",
    { ModelPackageGroupName: "risk", ModelApprovalStatus: "Approved" },
    ["sagemaker:ListModelPackages model-package/risk/1"],
  ],
  ["sagemaker", "StartPipelineExecution", { PipelineName: "p" }, ["sagemaker:StartPipelineExecution pipeline/p"]],
  [
    "sagemaker",
    "CreateModel",
    { ModelName: "M", ExecutionRoleArn: ROLE, Tags: [] },
    [
      "sagemaker:CreateModel model/m",
      "sagemaker:AddTags model/m",
      `iam:PassRole ${ROLE} iam:PassedToService=sagemaker.amazonaws.com`,
    ],
  ],
  ["sagemaker", "ListEndpoints", {}, ["sagemaker:ListEndpoints *"]],
  ["runtime", "InvokeEndpoint", { EndpointName: "e" }, ["sagemaker:InvokeEndpoint endpoint/e"]],
  [
    "kms",
    "Sign",
    { KeyId: KEY, SigningAlgorithm: "ECDSA_SHA_256", MessageType: "DIGEST" },
    ["kms:Sign KEY kms:SigningAlgorithm=ECDSA_SHA_256 kms:MessageType=DIGEST"],
  ],
];

describe("what IAM is asked before a call", () => {
  it.each(CALLS)("%s %s %j", (service, operation, input, expected) => {
    const requests = services[service].needs({ operation, input, caller: WHO });
    expect(requests.map(told)).toEqual(expected);
    expect(requests.every(({ principal }) => principal === WHO.principal)).toBe(true);
    for (const { action, context } of requests)
      if (/Decrypt|GenerateDataKey/.test(action)) expect(context).toEqual(VIA);
  });

  it.each(["s3", "sagemaker", "runtime", "kms"] as const)("%s refuses an operation that it doesn't know", (service) => {
    const call = { operation: "DeleteEverything", input: {}, caller: WHO };
    expect(() => services[service].needs(call)).toThrow(expect.objectContaining({ name: "UnknownToStandIn" }));
  });
});
