import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { catalogue } from "../../../checks/catalogue";
import { copyDirectory } from "../../../src/adapters/copy-directory";
import { policyText } from "../../../src/cli/ledger/kept";
import { restorePolicy } from "../../../src/core/policy";
import { policySchema } from "../../../src/core/policy-schema";
import { isJudged } from "../../../src/ledger/decision-record";
import { recordsIn } from "../../../src/ledger/find-records";
import { policyChanges } from "../../../src/ledger/policy-changes";
import { trustedKeys } from "../../../src/ledger/trusted-keys";
import { readVerdict, verifyEvidence } from "../../../src/ledger/verify/evidence";
import { verifyLedger } from "../../../src/ledger/verify/ledger";
import { decisionKeys } from "../../support/record-keys";

const fixtures = path.join(__dirname, "..", "..", "fixtures", "ledger");
const keyOf = (folder: string, name: string) => trustedKeys([readFileSync(path.join(folder, name), "utf8")]);

// What was written once: nothing here is ever written again. A new schema version gets a folder of its own.
describe.each(readdirSync(fixtures))("a ledger of %s", (name) => {
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
