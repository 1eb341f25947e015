import { formatS3Uri } from "../contract/evidence-uri";
import { recordKey } from "../contract/names";
import type { DecideOutputs } from "../contract/pipeline-parameters";
import { PENDING } from "../contract/registry-event";
import type { ModelCards, ModelPackage, ModelRegistry, Notices } from "../core/ports";
import { sha256 } from "../core/verdict";
import type { DecisionRecord } from "../ledger/decision-record";
import { cardWithDecision } from "../ledger/model-card";
import type { Signed } from "../ledger/signed";

export interface ApplyPorts {
  registry: ModelRegistry;
  cards: ModelCards;
  notices: Notices;
}

export interface ApplySettings {
  recordBucket: string;
}

/** Customer metadata that points from a decided version to its record and full result. */
export const METADATA = {
  record: "governance-record-uri",
  recordSha256: "governance-record-sha256",
  uri: "governance-verdict-uri",
  sha256: "governance-verdict-sha256",
  policy: "governance-policy-sha256",
  execution: "governance-execution",
} as const;

/**
 * Makes a version what its record says: its card first, then status, reason and the way to the record in one call. Where
 * the record leaves it to a person, they are told. What a repeat writes is the same.
 */
export async function applyRecord(
  { body, sha256: recordSha256 }: Signed<DecisionRecord>,
  version: ModelPackage,
  ports: ApplyPorts,
  settings: ApplySettings,
): Promise<DecideOutputs> {
  const { id, approvalStatus } = version;
  if (approvalStatus !== PENDING) {
    const ours = version.customerMetadata.get(METADATA.recordSha256) === recordSha256;
    return { ApprovalStatus: approvalStatus, Effect: ours ? "set before" : "left alone, decided meanwhile" };
  }
  if (body.decision === "PendingManualApproval") {
    await ports.notices.tell(`A person must decide on ${id.group} version ${id.version}`, `${id.arn}\n${body.reason}`);
    return { ApprovalStatus: PENDING, Effect: "left for review" };
  }
  await writeCard(body, recordSha256, ports.cards);
  await ports.registry.setStatus(id.arn, {
    status: body.decision,
    description: body.reason,
    metadata: {
      [METADATA.record]: formatS3Uri({
        bucket: settings.recordBucket,
        key: recordKey(id.group, id.version, body.attempt),
      }),
      [METADATA.recordSha256]: recordSha256,
      [METADATA.uri]: body.verdict.uri,
      [METADATA.sha256]: body.verdict.sha256,
      [METADATA.policy]: body.policy.digest,
      [METADATA.execution]: body.decidedBy.executionId,
    },
    token: tokenOf("status", recordSha256),
  });
  return { ApprovalStatus: body.decision, Effect: "set" };
}

async function writeCard(body: DecisionRecord, recordSha256: string, cards: ModelCards): Promise<void> {
  const before = await cards.read(body.modelPackageArn);
  const card = cardWithDecision(before, body);
  if (card !== before) await cards.write(body.modelPackageArn, card, tokenOf("card", recordSha256));
}

/** The same for a repeat: a UUID's shape, as the registry's tokens have at most 36 characters. */
function tokenOf(of: "card" | "status", recordSha256: string): string {
  const hex = sha256(`${of} ${recordSha256}`);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
