import { isRecord, listOf, nameOf } from "../inputs";
import { type DeclaredResource, UnknownToStandIn } from "../service";

/** One enabled rule of a replication configuration. */
export interface ReplicationRule {
  id: string;
  priority: number;
  prefix: string;
  bucketName: string;
  /** Whose the destination must be; absent where the rule doesn't say. */
  account: string | undefined;
  /** Whether replicas are to be the destination's own. */
  ownerOverride: boolean;
  /** Whether objects under a KMS key are replicated, and the key of their replicas. */
  kms: boolean;
  keyArn: string | undefined;
  metrics: boolean;
}

/** Fields of a rule that the stand-in knows, by where they are. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  "": ["id", "priority", "status", "filter", "deleteMarkerReplication", "sourceSelectionCriteria", "destination"],
  filter: ["prefix"],
  deleteMarkerReplication: ["status"],
  sourceSelectionCriteria: ["sseKmsEncryptedObjects"],
  destination: ["bucket", "account", "accessControlTranslation", "encryptionConfiguration", "metrics", "storageClass"],
};

type Fields = Readonly<Record<string, unknown>>;

/**
 * Enabled rules, the one with the highest priority first.
 * @throws Error where S3 would refuse the configuration, UnknownToStandIn for what the stand-in isn't told of
 */
export const replicationRules = (config: DeclaredResource): ReplicationRule[] =>
  listOf(config.inputs.rules)
    .filter(isRecord)
    .filter((rule) => statusOf(rule) === "Enabled")
    .map((rule) => parseRule(rule, nameOf(config)))
    .sort((one, other) => other.priority - one.priority);

function parseRule(rule: Fields, of: string): ReplicationRule {
  for (const [place, fields] of Object.entries(KNOWN)) refuseOthers(place === "" ? rule : rule[place], fields, of);
  const destination = partOf(rule, "destination");
  if (typeof destination.bucket !== "string") throw new Error(`${of}: a rule without a destination bucket`);
  if (rule.deleteMarkerReplication === undefined || typeof rule.priority !== "number") {
    throw new Error(`${of}: a rule with a filter needs deleteMarkerReplication and a priority`);
  }
  if (statusOf(partOf(rule, "deleteMarkerReplication")) !== "Disabled") {
    throw new UnknownToStandIn(`${of}: replication of delete markers`);
  }
  return withEncryption(rule, destination, of, {
    id: String(rule.id),
    priority: rule.priority,
    prefix: String(partOf(rule, "filter").prefix ?? ""),
    bucketName: destination.bucket.replace(/^arn:[^:]+:s3:::/, ""),
    account: typeof destination.account === "string" ? destination.account : undefined,
    ownerOverride: partOf(destination, "accessControlTranslation").owner === "Destination",
    metrics: statusOf(partOf(destination, "metrics")) === "Enabled",
  });
}

function withEncryption(
  rule: Fields,
  destination: Fields,
  of: string,
  parsed: Omit<ReplicationRule, "kms" | "keyArn">,
): ReplicationRule {
  const kms = statusOf(partOf(partOf(rule, "sourceSelectionCriteria"), "sseKmsEncryptedObjects")) === "Enabled";
  const { replicaKmsKeyId } = partOf(destination, "encryptionConfiguration");
  const keyArn = typeof replicaKmsKeyId === "string" ? replicaKmsKeyId : undefined;
  if (kms !== (keyArn !== undefined)) {
    throw new Error(`${of}: sseKmsEncryptedObjects and encryptionConfiguration.replicaKmsKeyId need each other`);
  }
  if (parsed.ownerOverride && parsed.account === undefined) {
    throw new Error(`${of}: accessControlTranslation needs the destination's account`);
  }
  return { ...parsed, kms, keyArn };
}

const partOf = (value: Fields, name: string): Fields => {
  const part = value[name];
  return isRecord(part) ? part : {};
};

const statusOf = ({ status }: Fields): unknown => status;

function refuseOthers(value: unknown, known: readonly string[], of: string): void {
  const unknown = isRecord(value) ? Object.keys(value).filter((name) => !known.includes(name)) : [];
  if (unknown.length > 0) throw new UnknownToStandIn(`${of}: rule's ${unknown.join(", ")}`);
}
