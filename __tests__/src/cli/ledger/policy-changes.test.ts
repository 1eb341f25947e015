import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { catalogue } from "../../../../checks/catalogue";
import { parsePolicy } from "../../../../src/core/policy";
import { policySchema } from "../../../../src/core/policy-schema";
import { sha256 } from "../../../../src/core/verdict";
import { MemoryLedger, recordIn } from "../../../support/ledger-world";
import { arnOf } from "../../../support/registered-version";
import { runGovernance } from "../../../support/run-governance";
import { approvedRecord } from "../../../support/verdict-record";
import { writeLedgerCopy } from "../../../support/write-ledger-copy";

const folder = mkdtempSync(path.join(tmpdir(), "policy-changes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const policyWith = (bound: string) =>
  parsePolicy(
    [
      {
        path: "groups/credit-risk.yaml",
        text: `schemaVersion: 1\nchecks: { model-quality: { thresholds: { binary.auc: ${bound} } } }\n`,
      },
    ],
    policySchema(catalogue),
  );

it("shows no policy whose bytes aren't those of its digest, be it the only one", async () => {
  const of = mkdtempSync(path.join(folder, "changed-"));
  const policy = policyWith("{ min: 0.8 }");
  const ledger = new MemoryLedger();
  const verdict = approvedRecord({ policy: { digest: policy.digest } });
  await recordIn(ledger, verdict, { policy: policy.text.replace("0.8", "0.7"), bundle: "" });
  writeLedgerCopy(of, ledger);
  const { status, out, err } = await runGovernance("ledger", "policy-changes", of);
  expect(err).toContain(`policies/${policy.digest}.json: was changed: its SHA-256 is`);
  expect([status, out]).toEqual([1, ""]);
});

it("names a kept policy that it can't read", async () => {
  const of = mkdtempSync(path.join(folder, "newer-"));
  const text = '{"schemaVersion":2}';
  const ledger = new MemoryLedger();
  await recordIn(ledger, approvedRecord({ policy: { digest: sha256(text) } }), { policy: text, bundle: "" });
  writeLedgerCopy(of, ledger);
  const { status, err } = await runGovernance("ledger", "policy-changes", of);
  expect(err).toMatch(/^governance: policies\/[0-9a-f]{64}.json: a kept policy: expected schemaVersion 1/);
  expect(status).toBe(1);
});

it("lists each change in the order of decisions, also of a policy that came back", async () => {
  const [strict, loose] = [policyWith("{ min: 0.8 }"), policyWith("{ min: 0.7 }")];
  const ledger = new MemoryLedger();
  // In the order of time, which isn't that of keys.
  for (const [version, policy] of [
    [12, strict],
    [3, strict],
    [5, loose],
    [4, strict],
  ] as const) {
    const modelPackageArn = arnOf(`credit-risk/${version}`);
    const verdict = approvedRecord({ modelPackageArn, policy: { digest: policy.digest } });
    await recordIn(ledger, verdict, { policy: policy.text, bundle: "" });
    ledger.minutes(10);
  }
  writeLedgerCopy(folder, ledger);
  const { status, out } = await runGovernance("ledger", "policy-changes", folder);
  const version = (number: number, at: string) =>
    `  first version decided under it: ${arnOf(`credit-risk/${number}`)}, at 2026-11-20T${at}:00.000Z`;
  expect(status).toBe(0);
  expect(out.trimEnd().split("\n")).toEqual([
    `Policy ${strict.digest}`,
    version(12, "10:00"),
    `Policy ${loose.digest}`,
    version(5, "10:20"),
    "  credit-risk: model-quality binary.auc: at least 0.8 -> at least 0.7 (looser)",
    `Policy ${strict.digest}`,
    version(4, "10:30"),
    "  credit-risk: model-quality binary.auc: at least 0.7 -> at least 0.8 (stricter)",
  ]);
});
