import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { formatArn } from "../../src/contract/arn";
import { definitionKey, pipelineArn, verdictKey } from "../../src/contract/names";
import { NO_RECORD } from "../../src/contract/pipeline-parameters";
import type {
  EvidenceLock,
  ExecutionFacts,
  Executions,
  LockedVersion,
  ModelCard,
  ModelCards,
  ModelPackage,
} from "../../src/core/ports";
import { sha256 } from "../../src/core/verdict";
import { ALGORITHM, fingerprintOf, type Signer, type TrustedKeys } from "../../src/ledger/signed";
import type { DecideSettings } from "../../src/stages/decide";
import { MemoryNotices, MemoryRegistry, MemoryWriteOnce } from "./memory-ports";
import { decisionKeys } from "./record-keys";
import { ARN, GROUPS, registeredVersion } from "./registered-version";
import { EXECUTION, IMAGE, POLICY, trustedBy, VERDICT_SIGNER } from "./verdict-record";

/** A key of its own, which signs as KMS does. */
export class MemorySigner implements Signer {
  readonly publicKey: KeyObject;
  private readonly privateKey: KeyObject;

  /** @param former keys that it believes besides its own */
  constructor(private readonly former: readonly KeyObject[] = []) {
    ({ publicKey: this.publicKey, privateKey: this.privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" }));
  }

  async key() {
    const publicKeySha256 = fingerprintOf(this.publicKey);
    return { keyArn: "arn:aws:kms:us-east-1:444455556666:key/records", publicKeySha256, algorithm: ALGORITHM } as const;
  }

  async sign(text: string): Promise<Uint8Array> {
    return sign("sha256", Buffer.from(text), this.privateKey);
  }

  async trusted(): Promise<TrustedKeys> {
    return new Map([this.publicKey, ...this.former].map((key) => [fingerprintOf(key), key]));
  }
}

export class MemoryCards implements ModelCards {
  readonly cards = new Map<string, string>();
  readonly tokens: string[] = [];
  /** Why every card is closed, or why every content is refused. */
  closed?: string;
  refusal?: string;

  async read(arn: string): Promise<ModelCard> {
    const content = this.cards.get(arn);
    return {
      ...(content !== undefined && { content, status: "Draft" }),
      ...(this.closed !== undefined && { closed: this.closed }),
    };
  }

  async write(arn: string, content: string, _: ModelCard, token: string): Promise<string | undefined> {
    if (this.refusal !== undefined) return this.refusal;
    this.cards.set(arn, content);
    this.tokens.push(token);
    return undefined;
  }
}

export class MemoryLock implements EvidenceLock {
  /** Until when, by URI and version. */
  readonly kept = new Map<string, Date>();

  async keepUntil({ bucket, key, versionId }: LockedVersion, until: Date): Promise<void> {
    this.kept.set(`s3://${bucket}/${key} ${versionId}`, until);
  }
}

/** What AWS says of executions, by their ARN. */
export class MemoryExecutions implements Executions {
  readonly facts = new Map<string, ExecutionFacts>();

  /** As start does. @param changed what is otherwise */
  start(
    executionId: string,
    attempt: number,
    modelPackageArn: string,
    { judgesAgain = NO_RECORD, ...changed }: Partial<ExecutionFacts> & { judgesAgain?: string } = {},
  ): void {
    const arn = `${PIPELINE_ARN}/execution/${executionId}`;
    this.facts.set(arn, {
      arn,
      pipelineArn: PIPELINE_ARN,
      status: "Executing",
      createdBy: "arn:aws:sts::444455556666:assumed-role/mg-start/mg-start",
      isSelective: false,
      parameters: new Map([
        ["ModelPackageGroupName", "credit-risk"],
        ["Bucket", "none"],
        ["ModelPackageArn", modelPackageArn],
        ["Attempt", String(attempt)],
        ["JudgesAgain", judgesAgain],
      ]),
      definition: DEFINITION,
      ...changed,
    });
  }

  async describe(arn: string): Promise<ExecutionFacts> {
    const facts = this.facts.get(arn);
    if (facts === undefined) throw new Error(`Pipeline execution ${arn} does not exist.`);
    return facts;
  }
}

const GOVERNANCE = { partition: "aws", region: "us-east-1", account: "444455556666" };
export const PIPELINE_ARN = pipelineArn(GOVERNANCE);
export const START_ROLE_ARN = formatArn({ ...GOVERNANCE, service: "iam", region: "", resource: "role/ml/mg-start" });
export const DEFINITION = '{"Steps":[]}';

export const DECIDE_SETTINGS: DecideSettings = {
  groups: GROUPS,
  verdictBucket: "verdicts",
  recordBucket: "records",
  policyDigest: POLICY,
  imageDigest: IMAGE,
  pipelineOf: () => PIPELINE_ARN,
  startRoleArn: START_ROLE_ARN,
  retention: { mode: "GOVERNANCE", days: 1 },
  observedGroups: [],
  cutOvers: {},
};
export const NOW = new Date("2026-11-20T10:20:00Z");
export const VERDICT_KEY = verdictKey(EXECUTION);
export const VERDICT_URI = `s3://verdicts/${VERDICT_KEY}`;
export const RECORD_KEY = "records/credit-risk/7/1.json";

/** A signer, and the keys that are believed with it. */
export const signingWith = (signer: MemorySigner) => ({
  signer,
  recordKeys: async () => decisionKeys(await signer.trusted()),
});
/** A record bucket, in which the deployer has put a definition: no record of a decision. */
class DeployedRecords extends MemoryWriteOnce {
  readonly definitions = new Set([definitionKey(sha256(DEFINITION))]);

  override async has(key: string): Promise<boolean> {
    return this.definitions.has(key) || super.has(key);
  }
}

/** Ports of decide around a version and the checks.json of its execution, and the step's arguments. */
export function decideWorld(body: string, version: ModelPackage | undefined = registeredVersion()) {
  const ports = {
    registry: new MemoryRegistry(...(version ? [version] : [])),
    cards: new MemoryCards(),
    verdicts: new MemoryWriteOnce(),
    records: new DeployedRecords(),
    executions: new MemoryExecutions(),
    verdictKeys: async () => trustedBy(VERDICT_SIGNER),
    ...signingWith(new MemorySigner()),
    lock: new MemoryLock(),
    notices: new MemoryNotices(),
  };
  const arn = version?.id.arn ?? ARN;
  ports.executions.start(EXECUTION, 1, arn);
  ports.verdicts.bodies.set(VERDICT_KEY, body);
  const args = {
    ModelPackageArn: arn,
    Attempt: "1",
    JudgesAgain: NO_RECORD,
    ExecutionId: EXECUTION,
    VerdictSha256: sha256(body),
  };
  return { ports, args };
}
