import { isDate } from "node:util/types";
import { parseModelPackageArn } from "../contract/arn";
import {
  EVIDENCE_SLOTS,
  type EvidenceReference,
  type ModelContainer,
  type ModelDataSource,
  type ModelPackage,
} from "../core/ports";
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
  return {
    id,
    status: textOf(described, "ModelPackageStatus"),
    approvalStatus: textOf(described, "ModelApprovalStatus"),
    createdAt: timeOf(described, "CreationTime"),
    evidence: evidenceOf(described),
    containers: containersOf(described),
    ...(managedStorageType === undefined ? {} : { managedStorageType }),
    ...(registrationType === undefined ? {} : { registrationType }),
    customerMetadata: customerMetadataOf(described),
  };
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

/** Of a container without an image, or a list that is none, nothing can be made: it isn't listed. */
function containersOf(described: JsonObject): ModelContainer[] {
  const specification = own(described, "InferenceSpecification");
  const list = isObject(specification) ? own(specification, "Containers") : undefined;
  return (Array.isArray(list) ? list : []).filter(isObject).flatMap((container): ModelContainer[] => {
    const [image, imageDigest] = [own(container, "Image"), own(container, "ImageDigest")];
    const modelData = modelDataOf(container);
    if (typeof image !== "string") return [];
    return [{ image, ...(typeof imageDigest === "string" && { imageDigest }), ...(modelData && { modelData }) }];
  });
}

/** In either form: one compressed object, or files as they are below a prefix. */
function modelDataOf(container: JsonObject): ModelDataSource | undefined {
  const url = own(container, "ModelDataUrl");
  if (typeof url === "string") return { uri: url, isPrefix: false };
  const source = own(container, "ModelDataSource");
  const s3 = isObject(source) ? own(source, "S3DataSource") : undefined;
  const uri = isObject(s3) ? own(s3, "S3Uri") : undefined;
  return isObject(s3) && typeof uri === "string" ? { uri, isPrefix: own(s3, "S3DataType") === "S3Prefix" } : undefined;
}

function digestOf(value: unknown, path: string): string {
  const [, hex] = (typeof value === "string" && /^sha256:([0-9a-f]{64})$/i.exec(value)) || [];
  if (hex === undefined) throw new Error(wrong(path, value, "sha256: and 64 hexadecimal digits"));
  return hex.toLowerCase();
}

function customerMetadataOf(described: JsonObject): Map<string, string> {
  const path = "CustomerMetadataProperties";
  const entries = Object.entries(objectOf(described, path, path)).map(([key, value]): [string, string] => {
    if (typeof value !== "string") throw new Error(wrong(`${path}.${shortText(key, 80)}`, value, "a text"));
    return [key, value];
  });
  return new Map(entries);
}
