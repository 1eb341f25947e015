import { nameOf, text } from "../inputs";
import { AwsError, type Caller, type Surroundings } from "../service";
import { bucketFor, requireKey, requireNotDenied } from "./admission";
import type { Bucket } from "./bucket";
import { neededToReplicate } from "./needs";
import { notifyOfFailure } from "./notification";
import { type ReplicationRule, replicationRules } from "./replication-rules";
import type { Stored } from "./stored";

/** Virtual milliseconds until a replica is there: most take seconds. */
const SOON = [2_000, 20_000] as const;

/**
 * Replication between the declared buckets: the same key, version id, time of creation and user metadata, no further
 * checksum. Deletions and replicas aren't replicated.
 */
export class Replication {
  private readonly rules: ReadonlyMap<Bucket, readonly ReplicationRule[]>;

  /**
   * @param keep takes a replica in
   * @throws Error for a configuration that S3 would refuse
   */
  constructor(
    private readonly buckets: ReadonlyMap<string, Bucket>,
    private readonly around: Surroundings,
    private readonly keep: (into: Bucket, replica: Stored, caller: Caller) => void,
  ) {
    this.rules = new Map([...buckets.values()].map((bucket) => [bucket, this.rulesOf(bucket)]));
  }

  private rulesOf({ name, versioned, replication }: Bucket): ReplicationRule[] {
    if (replication === undefined) return [];
    const of = nameOf(replication);
    if (!versioned) throw new Error(`${of}: bucket ${name} must keep versions to be replicated`);
    const rules = replicationRules(replication);
    for (const { bucketName } of rules) {
      const into = this.buckets.get(bucketName);
      if (into === undefined) throw new Error(`${of}: destination bucket ${bucketName} doesn't exist`);
      if (!into.versioned) throw new Error(`${of}: destination bucket ${bucketName} must keep versions`);
    }
    return rules;
  }

  /** Replicates a new version after a while, where a rule says so. */
  begin(source: Bucket, stored: Stored): void {
    const rule = this.rules.get(source)?.find(({ prefix }) => stored.key.startsWith(prefix));
    if (rule === undefined) return;
    if (stored.kmsKeyArn !== undefined && !rule.kms) {
      this.say(source, stored, `rule ${rule.id} leaves it: objects under a KMS key aren't selected`);
      return;
    }
    stored.replicationStatus = "PENDING";
    const delay = SOON[0] + this.around.clock.random() * (SOON[1] - SOON[0]);
    this.around.clock.limit(delay, () => this.replicate(source, stored, rule));
  }

  private async replicate(source: Bucket, stored: Stored, rule: ReplicationRule): Promise<void> {
    if (source.replication === undefined) return;
    const caller = { account: source.account, region: source.region, principal: text(source.replication, "role") };
    try {
      const into = this.destination(rule, stored, caller);
      const why = await this.around.refusal(neededToReplicate(caller, source, stored, into, rule));
      if (why !== undefined) throw new AwsError("AccessDenied", why, 403);
      this.keep(into, { ...stored, kmsKeyArn: rule.keyArn, replicationStatus: "REPLICA" }, caller);
      stored.replicationStatus = "COMPLETED";
      this.say(source, stored, `replicated to ${into.name}`);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      stored.replicationStatus = "FAILED";
      this.say(source, stored, `replication by ${nameOf(source.replication)} failed: ${error.message}`);
      notifyOfFailure(source, stored, rule, reasonOf(error), this.around);
    }
  }

  private destination(
    { bucketName, account, keyArn, ownerOverride }: ReplicationRule,
    { key }: Stored,
    caller: Caller,
  ) {
    const asker = { operation: "ReplicateObject", caller };
    const into = bucketFor(this.buckets, bucketName, account, asker, this.around);
    const request = { ...asker, action: "s3:ReplicateObject", key, context: new Map() };
    requireNotDenied(into, request);
    requireKey(keyArn ?? into.kmsKeyArn, into, asker, this.around);
    if (!ownerOverride && !into.ownerEnforced) {
      throw new AwsError("AccessDenied", `without an owner override ${bucketName} would hold another account's object`);
    }
    return into;
  }

  private say({ name }: Bucket, { key }: Stored, what: string): void {
    this.around.trace.note(`s3://${name}/${key}`, what);
  }
}

const reasonOf = ({ name }: AwsError): string =>
  name === "KMS.NotFoundException" ? "DstKmsKeyNotFound" : "DstPutObjectNotPermitted";
