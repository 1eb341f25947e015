import { DescribeModelPackageCommand, SageMakerClient, UpdateModelPackageCommand } from "@aws-sdk/client-sagemaker";
import { mockClient } from "aws-sdk-client-mock";
import { sagemakerModelRegistry } from "../../../src/adapters/sagemaker-model-registry";
import { ARN, registeredVersion } from "../../support/registered-version";
import { awsError, sent } from "../../support/sdk-answers";

const sagemaker = mockClient(SageMakerClient);
const registry = sagemakerModelRegistry(new SageMakerClient({ region: "us-east-1" }));

beforeEach(() => sagemaker.reset());

describe("describe", () => {
  it("asks for no more than metadata", async () => {
    sagemaker.on(DescribeModelPackageCommand).resolves({
      ModelPackageArn: ARN,
      ModelPackageStatus: "Completed",
      ModelApprovalStatus: "PendingManualApproval",
      CreationTime: new Date("2026-11-20T10:15:40Z"),
      ModelMetrics: {
        ModelQuality: {
          Statistics: {
            ContentType: "application/json",
            S3Uri: "s3://artifacts-111122223333/a.json",
            ContentDigest: `sha256:${"a".repeat(64)}`,
          },
        },
      },
      ManagedStorageType: "Restricted",
    });
    expect(await registry.describe(ARN)).toEqual(
      registeredVersion({
        containers: [],
        evidence: [
          { slot: "ModelQuality.Statistics", uri: "s3://artifacts-111122223333/a.json", sha256: "a".repeat(64) },
        ],
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
        managedStorageType: "Restricted",
      }),
    );
    expect(sent(sagemaker)).toEqual([
      ["DescribeModelPackage", { ModelPackageName: ARN, IncludedData: "MetadataOnly" }],
    ]);
  });

  it("says when there is no such version", async () => {
    sagemaker.rejects(awsError("ValidationException", `ModelPackage ${ARN} does not exist.`));
    expect(await registry.describe(ARN)).toBeUndefined();
  });

  it.each([
    ["ValidationException", "1 validation error detected"],
    ["AccessDeniedException", "the role does not exist"],
    ["ThrottlingException", "Rate exceeded"],
  ])("throws %s: %s", async (name, message) => {
    sagemaker.rejects(awsError(name, message));
    await expect(registry.describe(ARN)).rejects.toMatchObject({ name, message });
  });

  it("throws what isn't a version's description", async () => {
    sagemaker.on(DescribeModelPackageCommand).resolves({});
    await expect(registry.describe(ARN)).rejects.toThrow("ModelPackageArn");
  });
});

describe("setStatus", () => {
  const change = {
    status: "Rejected" as const,
    description: "Rejected: of 1 findings 1 failed.",
    metadata: { "governance-execution": "exec1" },
    token: "00000000-0000-0000-0000-000000000000",
  };

  it("says everything in one call", async () => {
    sagemaker.on(UpdateModelPackageCommand).resolves({ ModelPackageArn: ARN });
    await registry.setStatus(ARN, change);
    expect(sent(sagemaker)).toEqual([
      [
        "UpdateModelPackage",
        {
          ModelPackageArn: ARN,
          ModelApprovalStatus: "Rejected",
          ModelLifeCycle: { Stage: "Governance", StageStatus: change.status },
          ApprovalDescription: change.description,
          CustomerMetadataProperties: change.metadata,
          ClientToken: change.token,
        },
      ],
    ]);
  });

  it.each(["ConflictException", "ValidationException", "AccessDeniedException"])("throws %s", async (name) => {
    sagemaker.rejects(awsError(name, "does not exist"));
    await expect(registry.setStatus(ARN, change)).rejects.toMatchObject({ name });
  });
});
