import type { Decision } from "../../../src/core/verdict";
import { chainOf, linkTo } from "../../../src/ledger/chain";
import type { DecisionRecord } from "../../../src/ledger/decision-record";
import type { Signed } from "../../../src/ledger/signed";
import { METADATA } from "../../../src/stages/apply-record";
import { whatIsWrong } from "../../../src/stages/as-recorded";
import { ARN, FINGERPRINT, registeredVersion } from "../../support/registered-version";

/** A version's records, the policy's, of these decisions; the SHA-256 of each is its attempt. */
function chainOfDecisions(decisions: readonly Decision[]) {
  const records: Signed<DecisionRecord>[] = [];
  for (const [at, decision] of decisions.entries()) {
    const last = records.at(-1);
    records.push({
      ...{ name: `${at + 1}.json`, sha256: String(at + 1), signedText: "", signature: "" },
      body: {
        ...{ schemaVersion: 2, kind: "decision", modelPackageArn: ARN, attempt: at + 1, fingerprint: FINGERPRINT },
        ...{ decision, reason: "because", decidedAt: "2026-11-20T10:20:00.000Z", binding: true },
        decidedBy: { kind: "policy", executionId: "e" },
        previous: last === undefined ? null : linkTo(last),
        signedWith: { keyArn: "key", publicKeySha256: "c".repeat(64), algorithm: "ECDSA_SHA_256" },
      },
    });
  }
  return chainOf(records);
}

/** Records are of 10:20. */
const [SOON, LATER] = [new Date("2026-11-20T10:25:00Z"), new Date("2026-11-20T11:20:00Z")];
const REVIEW = "PendingManualApproval";

describe("a version that its last record leaves to people, where they decide on record", () => {
  it.each<[string, Decision[], status: string, setBy: string, wrong: string | undefined]>([
    ["and somebody approved by hand", [REVIEW], "Approved", "", "otherwise-Approved-1"],
    ["and somebody rejected by hand", [REVIEW], "Rejected", "", "otherwise-Rejected-1"],
    ["for the second time, and somebody approved by hand", [REVIEW, REVIEW], "Approved", "", "otherwise-Approved-2"],
    ["is as the record before that set it", ["Rejected", REVIEW], "Rejected", "1", undefined],
    ["had that status, and somebody set it anew", ["Rejected", REVIEW], "Rejected", "", "otherwise-Rejected-2"],
    ["had another status, and somebody approved", ["Rejected", REVIEW], "Approved", "1", "otherwise-Approved-2"],
  ])("%s", (_, decisions, approvalStatus, setBy, wrong) => {
    const customerMetadata = new Map(setBy === "" ? [] : [[METADATA.recordSha256, setBy]]);
    const version = registeredVersion({ approvalStatus, customerMetadata });
    const compare = (peopleOnRecord: boolean) =>
      whatIsWrong(version, chainOfDecisions(decisions), { records: decisions.length, peopleOnRecord, now: LATER });
    const found = compare(true);
    expect(found.is === "wrong" ? found.noted : undefined).toBe(wrong);
    // What was noted as right when people decided by hand stays so.
    expect(found.is === "wrong" ? found.unless : undefined).toBe(wrong?.replace("otherwise", "as"));
    expect(compare(false)).toEqual({ is: "as recorded" });
  });
});

describe("a version to which its last record isn't applied", () => {
  const OTHER = "e".repeat(64);
  it.each<[string, Decision[], status: Decision, setBy: string, string | undefined, Date, object]>([
    ["just written", ["Approved", "Rejected"], "Approved", "1", undefined, SOON, { is: "under way" }],
    [
      "long written, and it is as the record before left it",
      ["Approved", "Rejected"],
      ...(["Approved", "1", undefined, LATER] as const),
      { is: "wrong", noted: "otherwise-Approved-2", unapplied: "as before" },
    ],
    ["says the same", ["Approved", "Approved"], "Approved", "1", undefined, LATER, { is: "under way" }],
    [
      "says the same, and the version was changed",
      ["Approved", "Approved"],
      ...(["Approved", "1", OTHER, LATER] as const),
      { is: "wrong", noted: `altered-${OTHER}`, unapplied: "otherwise" },
    ],
    [
      "was, until somebody changed the version and took its way to the record away",
      ["Approved", "Approved"],
      ...(["Approved", "", OTHER, LATER] as const),
      { is: "wrong", noted: `altered-${OTHER}`, unapplied: "otherwise" },
    ],
    [
      "was, until somebody approved",
      ["Approved", "Rejected"],
      ...(["Approved", "", undefined, LATER] as const),
      { is: "wrong", noted: "otherwise-Approved-2", unapplied: "otherwise" },
    ],
  ])("%s", (_, decisions, approvalStatus, setBy, fingerprint, now, expected) => {
    const customerMetadata = new Map(setBy === "" ? [] : [[METADATA.recordSha256, setBy]]);
    const version = registeredVersion({ approvalStatus, customerMetadata, ...(fingerprint && { fingerprint }) });
    const options = { records: decisions.length, peopleOnRecord: true, now };
    expect(whatIsWrong(version, chainOfDecisions(decisions), options)).toMatchObject(expected);
  });
});

describe("where a team's own metadata leave no room for the way to the record, a status that is the record's is as recorded", () => {
  const full = (size: number) => new Map(Array.from({ length: size }, (_, at) => [`team-${at}`, "x"]));
  it.each<[string, number, Decision, string, object]>([
    ["no room", 50, "Approved", "Approved", { is: "as recorded" }],
    ["room", 49, "Approved", "Approved", { is: "wrong", noted: "unmarked-Approved-1" }],
    ["no room, and another status", 50, "Rejected", "Approved", { is: "wrong", noted: "otherwise-Approved-1" }],
    ["no room, left to people, who decide on record", 50, REVIEW, "Approved", { is: "wrong" }],
  ])("%s", (_, size, decision, approvalStatus, expected) => {
    const version = registeredVersion({ approvalStatus, customerMetadata: full(size) });
    const terms = { records: 1, peopleOnRecord: true, now: LATER };
    expect(whatIsWrong(version, chainOfDecisions([decision]), terms)).toMatchObject(expected);
  });
});
