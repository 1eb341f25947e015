import { isRecord } from "../inputs";
import { AwsError } from "../service";

type Fields = Readonly<Record<string, unknown>>;

/** @throws AwsError as SageMaker answers a call that breaks a documented length, pattern or enum */
export function refuse(message: string): never {
  throw new AwsError("ValidationException", message);
}

/** A text that must be there; otherwise as `requireText`. */
function requireGiven(value: unknown, name: string, lengths: readonly [number, number], pattern?: RegExp): void {
  requireText({ [name]: value ?? null }, name, lengths, pattern);
}

/** A text, where it is there at all, within lengths and of one pattern. */
export function requireText(
  fields: Fields,
  name: string,
  [least, most]: readonly [number, number],
  pattern = /^.*$/s,
): void {
  const value = fields[name];
  if (value === undefined) return;
  if (typeof value !== "string" || value.length < least || value.length > most || !pattern.test(value)) {
    refuse(
      `Value ${JSON.stringify(value)} at '${name}' failed: ${least} to ${most} characters, pattern ${pattern.source}`,
    );
  }
}

const requireObject = (value: unknown, at: string): Fields =>
  isRecord(value) ? value : refuse(`${at}: must be an object`);

const APPROVAL = /^(Approved|Rejected|PendingManualApproval)$/;
const REGISTRATION = /^(Logged|Registered)$/;
const ONE_LINE = /^.*$/;
const METADATA = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u;
const CLIENT_TOKEN = /^[a-zA-Z0-9-]+$/;
const STAGE = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;
const MOST_METADATA = 50;

/** Fields that registering and updating share. */
export function validateVersion(input: Fields): void {
  requireText(input, "ModelApprovalStatus", [1, 64], APPROVAL);
  requireText(input, "ApprovalDescription", [0, 1024], ONE_LINE);
  requireText(input, "ModelPackageDescription", [0, 1024]);
  requireText(input, "ModelPackageRegistrationType", [1, 64], REGISTRATION);
  requireText(input, "SourceUri", [0, 1024]);
  requireText(input, "ClientToken", [1, 36], CLIENT_TOKEN);
  if (input.CustomerMetadataProperties !== undefined) validateMetadata(input.CustomerMetadataProperties);
  if (input.ModelLifeCycle !== undefined) validateLifeCycle(input.ModelLifeCycle);
  if (input.MetadataProperties !== undefined) validateProperties(input.MetadataProperties);
  if (input.ModelCard !== undefined) validateCard(input.ModelCard);
  if (input.InferenceSpecification !== undefined) validateSpecification(input.InferenceSpecification);
}

/** Also of what an update leaves: a version has at most 50 pairs. */
export function validateMetadata(metadata: unknown): void {
  const pairs = Object.entries(requireObject(metadata, "CustomerMetadataProperties"));
  if (pairs.length > MOST_METADATA) refuse(`CustomerMetadataProperties: at most ${MOST_METADATA} pairs`);
  for (const [key, value] of pairs) {
    requireGiven(key, `key ${key}`, [1, 128], METADATA);
    requireGiven(value, key, [1, 256], METADATA);
  }
}

function validateLifeCycle(value: unknown): void {
  const cycle = requireObject(value, "ModelLifeCycle");
  for (const name of ["Stage", "StageStatus"]) {
    requireGiven(cycle[name], name, [1, 63], STAGE);
  }
  requireText(cycle, "StageDescription", [0, 1024], ONE_LINE);
}

const CARD_STATUS = /^(Draft|PendingReview|Approved|Archived)$/;

function validateCard(value: unknown): void {
  const card = requireObject(value, "ModelCard");
  const unknown = Object.keys(card).filter((name) => !["ModelCardContent", "ModelCardStatus"].includes(name));
  if (unknown.length > 0) refuse(`ModelCard: ${unknown.join(", ")} isn't known`);
  requireText(card, "ModelCardContent", [0, 100_000]);
  requireText(card, "ModelCardStatus", [1, 64], CARD_STATUS);
}

function validateProperties(value: unknown): void {
  const properties = requireObject(value, "MetadataProperties");
  for (const name of Object.keys(properties)) {
    if (!["CommitId", "Repository", "GeneratedBy", "ProjectId"].includes(name)) refuse(`MetadataProperties.${name}`);
    requireText(properties, name, [0, 1024]);
  }
}

function validateSpecification(value: unknown): void {
  const { Containers: containers } = requireObject(value, "InferenceSpecification");
  if (!Array.isArray(containers) || containers.length < 1 || containers.length > 15) {
    refuse("InferenceSpecification.Containers: must have 1 to 15 members");
  }
  for (const container of containers) {
    const fields = requireObject(container, "InferenceSpecification.Containers");
    requireText(fields, "Image", [0, 255], /^\S*$/);
    requireText(fields, "ModelDataUrl", [0, 1024]);
    requireText(fields, "ImageDigest", [0, 72], DIGEST);
  }
}

const DIGEST = /^[Ss][Hh][Aa]256:[0-9a-fA-F]{64}$/;
const URI = /^(https|s3):\/\/([^/]+)\/?(.*)$/;
const SLOTS: Readonly<Record<string, readonly string[]>> = {
  ModelQuality: ["Statistics", "Constraints"],
  ModelDataQuality: ["Statistics", "Constraints"],
  Bias: ["Report", "PreTrainingReport", "PostTrainingReport"],
  Explainability: ["Report"],
};

/** Slots and sources of a version's reports. Whether a digest is true isn't looked at. */
export function validateMetrics(metrics: unknown): void {
  if (metrics === undefined) return;
  for (const [part, leaves] of Object.entries(requireObject(metrics, "ModelMetrics"))) {
    for (const [leaf, source] of Object.entries(requireObject(leaves, `ModelMetrics.${part}`))) {
      if (!SLOTS[part]?.includes(leaf)) refuse(`ModelMetrics: ${part}.${leaf} isn't known`);
      validateSource(requireObject(source, `ModelMetrics.${part}.${leaf}`), `ModelMetrics.${part}.${leaf}`);
    }
  }
}

function validateSource(source: Fields, at: string): void {
  const unknown = Object.keys(source).filter((name) => !["ContentType", "S3Uri", "ContentDigest"].includes(name));
  if (unknown.length > 0) refuse(`${at}: ${unknown.join(", ")} isn't known`);
  requireGiven(source.ContentType, "ContentType", [0, 256]);
  requireGiven(source.S3Uri, "S3Uri", [0, 1024], URI);
  requireText(source, "ContentDigest", [0, 72], DIGEST);
}

/** Lengths of what starts an execution. */
export function validateStart(input: Fields): void {
  requireGiven(input.ClientRequestToken, "ClientRequestToken", [32, 128]);
  requireText(input, "PipelineExecutionDisplayName", [1, 82], /^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/);
  requireText(input, "PipelineExecutionDescription", [0, 3072]);
}

/** A page's size: 1 to 100, and 10 where nobody says. */
export function pageSize(asked: number): number {
  if (!Number.isInteger(asked) || asked < 1 || asked > 100) refuse(`MaxResults: must be from 1 to 100, found ${asked}`);
  return asked;
}
