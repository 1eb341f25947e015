import type { ModelPackageId } from "../contract/arn";
import type { ModelRegistry } from "../core/ports";
import type { RecordChain } from "../ledger/chain";
import { isBaseline } from "../ledger/decision-record";
import { LedgerError } from "../ledger/signed";
import { isSetBy } from "./apply-record";
import { chainOfVersion, type RecordPorts } from "./version-records";

export interface VerifyPorts extends RecordPorts {
  registry: Pick<ModelRegistry, "describe">;
}

/** What was looked at, and whether it is as it must be before the version is deployed. */
export interface Verified {
  point: "version" | "records" | "decision" | "status" | "content";
  says: string;
  holds: boolean;
}

/**
 * Verifies that a version is Approved by its record in force, or was when its baseline was recorded, and is what that
 * record is about. It may be deployed where every point holds; what can't be told isn't among them.
 * @throws what is a fault of ours, such as a refused call
 */
export async function verifyVersion(id: ModelPackageId, ports: VerifyPorts): Promise<Verified[]> {
  const version = await ports.registry.describe(id.arn);
  if (version === undefined) return [{ point: "version", says: `${id.arn} isn't in the registry`, holds: false }];
  const chain = await believedChain(id, ports);
  if (typeof chain === "string") return [{ point: "records", says: chain, holds: false }];
  const { records, inForce } = chain;
  const signed: Verified = {
    point: "records",
    says: `${records.length} of it, one after another, signed by keys that are believed`,
    holds: true,
  };
  if (inForce === undefined)
    return [signed, { point: "decision", says: "recorded only; no record binds the registry", holds: false }];
  const { body, name, sha256 } = inForce;
  const { approvalStatus, fingerprint } = version;
  const isBefore = isBaseline(body);
  const isApplied = isBefore || isSetBy(version, inForce);
  return [
    signed,
    {
      point: "decision",
      says: `${body.decision} ${isBefore ? "before this ledger, as found " : ""}at ${body.decidedAt} by ${name}, SHA-256 ${sha256}`,
      holds: body.decision === "Approved",
    },
    {
      point: "status",
      says: `${approvalStatus}${isBefore ? "" : isApplied ? ", set by that record" : "; it isn't that record that set it"}`,
      holds: approvalStatus === "Approved" && isApplied,
    },
    fingerprint === body.fingerprint
      ? { point: "content", says: `what was decided on: fingerprint ${fingerprint}`, holds: true }
      : {
          point: "content",
          says: `changed since: its fingerprint is ${fingerprint}, the record says ${body.fingerprint}`,
          holds: false,
        },
  ];
}

/** @returns why it isn't believed, where that is so */
async function believedChain(id: ModelPackageId, ports: VerifyPorts): Promise<RecordChain | string> {
  try {
    return (await chainOfVersion(id, ports)) ?? "it has no decision record";
  } catch (error) {
    if (error instanceof LedgerError) return error.message;
    throw error;
  }
}
