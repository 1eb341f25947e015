import type { ModelPackageId } from "../contract/arn";
import type { ModelRegistry, Overview, RevocationQueue, WriteOnceStore } from "../core/ports";
import { type DecisionRecord, isAskedBy } from "../ledger/decision-record";
import type { Signed } from "../ledger/signed";
import { whatIsServed } from "./revoke";
import { recordedAttempts, recordsAt } from "./version-records";

export interface AskToRevokePorts {
  registry: Pick<ModelRegistry, "describe">;
  overview: Pick<Overview, "versions">;
  records: WriteOnceStore;
  revocations: RevocationQueue;
  /** Waits before the records are looked at once more. */
  pause(): Promise<void>;
}

/**
 * What there is to know before an approval is taken back.
 * @returns whether it can be, and what would be served then
 */
export async function beforeRevoking(
  id: ModelPackageId,
  { registry, overview }: AskToRevokePorts,
): Promise<{ isApproved: boolean; says: string }> {
  const version = await registry.describe(id.arn);
  if (version === undefined) return { isApproved: false, says: `${id.arn} isn't in the registry.` };
  const isApproved = version.approvalStatus === "Approved";
  if (!isApproved)
    return { isApproved, says: `${id.arn} is ${version.approvalStatus}; only what is Approved is revoked.` };
  return { isApproved, says: whatIsServed(id, await overview.versions(id.group, "Approved")) };
}

/**
 * Asks revoke, and waits for the record that answers.
 * @param looks how often the records are looked at
 * @returns the record, whose signature is still to be looked at; undefined where none has come
 */
export async function askToRevoke(
  id: ModelPackageId,
  reason: string,
  ports: AskToRevokePorts,
  looks: number,
): Promise<Signed<DecisionRecord> | undefined> {
  const before = new Set(await recordedAttempts(id, ports));
  const messageId = await ports.revocations.send({ modelPackageArn: id.arn, reason });
  for (let look = 0; look < looks; look += 1) {
    if (look > 0) await ports.pause();
    const attempts = (await recordedAttempts(id, ports)).filter((attempt) => !before.has(attempt));
    const records = await recordsAt(id, attempts, ports);
    const answer = records.find(({ body }) => body.kind === "revocation" && isAskedBy(body, messageId));
    if (answer !== undefined) return answer;
    for (const attempt of attempts) before.add(attempt);
  }
  return undefined;
}
