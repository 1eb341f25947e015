import { isRecord } from "../inputs";
import { AwsError } from "../service";

const refuse = (message: string): never => {
  throw new AwsError("ValidationException", message);
};

const APPROVAL = ["Approved", "Rejected", "PendingManualApproval"];
const METADATA_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u;
const CLIENT_TOKEN = /^[a-zA-Z0-9-]{1,36}$/;
const DIGEST = /^[Ss][Hh][Aa]256:[0-9a-fA-F]{64}$/;
const S3_URI = /^(https|s3):\/\/([^/]+)\/?(.*)$/;
const SLOTS: Readonly<Record<string, readonly string[]>> = {
  ModelQuality: ["Statistics", "Constraints"],
  ModelDataQuality: ["Statistics", "Constraints"],
  Bias: ["Report", "PreTrainingReport", "PostTrainingReport"],
  Explainability: ["Report"],
};

/** @throws AwsError as SageMaker answers a call that breaks a documented length, pattern or enum */
export function validateApproval(input: Readonly<Record<string, unknown>>): void {
  const {
    ModelApprovalStatus: status,
    ApprovalDescription: description,
    CustomerMetadataProperties: metadata,
    ClientToken: token,
  } = input;
  if (status !== undefined && !APPROVAL.includes(String(status)))
    refuse(`ModelApprovalStatus: ${status} isn't one of ${APPROVAL.join(", ")}`);
  if (
    description !== undefined &&
    (typeof description !== "string" || description.length > 1024 || !/^.*$/.test(description))
  ) {
    refuse("ApprovalDescription: must be one line of at most 1024 characters");
  }
  if (token !== undefined && !CLIENT_TOKEN.test(String(token))) refuse("ClientToken: must match [a-zA-Z0-9-]{1,36}");
  if (metadata !== undefined) validateMetadata(metadata);
}

function validateMetadata(metadata: unknown): void {
  const pairs = isRecord(metadata) ? Object.entries(metadata) : refuse("CustomerMetadataProperties: must be a map");
  if (pairs.length > 50) refuse("CustomerMetadataProperties: at most 50 pairs");
  for (const [key, value] of pairs) {
    const fits = typeof value === "string" && value.length >= 1 && value.length <= 256 && METADATA_VALUE.test(value);
    if (!fits || key.length > 128 || !METADATA_VALUE.test(key))
      refuse(`CustomerMetadataProperties: ${key} has a length or character that isn't allowed`);
  }
}

/** @throws AwsError for a slot or a source of another shape */
export function validateMetrics(metrics: unknown): void {
  if (metrics === undefined) return;
  for (const [group, leaves] of Object.entries(
    isRecord(metrics) ? metrics : refuse("ModelMetrics: must be an object"),
  )) {
    for (const [leaf, source] of Object.entries(
      isRecord(leaves) ? leaves : refuse(`ModelMetrics.${group}: must be an object`),
    )) {
      if (!SLOTS[group]?.includes(leaf)) refuse(`ModelMetrics: ${group}.${leaf} isn't known`);
      validateSource(source, `ModelMetrics.${group}.${leaf}`);
    }
  }
}

function validateSource(source: unknown, at: string): void {
  const { ContentType, S3Uri, ContentDigest } = isRecord(source) ? source : refuse(`${at}: must be an object`);
  if (typeof ContentType !== "string" || ContentType.length > 256)
    refuse(`${at}.ContentType: must be a text of at most 256 characters`);
  if (typeof S3Uri !== "string" || S3Uri.length > 1024 || !S3_URI.test(S3Uri))
    refuse(`${at}.S3Uri: must be an s3 or https URI`);
  if (ContentDigest !== undefined && !DIGEST.test(String(ContentDigest)))
    refuse(`${at}.ContentDigest: must be sha256: and 64 hex digits`);
}

/** Lengths of what starts an execution. */
export function validateStart(input: Readonly<Record<string, unknown>>): void {
  const {
    ClientRequestToken: token,
    PipelineExecutionDisplayName: name,
    PipelineExecutionDescription: description,
  } = input;
  if (typeof token !== "string" || token.length < 32 || token.length > 128)
    refuse("ClientRequestToken: must have 32 to 128 characters");
  if (
    name !== undefined &&
    !(typeof name === "string" && name.length <= 82 && /^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/.test(name))
  ) {
    refuse("PipelineExecutionDisplayName: must match [a-zA-Z0-9](-*[a-zA-Z0-9]){0,81}");
  }
  if (
    description !== undefined &&
    !(typeof description === "string" && description.length >= 1 && description.length <= 3072)
  ) {
    refuse("PipelineExecutionDescription: must have 1 to 3072 characters");
  }
}
