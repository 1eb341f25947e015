import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { catalogue } from "../../../checks/catalogue";
import { copyDirectory } from "../../../src/adapters/copy-directory";
import { restorePolicy } from "../../../src/core/policy";
import { policySchema } from "../../../src/core/policy-schema";
import { isJudged } from "../../../src/ledger/decision-record";
import { recordsIn } from "../../../src/ledger/find-records";
import { policyChanges } from "../../../src/ledger/policy-changes";
import { trustedKeys } from "../../../src/ledger/trusted-keys";
import { readVerdict, verifyEvidence } from "../../../src/ledger/verify/evidence";
import { policyText } from "../../../src/ledger/verify/kept";
import { verifyLedger } from "../../../src/ledger/verify/ledger";
import { decisionKeys } from "../../support/record-keys";

const fixtures = path.join(__dirname, "..", "..", "fixtures", "ledger");
const keyOf = (folder: string, name: string) => trustedKeys([readFileSync(path.join(folder, name), "utf8")]);

const KINDS = /-kinds$/;

// What was written once: nothing here is ever written again. A new schema version gets folders of its own.
const names = readdirSync(fixtures);

describe.each(names.filter((name) => !KINDS.test(name)))("a ledger of %s", (name) => {
  const folder = path.join(fixtures, name);
  const copy = copyDirectory(folder);

  it("stays verifiable", async () => {
    const [records, checkpoints] = [keyOf(folder, "records.pem"), keyOf(folder, "checkpoints.pem")];
    const terms = { records: decisionKeys(records), checkpoints, now: new Date("2026-11-20T11:10:00Z") };
    expect(await verifyLedger(copy, terms)).toMatchObject({
      records: 7,
      withoutCheckpoint: 1,
      policies: 1,
      bundles: 1,
    });
    expect(await verifyEvidence(copy)).toMatchObject({ objects: 14 });
  });

  it("stays readable: records, checks.json and policy", async () => {
    const versions: string[] = [];
    for await (const { signed } of recordsIn(copy)) {
      const { body } = signed;
      if (!isJudged(body)) throw new Error(`${signed.name} is no decision of the policy`);
      versions.push(body.modelPackageArn.replace(/.*\//, ""));
      expect((await readVerdict(copy, signed.name, body.verdict)).decision).toBe(body.decision);
      const text = await policyText(copy, body.policy.digest);
      expect(
        restorePolicy(text, body.policy.digest, policySchema(catalogue)).forGroup("credit-risk").requiredEvidence,
      ).toEqual(["model-quality"]);
      expect(policyChanges(text, text)).toEqual([]);
    }
    expect(versions).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
  });
});

// Its records that policy didn't make: by people, by the watcher, and of what was decided before.
describe.each(names.filter((name) => KINDS.test(name)))("a ledger of %s", (name) => {
  const folder = path.join(fixtures, name);
  const copy = copyDirectory(folder);

  it("stays verifiable: revocations with a key of their own", async () => {
    const records = { decisions: keyOf(folder, "records.pem"), revocations: keyOf(folder, "revocations.pem") };
    const terms = { checkpoints: keyOf(folder, "checkpoints.pem"), now: new Date("2026-11-20T10:20:00Z") };
    expect(await verifyLedger(copy, { ...terms, records })).toMatchObject({ records: 6, withoutCheckpoint: 0 });
    expect(await verifyEvidence(copy)).toMatchObject({ objects: 4 });
    const swapped = { decisions: records.decisions, revocations: records.decisions };
    await expect(verifyLedger(copy, { ...terms, records: swapped })).rejects.toThrow("records/credit-risk/2/2.json");
  });

  it("stays readable: who decided what, after what", async () => {
    const read: string[] = [];
    for await (const { signed } of recordsIn(copy)) {
      const { kind, decision, decidedBy, attempt, previous } = signed.body;
      const by = decidedBy.kind === "people" ? decidedBy.people.map((one) => one.name).join() : decidedBy.kind;
      read.push(`${attempt} ${kind} ${decision} ${by} after ${previous?.attempt}`);
    }
    expect(read).toEqual([
      "1 decision Approved policy after undefined",
      "2 decision Rejected ada@example.com after 1",
      "1 decision Approved before after undefined",
      "2 revocation Rejected ada@example.com after 1",
      "1 decision Approved policy after undefined",
      "2 revocation Rejected watcher after 1",
    ]);
  });
});
