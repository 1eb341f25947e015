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

const versionAt = (version: string, at: string) => `${arnOf(version)}, at 2026-11-20T${at}:00.000Z`;
const underIt = (version: string, at: string) => `    first version decided under it: ${versionAt(version, at)}`;

/** A policy of groups with a file of their own, and of all others. */
const policyOf = (bounds: Record<string, string>, deadline = 60) =>
  parsePolicy(
    Object.entries(bounds).map(([name, bound]) => ({
      path: name === "organisation" ? "organisation.yaml" : `groups/${name}.yaml`,
      text: `schemaVersion: 1\n${name === "organisation" ? `evidenceDeadlineMinutes: ${deadline}\n` : ""}checks: { model-quality: { thresholds: { binary.auc: { min: ${bound} } } } }\n`,
    })),
    policySchema(catalogue),
  );

/** Decisions of different groups, ten minutes apart. @returns what is printed, without policies' digests */
async function changesAfter(decided: readonly (readonly [version: string, policy: ReturnType<typeof policyOf>])[]) {
  const of = mkdtempSync(path.join(folder, "groups-"));
  const ledger = new MemoryLedger();
  for (const [version, policy] of decided) {
    const verdict = approvedRecord({ modelPackageArn: arnOf(version), policy: { digest: policy.digest } });
    await recordIn(ledger, verdict, { policy: policy.text, bundle: "" });
    // It lies at its own group's key.
    const last = ledger.kept.at(-1);
    if (last !== undefined) last.key = `records/${version}/1.json`;
    ledger.minutes(10);
  }
  writeLedgerCopy(of, ledger);
  const { out } = await runGovernance("ledger", "policy-changes", of);
  return out
    .trimEnd()
    .split("\n")
    .filter((line) => /^ {2}/.test(line) && !line.includes("decided by it"));
}

describe("the first version decided under a change", () => {
  const LOOSER = "model-quality binary.auc: at least 0.8 -> at least 0.7 (looser)";
  const first = policyOf({ organisation: "0.8", "credit-risk": "0.8", fraud: "0.8" });
  const looser = policyOf({ organisation: "0.7", "credit-risk": "0.7", fraud: "0.8" });

  it("is of the group whose bound it is, and of a group without a file where it is the organisation's", async () => {
    const decided = [
      ...[["credit-risk/1", first] as const, ["fraud/1", looser] as const],
      ...[["credit-risk/2", looser] as const, ["other/1", looser] as const],
    ];
    expect(await changesAfter(decided)).toEqual([
      ...[`  groups without a file of their own: ${LOOSER}`, underIt("other/1", "10:30")],
      ...[`  credit-risk: ${LOOSER}`, underIt("credit-risk/2", "10:20")],
    ]);
  });

  it("is of any group where all are concerned", async () => {
    const later = policyOf({ organisation: "0.8", "credit-risk": "0.8", fraud: "0.8" }, 45);
    expect(await changesAfter([["credit-risk/1", first] as const, ["fraud/1", later] as const])).toEqual([
      ...["  all groups: evidenceDeadlineMinutes: 60 -> 45", underIt("fraud/1", "10:10")],
    ]);
  });

  it("may come after another change, and isn't there where the same was changed back before", async () => {
    const both = policyOf({ organisation: "0.7", "credit-risk": "0.7", fraud: "0.9" });
    const after = [["fraud/1", looser] as const, ["fraud/2", both] as const, ["credit-risk/2", both] as const];
    expect(await changesAfter([["credit-risk/1", first] as const, ...after])).toEqual(
      expect.arrayContaining([`  credit-risk: ${LOOSER}`, underIt("credit-risk/2", "10:30")]),
    );
    const back = [["fraud/1", looser] as const, ["credit-risk/2", first] as const];
    const lines = await changesAfter([["credit-risk/1", first] as const, ...back]);
    expect(lines[lines.indexOf(`  credit-risk: ${LOOSER}`) + 1]).toBe("    first version decided under it: none");
  });
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
  const by = (number: number, at: string) => `  first version decided by it: ${versionAt(`credit-risk/${number}`, at)}`;
  const under = (number: number, at: string) => underIt(`credit-risk/${number}`, at);
  expect(status).toBe(0);
  expect(out.trimEnd().split("\n")).toEqual([
    `Policy ${strict.digest}`,
    by(12, "10:00"),
    `Policy ${loose.digest}`,
    by(5, "10:20"),
    "  credit-risk: model-quality binary.auc: at least 0.8 -> at least 0.7 (looser)",
    under(5, "10:20"),
    `Policy ${strict.digest}`,
    by(4, "10:30"),
    "  credit-risk: model-quality binary.auc: at least 0.7 -> at least 0.8 (stricter)",
    under(4, "10:30"),
  ]);
});
