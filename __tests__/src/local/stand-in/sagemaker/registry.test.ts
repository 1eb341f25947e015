import { createSageMaker } from "../../../../../src/local/stand-in/sagemaker";
import { GROUP, GROUP_ARN, groupResources, versionArn } from "../../../../support/sagemaker-resources";
import {
  as,
  caller,
  DEV,
  field,
  GOVERNANCE,
  listed,
  refusal,
  START,
  surroundings,
} from "../../../../support/surroundings";

const DIGEST = `sha256:${"4d".repeat(32)}`;
const InferenceSpecification = {
  Containers: [{ Image: `444455556666.dkr.ecr.us-east-1.amazonaws.com/serve@${DIGEST}`, ModelDataUrl: "s3://b/m.gz" }],
  SupportedContentTypes: ["text/csv"],
};
const ModelMetrics = {
  ModelQuality: { Statistics: { ContentType: "application/json", ContentDigest: DIGEST, S3Uri: "s3://b/q.json" } },
};
const registration = {
  ModelPackageGroupName: GROUP_ARN,
  ModelApprovalStatus: "PendingManualApproval",
  InferenceSpecification,
  ModelMetrics,
  CustomerMetadataProperties: { trainingAccount: DEV },
};

function world() {
  const { around, clock, heard } = surroundings(groupResources());
  const sageMaker = createSageMaker(around);
  const of = (account: string, role: string) => caller(sageMaker, as(account, role));
  return {
    sageMaker,
    clock,
    heard,
    team: of(DEV, "team"),
    stranger: of(DEV, "stranger"),
    own: of(GOVERNANCE, "start"),
  };
}

describe("a registered version", () => {
  it("is told of as AWS documents it, a moment later", async () => {
    const { team, clock, heard } = world();
    expect(await team("CreateModelPackage", registration)).toEqual({ ModelPackageArn: versionArn(1) });
    expect(heard.events).toEqual([]);
    await clock.run(new Date(START.getTime() + 5_000));
    expect(heard.events).toEqual([
      {
        "detail-type": "SageMaker Model Package State Change",
        source: "aws.sagemaker",
        account: GOVERNANCE,
        region: "us-east-1",
        resources: [versionArn(1)],
        detail: {
          ModelPackageName: `${GROUP}/1`,
          ModelPackageGroupName: GROUP,
          ModelPackageVersion: 1,
          ModelPackageArn: versionArn(1),
          CreationTime: "2026-11-20T10:00:00Z",
          LastModifiedTime: "2026-11-20T10:00:00Z",
          InferenceSpecification: {
            ...InferenceSpecification,
            Containers: [{ ...InferenceSpecification.Containers[0], ImageDigest: DIGEST }],
          },
          ModelPackageStatus: "Completed",
          ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
          CertifyForMarketplace: false,
          ModelApprovalStatus: "PendingManualApproval",
          ModelMetrics,
          CustomerMetadataProperties: { trainingAccount: DEV },
        },
      },
    ]);
  });

  it("is described with Dates and identities, and its time moves later by itself", async () => {
    const { team, own, clock } = world();
    await team("CreateModelPackage", registration);
    const described = await own("DescribeModelPackage", {
      ModelPackageName: versionArn(1),
      IncludedData: "MetadataOnly",
    });
    const identity = {
      IamIdentity: {
        Arn: `arn:aws:sts::${DEV}:assumed-role/team/session`,
        PrincipalId: expect.stringMatching(/^AROA[0-9A-F]{17}:session$/),
      },
    };
    expect(described).toMatchObject({ CreationTime: START, LastModifiedTime: START, LastModifiedBy: identity });
    await clock.run();
    const later = field(await own("DescribeModelPackage", { ModelPackageName: versionArn(1) }), "LastModifiedTime");
    expect(Number(later) - START.getTime()).toBeGreaterThanOrEqual(15_000);
    expect(Number(later) - START.getTime()).toBeLessThan(22_000);
  });

  it("is decided in one call, told with the names of what changed", async () => {
    const { team, own, clock, heard, sageMaker } = world();
    await team("CreateModelPackage", registration);
    await clock.run();
    const decision = {
      ModelPackageArn: versionArn(1),
      ModelApprovalStatus: "Rejected",
      ApprovalDescription: "AUTO: bias.DPPL = 0.23 > 0.10",
      CustomerMetadataProperties: { verdict: "s3://b/checks.json" },
      ClientToken: "0f3c",
    };
    await own("UpdateModelPackage", decision);
    await own("UpdateModelPackage", decision);
    expect(heard.events).toHaveLength(2);
    expect(heard.events[1]?.detail).toMatchObject({
      ModelApprovalStatus: "Rejected",
      ApprovalDescription: "AUTO: bias.DPPL = 0.23 > 0.10",
      CustomerMetadataProperties: { trainingAccount: DEV, verdict: "s3://b/checks.json" },
      UpdatedModelPackageFields: ["ModelApprovalStatus", "ApprovalDescription", "CustomerMetadataProperties"],
    });
    expect(sageMaker.versions()[0]).toMatchObject({ number: 1, modifiedBy: as(GOVERNANCE, "start").principal });
    const other = { ...decision, ModelApprovalStatus: "Approved" };
    expect(await refusal(own("UpdateModelPackage", other))).toMatch(/^ConflictException/);
  });

  it("is told of again by any update, its status unchanged", async () => {
    const { team, own, heard } = world();
    await team("CreateModelPackage", registration);
    const of = { ModelPackageArn: versionArn(1) };
    await own("UpdateModelPackage", { ...of, CustomerMetadataPropertiesToRemove: ["trainingAccount"] });
    await own("UpdateModelPackage", { ...of, SourceUri: "s3://b/other" });
    expect(heard.events.map(({ detail }) => [detail.ModelApprovalStatus, detail.UpdatedModelPackageFields])).toEqual([
      ["PendingManualApproval", ["CustomerMetadataProperties"]],
      ["PendingManualApproval", ["sourceUri"]],
    ]);
    expect(heard.events[1]?.detail.CustomerMetadataProperties).toEqual({});
  });

  it("is told of twice when a test wants it", async () => {
    const { team, clock, heard, sageMaker } = world();
    await team("CreateModelPackage", registration);
    sageMaker.announceAgain(versionArn(1));
    await clock.run();
    expect(heard.events).toHaveLength(2);
    expect(heard.events[0]).toEqual(heard.events[1]);
  });

  it("has the next number, and is made once for each client token", async () => {
    const { team, sageMaker } = world();
    for (const ClientToken of ["a", "a", "b"]) await team("CreateModelPackage", { ...registration, ClientToken });
    expect(sageMaker.versions().map(({ arn }) => arn)).toEqual([versionArn(1), versionArn(2)]);
  });
});

describe("a version's card", () => {
  const card = { intended_uses: { risk_rating: "High" }, evaluation_details: [] };
  const ModelCardContent = JSON.stringify(card);
  const of = { ModelPackageArn: versionArn(1) };

  it("is a draft when it is new, told of without its content, and shown in part as metadata", async () => {
    const { team, own, clock, heard } = world();
    await team("CreateModelPackage", registration);
    await own("UpdateModelPackage", { ...of, ModelCard: { ModelCardContent } });
    await clock.run();
    expect(heard.events.map(({ detail }) => detail.ModelCard)).toEqual([undefined, undefined]);
    expect(heard.events[0]?.detail.UpdatedModelPackageFields).toEqual(["ModelCard"]);
    expect(await own("DescribeModelPackage", { ModelPackageName: versionArn(1) })).toMatchObject({
      ModelCard: { ModelCardContent, ModelCardStatus: "Draft" },
    });
    const metadata = await own("DescribeModelPackage", {
      ModelPackageName: versionArn(1),
      IncludedData: "MetadataOnly",
    });
    expect(metadata).toMatchObject({
      ModelCard: { ModelCardContent: '{"intended_uses":{"risk_rating":"High"}}', ModelCardStatus: "Draft" },
    });
  });

  it("isn't changed any more once it is archived", async () => {
    const { team, own } = world();
    await team("CreateModelPackage", registration);
    await own("UpdateModelPackage", { ...of, ModelCard: { ModelCardContent } });
    await own("UpdateModelPackage", { ...of, ModelCard: { ModelCardStatus: "Archived" } });
    expect(await refusal(own("UpdateModelPackage", { ...of, ModelCard: { ModelCardContent: "{}" } }))).toMatch(
      /Model Card is in Archived state/,
    );
  });
});

describe("a list of versions", () => {
  it("goes on page by page, ten at a time, and filters", async () => {
    const { team, own } = world();
    for (let count = 0; count < 12; count += 1) await team("CreateModelPackage", registration);
    await own("UpdateModelPackage", { ModelPackageArn: versionArn(3), ModelApprovalStatus: "Approved" });
    const of = { ModelPackageGroupName: GROUP };
    const first = await own("ListModelPackages", of);
    const second = await own("ListModelPackages", { ...of, NextToken: field(first, "NextToken") });
    const numbers = [first, second].map((page) =>
      listed(page, "ModelPackageSummaryList").map(({ ModelPackageVersion }) => ModelPackageVersion),
    );
    expect(numbers).toEqual([
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      [11, 12],
    ]);
    expect(field(second, "NextToken")).toBeUndefined();
    expect(await own("ListModelPackages", { ...of, ModelApprovalStatus: "Approved", MaxResults: 1 })).toEqual({
      ModelPackageSummaryList: [
        {
          ModelPackageGroupName: GROUP,
          ModelPackageVersion: 3,
          ModelPackageArn: versionArn(3),
          CreationTime: START,
          ModelPackageStatus: "Completed",
          ModelApprovalStatus: "Approved",
        },
      ],
    });
    const since = { ...of, CreationTimeAfter: new Date(START.getTime() + 1) };
    expect(await own("ListModelPackages", since)).toEqual({ ModelPackageSummaryList: [] });
  });
});

const source = (fields: Record<string, unknown>) => ({
  ModelMetrics: { Bias: { Report: { ContentType: "application/json", S3Uri: "s3://b/r.json", ...fields } } },
});

describe("the registry refuses", () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      "another group",
      { ModelPackageGroupName: "other" },
      /^ValidationException: ModelPackageGroup other does not exist/,
    ],
    ["a group by name across accounts", { ModelPackageGroupName: GROUP }, /does not exist/],
    ["an unknown status", { ModelApprovalStatus: "Pending" }, /^ValidationException: .*ModelApprovalStatus/],
    ["a digest of another form", source({ ContentDigest: "sha256:12" }), /^ValidationException: .*ContentDigest/],
    ["a URI of another form", source({ S3Uri: "b/r.json" }), /^ValidationException: .*S3Uri/],
    ["a source without content type", source({ ContentType: undefined }), /^ValidationException: .*ContentType/],
    ["an unknown slot", { ModelMetrics: { Bias: { Reports: {} } } }, /Bias.Reports isn't known/],
    ["no container", { InferenceSpecification: { Containers: [] } }, /1 to 15 members/],
    ["an unknown field", { Tags: [] }, /^UnknownToStandIn: CreateModelPackage: input Tags/],
  ])("to register %s", async (_, fields, refused) => {
    expect(await refusal(world().team("CreateModelPackage", { ...registration, ...fields }))).toMatch(refused);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["a description of two lines", { ApprovalDescription: "a\nb" }, /ApprovalDescription/],
    ["a description of 1025 characters", { ApprovalDescription: "a".repeat(1025) }, /ApprovalDescription/],
    ["a description of 1024", { ApprovalDescription: "a".repeat(1024) }, /^no refusal/],
    ["JSON as metadata", { CustomerMetadataProperties: { a: '{"b":1}' } }, /at 'a' failed/],
    ["an empty value", { CustomerMetadataProperties: { a: "" } }, /at 'a' failed/],
    ["a value of 257 characters", { CustomerMetadataProperties: { a: "x".repeat(257) } }, /at 'a' failed/],
    ["a value of 256", { CustomerMetadataProperties: { a: "ä".repeat(256) } }, /^no refusal/],
    ["a key of 129 characters", { CustomerMetadataProperties: { ["k".repeat(129)]: "x" } }, /at 'key k+' failed/],
    [
      "a 51st pair",
      { CustomerMetadataProperties: Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`k${at}`, "x"])) },
      /at most 50 pairs/,
    ],
    ["a SHA-256 as token", { ClientToken: "4d".repeat(32) }, /ClientToken/],
    ["a life cycle without status", { ModelLifeCycle: { Stage: "decided" } }, /StageStatus/],
    ["another version", { ModelPackageArn: versionArn(2) }, /ModelPackage .* does not exist/],
    ["an unknown field", { SkipModelValidation: "All" }, /^UnknownToStandIn: UpdateModelPackage: input Skip/],
    ["a card's content and status", { ModelCard: { ModelCardContent: "{}", ModelCardStatus: "Draft" } }, /in one call/],
    ["a card of 100001 characters", { ModelCard: { ModelCardContent: "x".repeat(100_001) } }, /ModelCardContent/],
    ["a card that is no JSON", { ModelCard: { ModelCardContent: "no" } }, /must be a JSON object/],
    [
      "a card of another schema",
      { ModelCard: { ModelCardContent: '{"model_package_details":{}}' } },
      /model_package_details isn't in the model package model card schema/,
    ],
    ["a card's status of another name", { ModelCard: { ModelCardStatus: "Ready" } }, /ModelCardStatus/],
    ["a card's unknown field", { ModelCard: { Content: "{}" } }, /ModelCard: Content isn't known/],
  ])("to update with %s", async (_, fields, refused) => {
    const { team, own } = world();
    await team("CreateModelPackage", registration);
    expect(await refusal(own("UpdateModelPackage", { ModelPackageArn: versionArn(1), ...fields }))).toMatch(refused);
  });

  it("a caller whom the group's policy doesn't name, and another Region", async () => {
    const { stranger, sageMaker } = world();
    const refused = await refusal(stranger("CreateModelPackage", registration));
    expect(refused).toMatch(/^AccessDeniedException: .*credit-risk doesn't let .*stranger/);
    const elsewhere = caller(sageMaker, as(DEV, "team", "eu-west-1"));
    expect(await refusal(elsewhere("CreateModelPackage", registration))).toMatch(/does not exist/);
  });
});
