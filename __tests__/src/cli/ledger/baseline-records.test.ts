import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { review } from "../../../../src/stages/review";
import { signingWith } from "../../../support/decide-world";
import { checkpointIn, decideIn, MemoryLedger } from "../../../support/ledger-world";
import { arnOf, registeredVersion } from "../../../support/registered-version";
import { REVIEW_SETTINGS, REVIEWER, ReviewWorld } from "../../../support/review-world";
import { runGovernance } from "../../../support/run-governance";
import { writeLedgerCopy } from "../../../support/write-ledger-copy";

const folder = mkdtempSync(path.join(tmpdir(), "baseline-records-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const TAKEN_OVER = { observedGroups: [], cutOvers: { "credit-risk": "2026-11-20T09:00:00Z" } };
let keys: { recordKey: string; checkpointKey: string };
let now: string;

/** A copy of a ledger with two baselines and a decision of the policy. */
beforeAll(async () => {
  const ledger = new MemoryLedger();
  const { ports } = await ReviewWorld.judged();
  const createdAt = new Date("2026-11-19T10:00:00Z");
  const inLedger = { ...ports, ...signingWith(ledger.signers.records), records: ledger.bucket() };
  for (const [at, approvalStatus] of ["Approved", "PendingManualApproval"].entries()) {
    const modelPackageArn = arnOf(`credit-risk/${at + 1}`);
    ports.registry.set(registeredVersion({ approvalStatus, createdAt }, modelPackageArn));
    const body = { request: "baseline", modelPackageArn, reason: "MR-112", expectedRecordSha256: null };
    const sent = { messageId: `m${at}`, senderId: `${REVIEWER}:bob`, sentAt: ledger.now };
    await review(JSON.stringify(body), sent, inLedger, { ...REVIEW_SETTINGS, ...TAKEN_OVER }, ledger.now);
  }
  await decideIn(ledger, 3);
  ledger.minutes(15);
  await checkpointIn(ledger);
  keys = writeLedgerCopy(folder, ledger);
  now = ledger.now.toISOString();
});

const ledger = (...args: string[]) => runGovernance("ledger", ...args);
const ofVersion = (command: string, version: string, ...more: string[]) =>
  ledger(command, version, folder, "--trusted-key", keys.recordKey, ...more);

it("verify holds for baselines as for any record", async () => {
  const trusted = ["--trusted-key", keys.recordKey, "--checkpoint-key", keys.checkpointKey];
  const { status, out } = await ledger("verify", folder, ...trusted, "--evidence", "--now", now);
  expect([status, out]).toEqual([0, expect.stringMatching(/^The ledger holds: 3 records, 1 checkpoints/)]);
});

it.each([
  ["credit-risk/1", "Approved"],
  ["credit-risk/2", "PendingManualApproval"],
])("show says who decided on %s, and that it holds", async (version, decision) => {
  const { status, out } = await ofVersion("show", version, "--now", now);
  expect(status).toBe(0);
  expect(out).toMatch(new RegExp(`^${decision}: credit-risk version \\d\n`));
  expect(out).toContain("decided     before 2026-11-20T10:00:00.000Z, when it was recorded, by whoever decided before");
  expect(out).toContain(`why         ${decision} before this ledger; recorded as bob asked (MR-112)\n`);
  expect(out).not.toContain("recorded only");
});

it("rederive says that there is nothing to judge again", async () => {
  const { status, out, err } = await ofVersion("rederive", "credit-risk/1");
  expect([status, out]).toEqual([2, ""]);
  expect(err).toContain(
    "records/credit-risk/1/1.json isn't the policy's decision but of whoever decided before this ledger; nothing was judged, so there is nothing to judge again",
  );
});

it("export has a line for each, without what only a judgement has", async () => {
  const { out } = await ledger("export", folder, "--format", "csv");
  const [header = "", ...rows] = out.trimEnd().split("\r\n");
  const column = (name: string) => rows.map((row) => row.split(",")[header.split(",").indexOf(name)]);
  expect(column("decidedBy")).toEqual(["before", "before", "policy"]);
  expect(column("decision")).toEqual(["Approved", "PendingManualApproval", "Approved"]);
  expect(column("policyDigest").slice(0, 2)).toEqual(["", ""]);
});

it("policy-changes passes them by", async () => {
  const { status, out } = await ledger("policy-changes", folder);
  expect([status, out]).toEqual([0, expect.stringContaining(`first version decided by it: ${arnOf("credit-risk/3")}`)]);
});
