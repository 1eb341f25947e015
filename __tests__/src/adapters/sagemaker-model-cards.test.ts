import { DescribeModelPackageCommand, SageMakerClient, UpdateModelPackageCommand } from "@aws-sdk/client-sagemaker";
import { mockClient } from "aws-sdk-client-mock";
import { sagemakerModelCards } from "../../../src/adapters/sagemaker-model-cards";
import { ARN } from "../../support/registered-version";
import { awsError, sent } from "../../support/sdk-answers";

const sagemaker = mockClient(SageMakerClient);
const cards = sagemakerModelCards(new SageMakerClient({ region: "us-east-1" }));
const KEY = "arn:aws:kms:us-east-1:111122223333:key/team";
/** What else AWS says of every version. */
const described = {
  ModelPackageName: "credit-risk",
  ModelPackageArn: ARN,
  CreationTime: new Date("2026-11-20T10:15:40Z"),
  ModelPackageStatus: "Completed" as const,
  ModelPackageStatusDetails: { ValidationStatuses: [] },
};
const all = { ModelPackageName: ARN, IncludedData: "AllData" } as const;
const metadataOnly = { ModelPackageName: ARN, IncludedData: "MetadataOnly" } as const;

beforeEach(() => sagemaker.reset());

describe("reading", () => {
  it.each([
    ["no card", undefined, {}],
    ["a draft", { ModelCardContent: "{}", ModelCardStatus: "Draft" }, { content: "{}", status: "Draft" }],
    ["an approved card", { ModelCardContent: "{", ModelCardStatus: "Approved" }, { content: "{", status: "Approved" }],
    ["a card without content", { ModelCardStatus: "PendingReview" }, { status: "PendingReview" }],
    [
      "an archived card, which takes no other content",
      { ModelCardContent: "{}", ModelCardStatus: "Archived" },
      { content: "{}", status: "Archived", closed: "it is archived" },
    ],
  ] as const)("%s", async (_, ModelCard, card) => {
    sagemaker.on(DescribeModelPackageCommand).resolves({ ...described, ...(ModelCard && { ModelCard }) });
    expect(await cards.read(ARN)).toEqual(card);
    expect(sent(sagemaker)).toEqual([["DescribeModelPackage", all]]);
  });

  it.each(["AccessDeniedException", "ValidationException"])("a card under a team's key: %s", async (name) => {
    sagemaker.on(DescribeModelPackageCommand, all).rejects(awsError(name, "kms:Decrypt"));
    sagemaker
      .on(DescribeModelPackageCommand, metadataOnly)
      .resolves({ ...described, SecurityConfig: { KmsKeyId: KEY } });
    expect(await cards.read(ARN)).toEqual({ closed: `it is under the key ${KEY}, which isn't ours to use` });
  });

  it("throws a denial that no key explains", async () => {
    sagemaker.on(DescribeModelPackageCommand, all).rejects(awsError("AccessDeniedException", "denied"));
    sagemaker.on(DescribeModelPackageCommand, metadataOnly).resolves(described);
    await expect(cards.read(ARN)).rejects.toMatchObject({ name: "AccessDeniedException", message: "denied" });
  });

  it.each([
    ["AccessDeniedException", 2],
    ["ThrottlingException", 1],
    ["InternalFailure", 1],
  ])("throws %s", async (name, calls) => {
    sagemaker.rejects(awsError(name));
    await expect(cards.read(ARN)).rejects.toMatchObject({ name });
    expect(sent(sagemaker)).toHaveLength(calls);
  });
});

describe("writing", () => {
  const content = { ModelPackageArn: ARN, ModelCard: { ModelCardContent: '{"a":1}' }, ClientToken: "token" };

  it.each([
    ["content", { content: "{}", status: "Approved" }],
    ["the first content of a card", { status: "PendingReview" }],
    ["a new card", {}],
  ])("%s alone: the card's status stays, whatever it is", async (_, before) => {
    sagemaker.on(UpdateModelPackageCommand).resolves({ ModelPackageArn: ARN });
    expect(await cards.write(ARN, '{"a":1}', before, "token")).toBeUndefined();
    expect(sent(sagemaker)).toEqual([["UpdateModelPackage", content]]);
  });

  it("a new card as a draft, where the registry wants a status", async () => {
    sagemaker.on(UpdateModelPackageCommand).rejectsOnce(awsError("ValidationException")).resolves({});
    expect(await cards.write(ARN, '{"a":1}', {}, "token")).toBeUndefined();
    expect(sent(sagemaker)).toEqual([
      ["UpdateModelPackage", content],
      [
        "UpdateModelPackage",
        { ModelPackageArn: ARN, ModelCard: { ModelCardContent: '{"a":1}', ModelCardStatus: "Draft" } },
      ],
    ]);
  });

  it("no other status on a card that has one, however it is refused", async () => {
    sagemaker.rejects(awsError("ValidationException", "no"));
    expect(await cards.write(ARN, '{"a":1}', { status: "Approved" }, "token")).toBe("the registry refuses it: no");
    expect(sent(sagemaker)).toEqual([["UpdateModelPackage", content]]);
  });

  it("says why the registry refuses a card, on one short line", async () => {
    sagemaker.rejects(awsError("ValidationException", `Model card\n#/model_overview: ${"x".repeat(1000)}`));
    const refusal = await cards.write(ARN, "{}", {}, "token");
    expect(refusal).toMatch(/^the registry refuses it: Model card #\/model_overview: x+…$/);
    expect(refusal).toHaveLength(300);
  });

  it.each(["AccessDeniedException", "ThrottlingException", "ConflictException"])("throws %s", async (name) => {
    sagemaker.rejects(awsError(name));
    await expect(cards.write(ARN, "{}", {}, "token")).rejects.toMatchObject({ name });
  });
});
