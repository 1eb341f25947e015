import type { Retention } from "../contract/retention";
import type { ListedExecution, ListedVersion } from "../core/ports";

/** A bucket as it is. */
export interface FoundBucket {
  /** JSON; absent where it has none. */
  policy?: string;
  /** ARN or id of the key that new objects are encrypted with; absent where it is no customer key. */
  keyArn?: string;
  isVersioned: boolean;
  isClosedToPublic: boolean;
  hasObjectLock: boolean;
  /** How long each new version is locked; absent where it isn't, or not in whole days. */
  retention?: Retention;
}

export interface FoundRole {
  /** JSON. */
  trust: string;
  /** ARN. */
  boundary?: string;
  /** JSON of each policy inside it. */
  inline: readonly string[];
  /** ARNs of managed policies. */
  attached: readonly string[];
}

export interface FoundKey {
  policy: string;
  isEnabled: boolean;
}

export interface FoundFunction {
  /** JSON; absent where it lets nobody in. */
  policy?: string;
  /** Published versions that have a policy of their own. */
  versions: readonly { version: string; policy: string }[];
  /** Names. */
  aliases: readonly string[];
}

export interface FoundRule {
  name: string;
  isEnabled: boolean;
  /** JSON; absent from a schedule. */
  pattern?: string;
  schedule?: string;
  targets: readonly { arn: string; hasDeadLetters: boolean }[];
}

/** What selects a trail's data events. */
export interface FoundTrail {
  name: string;
  isLogging: boolean;
  /** ARNs that events of S3 objects are logged for, as beginnings; "" is every object. */
  writesLoggedBelow: readonly string[];
}

/**
 * The deployed governance account, read only. What isn't there is undefined; whatever else keeps from looking, such as
 * AccessDenied, is thrown.
 */
export interface DeployedAccount {
  bucket(name: string): Promise<FoundBucket | undefined>;
  /** Keys in a bucket that begin so. */
  keysBelow(bucket: string, beginning: string): Promise<readonly string[]>;
  object(bucket: string, key: string): Promise<Uint8Array | undefined>;
  role(name: string): Promise<FoundRole | undefined>;
  key(arn: string): Promise<FoundKey | undefined>;
  groupPolicy(group: string): Promise<string | undefined>;
  queuePolicy(arn: string): Promise<string | undefined>;
  /** Messages in a queue, hidden and delayed ones included; undefined for none such. */
  messages(url: string): Promise<number | undefined>;
  topicPolicy(arn: string): Promise<string | undefined>;
  repositoryPolicy(repository: string): Promise<string | undefined>;
  hasImage(repository: string, digest: string): Promise<boolean>;
  rule(name: string): Promise<FoundRule | undefined>;
  function(name: string): Promise<FoundFunction | undefined>;
  /** Queues that a function is fed from. */
  feeds(functionName: string): Promise<readonly { queueArn: string; isEnabled: boolean }[]>;
  pendingVersions(group: string): Promise<readonly ListedVersion[]>;
  /** Executions of a pipeline that began since then. */
  executions(pipelineArn: string, since: Date): Promise<readonly ListedExecution[]>;
  trails(): Promise<readonly FoundTrail[]>;
}

/** The organisation, read only. */
export interface Organization {
  /** JSON of every service control policy that binds an account, of those above it too. */
  policiesOf(account: string): Promise<readonly string[]>;
}
