import type { Input } from "@pulumi/pulumi";
import type { LedgerStore } from "./ledger-store";
import type { GovernanceConfig } from "./stack-config";

/** Variables of a process that looks at the signatures of records. */
export interface RecordKeyValues {
  RECORD_KEY_ARN: Input<string>;
  FORMER_RECORD_KEY_ARNS: string[];
  REVOCATION_KEY_ARN: Input<string>;
  FORMER_REVOCATION_KEY_ARNS: string[];
}

/** The keys that sign and signed decisions and revocations. */
export const recordKeyValues = (
  { signingKeys: { former } }: GovernanceConfig,
  ledger: Pick<LedgerStore, "recordSigningKeyArn" | "revocationSigningKeyArn">,
): RecordKeyValues => ({
  RECORD_KEY_ARN: ledger.recordSigningKeyArn,
  FORMER_RECORD_KEY_ARNS: [...former.records],
  REVOCATION_KEY_ARN: ledger.revocationSigningKeyArn,
  FORMER_REVOCATION_KEY_ARNS: [...former.revocations],
});
