import { isDate } from "node:util/types";
import { parseModelPackageArn } from "../contract/arn";
import { canonical } from "../core/canonical";
import {
  EVIDENCE_SLOTS,
  type EvidenceReference,
  type ModelContainer,
  type ModelDataSource,
  type ModelPackage,
} from "../core/ports";
import { sha256 } from "../core/verdict";
import { isObject, type JsonObject, own, shortText, whatIs } from "./fields";

/**
 * Reads what DescribeModelPackage says of a version: as the JavaScript SDK gives it (times are Dates), or the JSON text of
 * `aws sagemaker describe-model-package` or boto3 (ISO 8601 texts with a zone, or seconds or milliseconds since 1970).
 * @throws Error that names the field, what was found, and what was expected
 */
export function parseModelPackage(described: unknown): ModelPackage {
  if (!isObject(described)) throw new Error(wrong("the description", described, "an object"));
  const arn = textOf(described, "ModelPackageArn");
  const id = parseModelPackageArn(arn);
  if (id === undefined) throw new Error(wrong("ModelPackageArn", arn, "the ARN of a versioned model package"));
  const managedStorageType = optionalText(described, "ManagedStorageType");
  const registrationType = optionalText(described, "ModelPackageRegistrationType");
  const lastModifiedBy = sessionOf(described);
  return {
    id,
    status: textOf(described, "ModelPackageStatus"),
    approvalStatus: textOf(described, "ModelApprovalStatus"),
    createdAt: timeOf(described, "CreationTime"),
    evidence: evidenceOf(described),
    fingerprint: fingerprintOf(described),
    containers: containersOf(described),
    ...(managedStorageType === undefined ? {} : { managedStorageType }),
    ...(registrationType === undefined ? {} : { registrationType }),
    customerMetadata: customerMetadataOf(described),
    ...(lastModifiedBy === undefined ? {} : { lastModifiedBy }),
  };
}

/**
 * Fields that make a version what it is: what serves it, and what it was judged by. Status, texts and properties that a
 * decision sets aren't among them, nor times.
 */
const CONTENT = [
  "ModelPackageArn",
  "InferenceSpecification",
  "AdditionalInferenceSpecifications",
  "SourceAlgorithmSpecification",
  "SourceUri",
  "ModelMetrics",
  "DriftCheckBaselines",
  "ManagedStorageType",
] as const;

/** SHA-256 of those fields in canonical JSON (RFC 8785). */
function fingerprintOf(described: JsonObject): string {
  const content = CONTENT.map((field) => [field, own(described, field)]).filter(([, value]) => !isAbsent(value));
  return sha256(canonical(Object.fromEntries(content)));
}

/** What AWS says of who changed it; it decides nothing, so another shape is none. */
function sessionOf(described: JsonObject): string | undefined {
  const by = own(described, "LastModifiedBy");
  const identity = isObject(by) ? own(by, "IamIdentity") : undefined;
  const arn = isObject(identity) ? own(identity, "Arn") : undefined;
  return typeof arn === "string" ? arn : undefined;
}

const wrong = (field: string, found: unknown, expected: string): string =>
  `${field} is ${whatIs(found)}; expected ${expected}`;

const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null;

function textOf(object: JsonObject, field: string, path = field): string {
  const value = own(object, field);
  if (typeof value === "string" && value !== "") return value;
  throw new Error(wrong(path, value, "a text that isn't empty"));
}

function optionalText(object: JsonObject, field: string): string | undefined {
  return isAbsent(own(object, field)) ? undefined : textOf(object, field);
}

/** Members of an optional object: none where it is absent. */
function objectOf(object: JsonObject, field: string, path: string): JsonObject {
  const value = own(object, field);
  if (isAbsent(value)) return {};
  if (!isObject(value)) throw new Error(wrong(path, value, "an object"));
  return value;
}

const ISO_TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})$/;

/** Above it a number of seconds would be past the year 5000: it counts milliseconds. */
const MOST_SECONDS = 1e11;

function timeOf(object: JsonObject, field: string): Date {
  const value = own(object, field);
  const time = timeFrom(value);
  if (time !== undefined && !Number.isNaN(time.getTime())) return time;
  throw new Error(wrong(field, value, "a time: ISO 8601 with a zone, or a number of seconds since 1970"));
}

function timeFrom(value: unknown): Date | undefined {
  if (isDate(value)) return value;
  if (typeof value === "number" && value > 0) return new Date(value < MOST_SECONDS ? value * 1000 : value);
  return typeof value === "string" && ISO_TIME.test(value) ? new Date(value.replace(" ", "T")) : undefined;
}

/** A slot that is there may be empty: `"Bias": {}` names nothing; only an S3Uri does. */
function evidenceOf(described: JsonObject): EvidenceReference[] {
  const metrics = objectOf(described, "ModelMetrics", "ModelMetrics");
  return EVIDENCE_SLOTS.flatMap((slot): EvidenceReference[] => {
    const [part = "", leaf = ""] = slot.split(".");
    const path = `ModelMetrics.${slot}`;
    const source = objectOf(objectOf(metrics, part, `ModelMetrics.${part}`), leaf, path);
    if (isAbsent(own(source, "S3Uri"))) return [];
    const digest = own(source, "ContentDigest");
    const sha256 = isAbsent(digest) ? {} : { sha256: digestOf(digest, `${path}.ContentDigest`) };
    return [{ slot, uri: textOf(source, "S3Uri", `${path}.S3Uri`), ...sha256 }];
  });
}

/** Every container of the specification: one that can't be served counts too, and the collecting step says so. */
function containersOf(described: JsonObject): ModelContainer[] {
  const specification = own(described, "InferenceSpecification");
  const list = isObject(specification) ? own(specification, "Containers") : undefined;
  return (Array.isArray(list) ? list : []).map((container: unknown, at) =>
    isObject(container) ? containerOf(container, `InferenceSpecification.Containers[${at}]`) : {},
  );
}

function containerOf(container: JsonObject, path: string): ModelContainer {
  const [image, imageDigest] = [own(container, "Image"), own(container, "ImageDigest")];
  const modelData = modelDataOf(container);
  const environment = textsOf(container, "Environment", `${path}.Environment`);
  const others = otherFieldsOf(container);
  return {
    ...(typeof image === "string" && { image }),
    ...(typeof imageDigest === "string" && { imageDigest }),
    ...(modelData && { modelData }),
    ...(environment.length > 0 && { environment: Object.fromEntries(environment) }),
    ...(others.length > 0 && { others }),
  };
}

/** In either form: one compressed object, or files as they are below a prefix. */
function modelDataOf(container: JsonObject): ModelDataSource | undefined {
  const url = own(container, "ModelDataUrl");
  if (typeof url === "string") return { uri: url, isPrefix: false };
  const s3 = s3DataOf(container);
  const uri = own(s3, "S3Uri");
  return typeof uri === "string" ? { uri, isPrefix: own(s3, "S3DataType") === "S3Prefix" } : undefined;
}

function s3DataOf(container: JsonObject): JsonObject {
  const source = own(container, "ModelDataSource");
  const s3 = isObject(source) ? own(source, "S3DataSource") : undefined;
  return isObject(s3) ? s3 : {};
}

/** Forms of model data that are served as they are registered. */
const FORMS = ["S3Object, Gzip", "S3Prefix, None"];

/** Data beside the model's own, such as adapters, and forms of it that a plain copy doesn't have. */
function otherFieldsOf(container: JsonObject): string[] {
  const isThere = (value: unknown) => !isAbsent(value) && !(Array.isArray(value) && value.length === 0);
  const s3 = s3DataOf(container);
  const form = `${own(s3, "S3DataType")}, ${own(s3, "CompressionType")}`;
  return [
    ...["AdditionalModelDataSources", "AdditionalS3DataSource"].filter((name) => isThere(own(container, name))),
    ...(isThere(own(s3, "ManifestS3Uri")) ? ["ModelDataSource.S3DataSource.ManifestS3Uri"] : []),
    ...(isThere(own(s3, "S3Uri")) && !FORMS.includes(form) ? [`ModelDataSource.S3DataSource of ${form}`] : []),
  ];
}

function digestOf(value: unknown, path: string): string {
  const [, hex] = (typeof value === "string" && /^sha256:([0-9a-f]{64})$/i.exec(value)) || [];
  if (hex === undefined) throw new Error(wrong(path, value, "sha256: and 64 hexadecimal digits"));
  return hex.toLowerCase();
}

const customerMetadataOf = (described: JsonObject): Map<string, string> =>
  new Map(textsOf(described, "CustomerMetadataProperties", "CustomerMetadataProperties"));

/** Entries of an optional object of texts. */
const textsOf = (object: JsonObject, field: string, path: string): [string, string][] =>
  Object.entries(objectOf(object, field, path)).map(([key, value]): [string, string] => {
    if (typeof value !== "string") throw new Error(wrong(`${path}.${shortText(key, 80)}`, value, "a text"));
    return [key, value];
  });
