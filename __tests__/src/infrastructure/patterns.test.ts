import { APPROVAL_PATTERN, failedExecutionPattern } from "../../../src/contract/registry-event";
import { evidencePattern } from "../../../src/infrastructure/evidence-copy";
import { matches } from "../../support/event-pattern";

const VERSION = "arn:aws:sagemaker:us-east-1:444455556666:model-package/credit-risk/7";

/** An event of the registry as EventBridge delivers it; times come in two shapes, the status may be absent. */
const registryEvent = (detail: Readonly<Record<string, unknown>>, envelope = {}) => ({
  version: "0",
  id: "0f3f2a9e-1f0f-4f5e-8f8a-1f5f9b8f2d11",
  "detail-type": "SageMaker Model Package State Change",
  source: "aws.sagemaker",
  account: "444455556666",
  time: "2026-11-20T10:16:00Z",
  region: "us-east-1",
  resources: [VERSION],
  detail: { ModelPackageArn: VERSION, ModelPackageGroupName: "credit-risk", ModelPackageVersion: 7, ...detail },
  ...envelope,
});

describe("the approval rule's pattern", () => {
  const pending = { ModelApprovalStatus: "PendingManualApproval" };
  it.each<[string, object, boolean]>([
    ["a pending version", registryEvent({ ...pending, ModelPackageStatus: "Completed" }), true],
    ["times in milliseconds", registryEvent({ ...pending, CreationTime: 1_763_633_740_000 }), true],
    ["without a package status", registryEvent(pending), true],
    ["in progress, which start leaves", registryEvent({ ...pending, ModelPackageStatus: "InProgress" }), true],
    [
      "an update of a pending version",
      registryEvent({ ...pending, UpdatedModelPackageFields: ["CustomerMetadataProperties"] }),
      true,
    ],
    ["an approved version", registryEvent({ ModelApprovalStatus: "Approved" }), false],
    ["a rejected version", registryEvent({ ModelApprovalStatus: "Rejected" }), false],
    ["an unversioned package", registryEvent({}), false],
    ["another type of event", registryEvent(pending, { "detail-type": "SageMaker Model Card State Change" }), false],
    ["another source", registryEvent(pending, { source: "team.tests" }), false],
  ])("%s", (_, event, expected) => {
    expect(matches(APPROVAL_PATTERN, event)).toBe(expected);
  });
});

describe("the evidence rule's pattern", () => {
  const created = (bucket: string, key: string, envelope = {}) => ({
    "detail-type": "Object Created",
    source: "aws.s3",
    detail: {
      version: "0",
      bucket: { name: bucket },
      object: { key, size: 2841, etag: "b1946ac92492d2347c6235b4d2611184", sequencer: "0067A3FA6A303C91A8" },
      reason: "PutObject",
    },
    ...envelope,
  });
  const pattern = evidencePattern("artifacts", ["evidence/", "reports/"]);
  it.each<[string, object, boolean]>([
    ["under the first prefix", created("artifacts", "evidence/credit-risk/7/bias/analysis.json"), true],
    ["under the second prefix", created("artifacts", "reports/a+b ü.json"), true],
    ["outside of them", created("artifacts", "models/evidence/model.tar.gz"), false],
    ["in another bucket", created("others", "evidence/analysis.json"), false],
    ["a deletion", created("artifacts", "evidence/analysis.json", { "detail-type": "Object Deleted" }), false],
  ])("%s", (_, event, expected) => {
    expect(matches(pattern, event)).toBe(expected);
  });
});

describe("the failed executions rule's pattern", () => {
  const PIPELINE = "arn:aws:sagemaker:us-east-1:444455556666:pipeline/model-governance-pipeline";
  const ended = (currentPipelineExecutionStatus: string, pipelineArn = PIPELINE) => ({
    "detail-type": "SageMaker Model Building Pipeline Execution Status Change",
    source: "aws.sagemaker",
    detail: { pipelineArn, currentPipelineExecutionStatus, previousPipelineExecutionStatus: "Executing" },
  });
  it.each<[string, object, boolean]>([
    ["failed", ended("Failed"), true],
    ["stopped", ended("Stopped"), true],
    ["completed with failures", ended("CompletedWithFailures"), true],
    ["succeeded", ended("Succeeded"), false],
    ["executing", ended("Executing"), false],
    ["that of language models", ended("Failed", `${PIPELINE}-language`), true],
    ["another pipeline's", ended("Failed", `${PIPELINE}-other`), false],
  ])("%s", (_, event, expected) => {
    expect(matches(failedExecutionPattern([PIPELINE, `${PIPELINE}-language`]), event)).toBe(expected);
  });
});
