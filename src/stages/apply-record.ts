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
 * the record leaves it to a person, they are told, and find the findings on the card. What a repeat writes is the same.
 * A card that can't be written changes nothing else; the effect says why.
 */
export async function applyRecord(
  recorded: Signed<DecisionRecord>,
  version: ModelPackage,
  ports: ApplyPorts,
  settings: ApplySettings,
): Promise<DecideOutputs> {
  const { body, sha256: recordSha256 } = recorded;
  const { id, approvalStatus } = version;
  if (approvalStatus !== PENDING) {
    const ours = version.customerMetadata.get(METADATA.recordSha256) === recordSha256;
    return { ApprovalStatus: approvalStatus, Effect: ours ? "set before" : "left alone, decided meanwhile" };
  }
  const { group, version: number } = id;
  const uri = formatS3Uri({ bucket: settings.recordBucket, key: recordKey(group, number, body.attempt) });
  const problem = await writeCard(recorded, uri, ports.cards);
  const onCard = problem === undefined ? "" : `; its model card stays as it is: ${problem}`;
  if (body.decision === "PendingManualApproval") {
    await ports.notices.tell(`A person must decide on ${group} version ${number}`, `${id.arn}\n${body.reason}`);
    return { ApprovalStatus: PENDING, Effect: `left for review${onCard}` };
  }
  await ports.registry.setStatus(id.arn, {
    status: body.decision,
    description: body.reason,
    metadata: {
      [METADATA.record]: uri,
      [METADATA.recordSha256]: recordSha256,
      [METADATA.uri]: body.verdict.uri,
      [METADATA.sha256]: body.verdict.sha256,
      [METADATA.policy]: body.policy.digest,
      [METADATA.execution]: body.decidedBy.executionId,
    },
    token: tokenOf("status", recordSha256),
  });
  return { ApprovalStatus: body.decision, Effect: `set${onCard}` };
}

/** @returns why the card stays as it is; undefined when it has the decision */
async function writeCard(
  recorded: Signed<DecisionRecord>,
  recordUri: string,
  cards: ModelCards,
): Promise<string | undefined> {
  const { modelPackageArn } = recorded.body;
  const before = await cards.read(modelPackageArn);
  if (before.closed !== undefined) return before.closed;
  const card = cardWithDecision(before.content, recorded, recordUri);
  if ("problem" in card) return card.problem;
  if (card.content === before.content) return undefined;
  // Of the content too: its team may have edited the card between two repeats, and a token stands for one request.
  return cards.write(modelPackageArn, card.content, before, tokenOf("card", card.content));
}

/** The same for a repeat: a UUID's shape, as the registry's tokens have at most 36 characters. */
function tokenOf(of: "card" | "status", what: string): string {
  const hex = sha256(`${of} ${what}`);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
