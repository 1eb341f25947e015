import { sha256 } from "../../../src/core/verdict";
import { type Signer, seal } from "../../../src/ledger/signed";
import type { VerifyTerms } from "../../../src/ledger/verify/terms";
import { MemorySigner } from "../../support/decide-world";
import { firstBrokenLink } from "../../support/first-broken-link";
import {
  checkpointIn,
  decideIn,
  linkIn,
  type MemoryLedger,
  POLICY_TEXT,
  personDecidesIn,
  smallLedger,
} from "../../support/ledger-world";
import { decisionKeys } from "../../support/record-keys";

const RECORD = "records/credit-risk/3/1.json";
const checkpointKeyOf = (number: number) => `checkpoints/00000000${number}.json`;
const REPORT = "s3://mg-evidence-111122223333-us-east-1/reports/2.json";
const LATER = new Date("2026-11-21T12:00:00Z");

/** The key of records, in the hands of someone who continues the chain of checkpoints with it. */
const continuing = ({ signers: { records, checkpoints } }: MemoryLedger): Signer => ({
  key: () => records.key(),
  sign: (text) => records.sign(text),
  trusted: () => checkpoints.trusted(),
});

/** Writes a signed document anew, by whoever has no key. */
function edit(ledger: MemoryLedger, key: string, from: string, to: string): void {
  const kept = ledger.get(key);
  const text = String(kept.bytes);
  if (!text.includes(from)) throw new Error(`${key} has no ${from}`);
  kept.bytes = Buffer.from(text.replace(from, to));
}

interface Tampering {
  name: string;
  tamper(ledger: MemoryLedger): unknown;
  terms?: Partial<VerifyTerms>;
  broken: RegExp;
}

const TAMPERINGS: Tampering[] = [
  {
    name: "a record's bytes changed",
    tamper: (ledger) => edit(ledger, RECORD, "Approved", "Rejected"),
    broken: /^records\/credit-risk\/3\/1.json its signature doesn't hold/,
  },
  {
    name: "a record written with blanks",
    tamper: (ledger) => edit(ledger, RECORD, '{"body":', '{"body": '),
    broken: /^records\/credit-risk\/3\/1.json isn't canonical JSON/,
  },
  {
    name: "a record removed",
    tamper: (ledger) => ledger.remove(RECORD),
    broken:
      /^records\/credit-risk\/3\/1.json is missing: checkpoints\/000000002.json has it, as version v\d+ with the SHA-256/,
  },
  {
    name: "the last record that a checkpoint has removed",
    tamper: (ledger) => ["6", "7"].map((version) => ledger.remove(`records/credit-risk/${version}/1.json`)),
    broken: /^records\/credit-risk\/6\/1.json is missing: checkpoints\/000000003.json has it/,
  },
  {
    name: "a newer version over a record",
    tamper: (ledger) => ledger.put(RECORD, ledger.get(RECORD).bytes),
    broken: /^records\/credit-risk\/3\/1.json has 2 versions, expected one: v\d+ of .* lies over v\d+/,
  },
  {
    name: "a record replaced by another version of the same bytes",
    tamper(ledger) {
      const { bytes } = ledger.get(RECORD);
      ledger.remove(RECORD);
      ledger.put(RECORD, bytes);
    },
    broken:
      /^records\/credit-risk\/3\/1.json was replaced: checkpoints\/000000002.json has version v\d+, here is version v\d+/,
  },
  {
    name: "a record signed anew by the same key",
    async tamper(ledger) {
      const { versionId } = ledger.get(RECORD);
      ledger.remove(RECORD);
      await decideIn(ledger, 3);
      ledger.get(RECORD).versionId = versionId;
    },
    broken: /^records\/credit-risk\/3\/1.json was changed: checkpoints\/000000002.json has the SHA-256/,
  },
  {
    name: "a delete marker over a record",
    tamper: (ledger) => ledger.put(RECORD, undefined),
    broken: /^records\/credit-risk\/3\/1.json has a delete marker, v\d+ of 2026/,
  },
  {
    name: "a record removed before a checkpoint had it, from which another goes on",
    async tamper(ledger) {
      const key = await decideIn(ledger, 8);
      await personDecidesIn(ledger, 8, 2, linkIn(ledger, key));
      ledger.remove(key);
    },
    broken:
      /^records\/credit-risk\/8\/2.json goes on from attempt 1, records\/credit-risk\/8\/1.json, which isn't there/,
  },
  {
    name: "a record decided in time to come, without a checkpoint",
    async tamper(ledger) {
      ledger.minutes(30);
      await decideIn(ledger, 8);
      ledger.minutes(-30);
    },
    broken: /^records\/credit-risk\/8\/1.json says that it was decided at .*, after 2026/,
  },
  {
    name: "a record decided after its checkpoint",
    async tamper(ledger) {
      ledger.minutes(30);
      await decideIn(ledger, 8);
      ledger.minutes(-30);
      await checkpointIn(ledger);
    },
    broken: /^records\/credit-risk\/8\/1.json says that it was decided at .*, after its checkpoint/,
  },
  {
    name: "a record of another execution than its checks.json",
    async tamper(ledger) {
      const kept = ledger.get(await decideIn(ledger, 8));
      const { body } = JSON.parse(String(kept.bytes));
      const decidedBy = { ...body.decidedBy, executionId: "another" };
      kept.bytes = Buffer.from(await seal({ ...body, decidedBy }, ledger.signers.records));
    },
    broken: /^records\/credit-risk\/8\/1.json says other decidedBy.executionId than s3:/,
  },
  {
    name: "a record at another version's key",
    tamper: (ledger) => ledger.put("records/credit-risk/8/1.json", ledger.get(RECORD).bytes),
    broken:
      /^records\/credit-risk\/8\/1.json is the record of attempt 1 of .*credit-risk\/3, and lies at another's key/,
  },
  {
    name: "a record signed by a key that nobody trusts",
    tamper: (ledger) => decideIn(ledger, 8, new MemorySigner()),
    broken: /^records\/credit-risk\/8\/1.json is signed with the key [0-9a-f]{64}, which isn't among the 1 trusted/,
  },
  {
    name: "a record signed by the key of checkpoints",
    tamper: (ledger) => decideIn(ledger, 8, ledger.signers.checkpoints),
    broken: /^records\/credit-risk\/8\/1.json is signed with the key/,
  },
  {
    name: "a checkpoint signed by the key of records",
    async tamper(ledger) {
      ledger.remove(checkpointKeyOf(3));
      await checkpointIn(ledger, continuing(ledger));
    },
    broken: /^checkpoints\/000000003.json is signed with the key/,
  },
  {
    name: "all records of another key",
    tamper: () => undefined,
    terms: { records: decisionKeys(new Map()) },
    broken: /^records\/credit-risk\/1\/1.json is signed with the key .* isn't among the 0 trusted/,
  },
  {
    name: "all checkpoints of another key",
    tamper: () => undefined,
    terms: { checkpoints: new Map() },
    broken: /^checkpoints\/000000001.json is signed with the key .* isn't among the 0 trusted/,
  },
  {
    name: "a checkpoint in the middle removed",
    tamper: (ledger) => ledger.remove(checkpointKeyOf(2)),
    broken: /^checkpoints\/000000002.json is missing: the next checkpoint that is there is checkpoints\/000000003.json/,
  },
  {
    name: "the first checkpoint removed",
    tamper: (ledger) => ledger.remove(checkpointKeyOf(1)),
    broken: /^checkpoints\/000000001.json is missing: the next/,
  },
  {
    name: "the last checkpoint removed, of which an earlier audit knows",
    tamper: (ledger) => ledger.remove(checkpointKeyOf(3)),
    terms: { known: { number: 3 } },
    broken:
      /^checkpoints\/000000003.json is missing: the last checkpoint that is there is 2, and an earlier audit saw 3; the tail was cut off/,
  },
  {
    name: "the last checkpoint and its records removed, long after",
    tamper(ledger) {
      ledger.remove(checkpointKeyOf(3));
      for (const version of [4, 5, 6, 7]) ledger.remove(`records/credit-risk/${version}/1.json`);
    },
    terms: { now: LATER },
    broken: /^checkpoints\/000000002.json is the last checkpoint, of .* and older than 25 hours/,
  },
  {
    name: "the last checkpoint removed, its records left",
    async tamper(ledger) {
      ledger.minutes(60);
      ledger.remove(checkpointKeyOf(3));
    },
    broken: /^records\/credit-risk\/4\/1.json is in no checkpoint, though it was decided at/,
  },
  {
    name: "all checkpoints removed",
    tamper: (ledger) => [1, 2, 3].map((number) => ledger.remove(checkpointKeyOf(number))),
    broken: /^checkpoints\/000000001.json is missing: there is no checkpoint at all/,
  },
  {
    name: "a checkpoint's number changed",
    tamper: (ledger) => edit(ledger, checkpointKeyOf(2), '"number":2', '"number":9'),
    broken: /^checkpoints\/000000002.json its signature doesn't hold/,
  },
  {
    name: "a checkpoint at another number's key",
    tamper: (ledger) => ledger.put(checkpointKeyOf(4), ledger.get(checkpointKeyOf(3)).bytes),
    broken: /^checkpoints\/000000004.json says that it is number 3, expected 4/,
  },
  {
    name: "a key that is no checkpoint's",
    tamper: (ledger) => ledger.put("checkpoints/latest.json", "{}"),
    broken: /^checkpoints\/latest.json is no checkpoint's key; expected checkpoints\/000000004.json/,
  },
  {
    name: "a newer version over a checkpoint",
    tamper: (ledger) => ledger.put(checkpointKeyOf(1), ledger.get(checkpointKeyOf(1)).bytes),
    broken: /^checkpoints\/000000001.json has 2 versions/,
  },
  {
    name: "a delete marker over a checkpoint",
    tamper: (ledger) => ledger.put(checkpointKeyOf(3), undefined),
    broken: /^checkpoints\/000000003.json has a delete marker/,
  },
  {
    name: "the chain written anew by the same key",
    async tamper(ledger) {
      for (const number of [3, 2, 1]) ledger.remove(checkpointKeyOf(number));
      await checkpointIn(ledger);
    },
    terms: { known: { number: 1, sha256: "0".repeat(64) } },
    broken:
      /^checkpoints\/000000001.json has the SHA-256 [0-9a-f]{64}, and had 0+ at an earlier audit: the chain was written anew/,
  },
  {
    name: "the copy made before the last checkpoint",
    tamper: () => undefined,
    terms: { now: new Date("2026-11-20T09:00:00Z") },
    broken: /^checkpoints\/000000003.json was taken at .*, after 2026-11-20T09:00:00.000Z/,
  },
  {
    name: "a byte of a report flipped",
    tamper: (ledger) => ledger.cite(REPORT, "e2", Buffer.from('{"accuracy":0.93}')),
    broken: /^s3:\/\/mg-evidence-111122223333-us-east-1\/reports\/2.json was changed: version e2 has the SHA-256/,
  },
  {
    name: "a report removed",
    tamper: (ledger) => ledger.cited.delete(`${REPORT} e2`),
    broken: /^s3:.*reports\/2.json is cited by records\/credit-risk\/2\/1.json, and its version e2 isn't in the copy/,
  },
  {
    name: "a policy changed",
    tamper: (ledger) => edit(ledger, `policies/${sha256(POLICY_TEXT)}.json`, "60", "61"),
    broken: /^policies\/[0-9a-f]{64}.json was changed: its SHA-256 is/,
  },
  {
    name: "a policy removed",
    tamper: (ledger) => ledger.remove(`policies/${sha256(POLICY_TEXT)}.json`),
    broken: /^policies\/[0-9a-f]{64}.json is missing: records were decided by it/,
  },
  {
    name: "a definition changed",
    tamper: (ledger) => ledger.put(`definitions/${sha256("{}")}.json`, "[]"),
    broken: /^definitions\/[0-9a-f]{64}.json was changed: its SHA-256 is/,
  },
  {
    name: "a definition deleted",
    tamper: (ledger) => {
      const key = `definitions/${sha256("{}")}.json`;
      ledger.put(key, "{}");
      ledger.put(key, undefined);
    },
    broken: /^definitions\/[0-9a-f]{64}.json has a delete marker/,
  },
  {
    name: "what doesn't belong there",
    tamper: (ledger) => ledger.put("notes.txt", "hello"),
    broken: /^notes.txt doesn't belong here/,
  },
];

describe("the first broken link", () => {
  it("isn't there in a ledger as it was written", async () => {
    const ledger = await smallLedger();
    expect(await firstBrokenLink(ledger)).toBeUndefined();
    // A definition that was deployed again after another one.
    for (const text of ["{}", "{}"]) ledger.put(`definitions/${sha256("{}")}.json`, text);
    expect(await firstBrokenLink(ledger)).toBeUndefined();
  });

  it.each(TAMPERINGS)("$name", async ({ tamper, terms = {}, broken }) => {
    const ledger = await smallLedger();
    await tamper(ledger);
    expect(await firstBrokenLink(ledger, terms)).toMatch(broken);
  });
});
