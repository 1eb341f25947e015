import { isRecord, listOf, nameOf, text } from "../inputs";
import type { Call, Caller, DeclaredResource, Surroundings } from "../service";
import { type Bucket, bucketFor, requireKey } from "./bucket";
import type { Stored } from "./stored";

interface Rule {
  prefix: string;
  bucketName: string;
  account: string;
  keyArn: string | undefined;
}

/** Virtual milliseconds until a replica is there: most take seconds. */
const SOON = [2_000, 20_000] as const;

/**
 * Replicates a new object as the bucket's configuration says, after a while: the same key, version id and user metadata,
 * no further checksum. What fails is noted, as S3 does not try again.
 */
export function replicate(
  source: Bucket,
  stored: Stored,
  buckets: ReadonlyMap<string, Bucket>,
  around: Surroundings,
  store: (into: Bucket, replica: Stored) => void,
): void {
  const config = source.replication;
  if (config === undefined || stored.replicationStatus === "REPLICA") return;
  const rule = rulesOf(config).find(({ prefix }) => stored.key.startsWith(prefix));
  if (rule === undefined) return;
  const caller = { account: source.account, region: source.region, principal: text(config, "role") };
  around.clock.after(SOON[0] + around.clock.random() * (SOON[1] - SOON[0]), () => {
    try {
      const into = destination(source, rule, caller, buckets, around);
      store(into, {
        ...stored,
        kmsKeyArn: rule.keyArn,
        checksums: withoutSha256(stored),
        replicationStatus: "REPLICA",
      });
      around.trace.note(stored.key, `replicated to ${into.name}`);
    } catch (error) {
      around.trace.note(
        stored.key,
        `replication by ${nameOf(config)} failed: ${error instanceof Error ? error.message : error}`,
      );
    }
  });
}

const withoutSha256 = ({ checksums }: Stored): Stored["checksums"] => {
  const { ChecksumSHA256: _, ...others } = checksums;
  return others;
};

function destination(
  source: Bucket,
  rule: Rule,
  caller: Caller,
  buckets: ReadonlyMap<string, Bucket>,
  around: Surroundings,
): Bucket {
  const call: Call = { operation: "ReplicateObject", input: {}, caller };
  const into = bucketFor(buckets, rule.bucketName, rule.account, call, around);
  if (!source.versioned || !into.versioned) throw new Error(`${source.name} and ${into.name} must both keep versions`);
  if (source.kmsKeyArn !== undefined && rule.keyArn === undefined) {
    throw new Error("objects under a KMS key need a replica key and sourceSelectionCriteria.sseKmsEncryptedObjects");
  }
  requireKey(rule.keyArn, call, around);
  return into;
}

function rulesOf(config: DeclaredResource): Rule[] {
  return listOf(config.inputs.rules)
    .filter(isRecord)
    .filter(({ status }) => status === "Enabled")
    .flatMap(({ filter, destination: to }) => {
      if (!isRecord(to) || typeof to.bucket !== "string")
        throw new Error(`${nameOf(config)}: a rule without a destination bucket`);
      const encryption = isRecord(to.encryptionConfiguration) ? to.encryptionConfiguration.replicaKmsKeyId : undefined;
      const prefix = isRecord(filter) && typeof filter.prefix === "string" ? filter.prefix : "";
      const owner = isRecord(to.accessControlTranslation) && to.accessControlTranslation.owner === "Destination";
      if (!owner || typeof to.account !== "string")
        throw new Error(`${nameOf(config)}: without account and owner override the replica stays the source account's`);
      return [
        {
          prefix,
          bucketName: to.bucket.replace(/^arn:[^:]+:s3:::/, ""),
          account: to.account,
          keyArn: typeof encryption === "string" ? encryption : undefined,
        },
      ];
    });
}
