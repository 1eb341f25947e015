import type { RecordKeys } from "../../src/ledger/decision-record";
import type { TrustedKeys } from "../../src/ledger/signed";

/** Keys where nothing may revoke. */
export const decisionKeys = (decisions: TrustedKeys): RecordKeys => ({ decisions, revocations: new Map() });
