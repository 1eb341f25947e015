import { chainOf, linkTo } from "../../../src/ledger/chain";
import type { DecisionRecord } from "../../../src/ledger/decision-record";
import type { Signed } from "../../../src/ledger/signed";
import { ARN, FINGERPRINT } from "../../support/registered-version";

/** A record of that name, which is its SHA-256 too. */
const recorded = (
  name: string,
  attempt: number,
  before?: Signed<DecisionRecord>,
  { binding = true }: { binding?: boolean } = {},
): Signed<DecisionRecord> => ({
  ...{ name, sha256: name, signedText: "", signature: "" },
  body: {
    ...{ schemaVersion: 2, kind: "decision", modelPackageArn: ARN, attempt, fingerprint: FINGERPRINT },
    ...{ decision: "Approved", reason: "because", decidedAt: "2026-11-20T10:20:00.000Z" },
    ...{ decidedBy: { kind: "before" }, binding, previous: before === undefined ? null : linkTo(before) },
    signedWith: { keyArn: "key", publicKeySha256: "c".repeat(64), algorithm: "ECDSA_SHA_256" },
  },
});

const first = recorded("first", 1);
const again = recorded("again", 2, first);
const advice = recorded("advice", 2, first, { binding: false });

describe("a version's records", () => {
  it.each<[string, Signed<DecisionRecord>[], last: string | undefined, inForce: string | undefined]>([
    ["none", [], undefined, undefined],
    ["one", [first], "first", "first"],
    ["one after another, in any order", [again, first], "again", "again"],
    ["one that changes no status", [first, advice], "advice", "first"],
    ["first one that changes no status", [recorded("seen", 1, undefined, { binding: false })], "seen", undefined],
    ["what goes on from advice", [first, advice, recorded("third", 3, advice)], "third", "third"],
    ["two first ones of two attempts: the lower counts", [recorded("second", 2), first], "first", "first"],
    ["two that go on from the same: the lower counts", [first, again, recorded("late", 3, first)], "again", "again"],
    ["one that goes on from a record that isn't there", [first, recorded("lost", 2, again)], "first", "first"],
    ["one that names another attempt", [first, recorded("odd", 2, { ...first, body: again.body })], "first", "first"],
    ["none that is a first one", [again], undefined, undefined],
    [
      "one that goes on from a later attempt",
      [recorded("late", 3), recorded("back", 2, recorded("late", 3))],
      "late",
      "late",
    ],
  ])("%s", (_, records, last, inForce) => {
    const chain = chainOf(records);
    expect([chain?.last.name, chain?.inForce?.name]).toEqual([last, inForce]);
  });
});
