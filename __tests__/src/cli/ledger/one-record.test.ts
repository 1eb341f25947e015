import { readFileSync, writeFileSync } from "node:fs";
import { keptPromptSetKey } from "../../../../src/contract/names";
import { sha256 } from "../../../../src/core/verdict";
import { firstBrokenLink } from "../../../support/first-broken-link";
import { fileOf, LEDGER, NOW, ownFolders, RECORD_KEY } from "../../../support/fixture-copy";
import { checkpointIn, MemoryLedger, POLICY_TEXT, personDecidesIn, recordIn } from "../../../support/ledger-world";
import { arnOf } from "../../../support/registered-version";
import { runGovernance } from "../../../support/run-governance";
import { approvedRecord } from "../../../support/verdict-record";
import { writeLedgerCopy } from "../../../support/write-ledger-copy";

const { folder, copy } = ownFolders();

const KEY = ["--trusted-key", RECORD_KEY];

describe.each(["show", "rederive"])("governance ledger %s", (command) => {
  it.each([
    ["Region", "arn:aws:sagemaker:eu-west-1:444455556666:model-package/credit-risk/3"],
    ["account", "arn:aws:sagemaker:us-east-1:444455556667:model-package/credit-risk/3"],
    ["partition", "arn:aws-cn:sagemaker:us-east-1:444455556666:model-package/credit-risk/3"],
  ])("says that the copy is of another %s than the ARN", async (_, arn) => {
    const { status, out, err } = await runGovernance("ledger", command, arn, LEDGER, ...KEY);
    expect(err).toContain(`is of ${arnOf("credit-risk/3")}, not of ${arn}`);
    expect([status, out]).toEqual([2, ""]);
  });
});

describe("governance ledger show", () => {
  it("says first of all that a record doesn't hold", async () => {
    const of = copy();
    const file = fileOf(of, "objects", "records", "credit-risk", "3", "1.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('"attempt":1', '"attempt":2'));
    const { status, out } = await runGovernance("ledger", "show", "credit-risk/3", of, ...KEY);
    const [first = ""] = out.split("\n");
    expect(first).toMatch(/^This record doesn't hold: signature: .* its signature doesn't hold/);
    expect(first).toMatch(/; key: .* is the record of attempt 2 of .*, and lies at another's key/);
    expect(first).toMatch(/; checkpoint: /);
    expect(out.indexOf("Approved")).toBeGreaterThan(first.length);
    expect(status).toBe(1);
  });

  it("says nothing of the kind where all of it holds, for programs neither", async () => {
    const shown = (...more: string[]) => runGovernance("ledger", "show", "credit-risk/3", LEDGER, ...KEY, ...more);
    expect((await shown()).out).not.toContain("doesn't hold");
    expect(JSON.parse((await shown("--format", "json")).out)).toMatchObject({ holds: true });
  });

  it("shows one attempt, or all", async () => {
    const of = folder();
    const ledger = new MemoryLedger();
    const modelPackageArn = arnOf("credit-risk/7");
    const madeWith = { policy: POLICY_TEXT, bundle: "" };
    const made = { policy: { digest: sha256(POLICY_TEXT) }, checks: { imageDigest: "i", bundleSha256: sha256("") } };
    for (const attempt of [1, 2])
      await recordIn(
        ledger,
        approvedRecord({ modelPackageArn, attempt, executionId: `e${attempt}`, ...made }),
        madeWith,
      );
    const { recordKey } = writeLedgerCopy(of, ledger);
    const attempts = async (...more: string[]) => {
      const { out } = await runGovernance("ledger", "show", "credit-risk/7", of, "--trusted-key", recordKey, ...more);
      return [...out.matchAll(/^ {2}attempt +(\d)$/gm)].map(([, attempt]) => attempt);
    };
    expect(await attempts()).toEqual(["1", "2"]);
    expect(await attempts("--attempt", "2")).toEqual(["2"]);
    const none = await runGovernance("ledger", "show", "credit-risk/3", LEDGER, ...KEY, ...NOW, "--attempt", "2");
    expect([none.status, none.err]).toEqual([2, expect.stringContaining("no record of attempt 2 of credit-risk")]);
  });

  it("shows one attempt where another can't be read, and says so; all it shows only where all can", async () => {
    const [of, ledger] = [folder(), new MemoryLedger()];
    await personDecidesIn(ledger, 7, 1, null);
    ledger.put("records/credit-risk/7/2.json", "hello");
    const { recordKey } = writeLedgerCopy(of, ledger);
    const now = ["--now", ledger.now.toISOString()];
    const show = (...more: string[]) =>
      runGovernance("ledger", "show", "credit-risk/7", of, "--trusted-key", recordKey, ...now, ...more);
    const why = "records/credit-risk/7/2.json: is no JSON";
    const { status, out } = await show("--attempt", "1");
    expect(out).toContain(`  in force    can't be told: another record of this version can't be read: ${why}\n`);
    expect([status, out]).toEqual([1, expect.not.stringContaining("doesn't hold")]);
    expect(JSON.parse((await show("--attempt", "1", "--format", "json")).out)).toMatchObject({
      ...{ holds: true, isInForce: null, inForce: null, unreadable: [why] },
    });
    for (const more of [[], ["--attempt", "2"]])
      expect(await show(...more)).toMatchObject({ status: 1, out: "", err: expect.stringContaining(why) });
  });

  it("says which of a version's records is in force", async () => {
    const [of, ledger] = [folder(), new MemoryLedger()];
    const first = await personDecidesIn(ledger, 7, 1, null);
    await personDecidesIn(ledger, 7, 2, first);
    // It went on from the same, and came second.
    await personDecidesIn(ledger, 7, 3, first);
    const { recordKey, checkpointKey } = writeLedgerCopy(of, ledger);
    const inForce = async (key: string, ...more: string[]) => {
      const { out } = await runGovernance("ledger", "show", "credit-risk/7", of, "--trusted-key", key, ...more);
      return [...out.matchAll(/^ {2}in force +(.*)$/gm)].map(([, says]) => says);
    };
    const other = expect.stringMatching(/^no: that of attempt 2 is, Approved at 2026-/);
    const own = "this record, the last of this version that the registry is to say";
    expect(await inForce(recordKey)).toEqual([other, own, other]);
    expect(await inForce(recordKey, "--attempt", "3")).toEqual([other]);
    expect(await inForce(checkpointKey, "--attempt", "2")).toEqual(["no record of this version is"]);
  });

  it("says so for programs too, and that a checkpoint names it which isn't verified here", async () => {
    const { out } = await runGovernance("ledger", "show", "credit-risk/3", LEDGER, ...KEY, "--format", "json");
    const { key, isInForce, inForce, points } = JSON.parse(out);
    expect([isInForce, inForce]).toEqual([true, key]);
    const says = expect.stringMatching(/^checkpoints\/\d{9}.json of .* names it; .*governance ledger verify$/);
    expect(points).toContainEqual({ point: "checkpoint", says });
  });
});

describe("the prompt sets that a language model was asked", () => {
  const MANIFEST = Buffer.from('{"name":"bbq"}');
  const DIGEST = sha256(MANIFEST);
  // It gives the checks.json that it was handed, once it has the prompt set.
  const BUNDLE = `exports.judgeAgain = async ({ verdict, promptSet }) => {
  if (String(await promptSet("${DIGEST}")) !== '{"name":"bbq"}') throw new Error("another prompt set");
  const text = Buffer.from(verdict).toString();
  return JSON.stringify(JSON.parse(text).body ?? JSON.parse(text));
};
`;
  const KEPT = keptPromptSetKey(DIGEST);
  const MISSING = `${KEPT}: is missing`;
  const CHANGED = `${KEPT}: was changed: its SHA-256 is`;

  async function copyWith(manifest: Buffer | undefined, bundle = BUNDLE, second?: string) {
    const [of, ledger] = [folder(), new MemoryLedger()];
    const verdict = approvedRecord({
      ...{ promptSets: [{ name: "bbq", sha256: DIGEST }], evidence: [], policy: { digest: sha256(POLICY_TEXT) } },
      checks: { imageDigest: `sha256:${"1".repeat(64)}`, bundleSha256: sha256(bundle) },
    });
    await recordIn(ledger, verdict, { policy: POLICY_TEXT, bundle });
    if (manifest !== undefined) ledger.put(KEPT, manifest);
    ledger.minutes(15);
    await checkpointIn(ledger);
    if (second !== undefined) ledger.put("records/credit-risk/7/2.json", second);
    const { recordKey } = writeLedgerCopy(of, ledger);
    const run = (command: string, ...more: string[]) =>
      runGovernance("ledger", command, verdict.modelPackageArn, of, "--trusted-key", recordKey, ...more);
    return { run, ledger };
  }

  it("hold where they are what checks.json names", async () => {
    const { run, ledger } = await copyWith(MANIFEST);
    expect(await firstBrokenLink(ledger)).toBeUndefined();
    expect((await run("show")).out).toContain(`prompt set  holds: bbq ${KEPT}`);
    const { status, out, err } = await run("rederive");
    expect([status, err]).toEqual([0, ""]);
    expect(out).toContain("judged again, the same bit for bit");
  });

  it("are judged again of an attempt that is named, where another can't be read", async () => {
    const { run } = await copyWith(MANIFEST, BUNDLE, "hello");
    expect(await run("rederive", "--attempt", "1")).toMatchObject({ status: 0, err: "" });
    expect(await run("rederive")).toMatchObject({ status: 1, err: expect.stringContaining("7/2.json: is no JSON") });
  });

  it.each<[string, Buffer | undefined, string]>([
    ["are missing", undefined, MISSING],
    ["were changed", Buffer.from("{}"), CHANGED],
  ])("that %s are told", async (_, manifest, says) => {
    const { run, ledger } = await copyWith(manifest);
    expect(await firstBrokenLink(ledger)).toContain(says.replace(":", ""));
    const shown = await run("show");
    expect(shown.out).toContain(`This record doesn't hold: prompt set: ${says}`);
    expect(shown.status).toBe(1);
    const { status, err } = await run("rederive");
    expect(err).toContain(`governance: ${says}`);
    expect(status).toBe(1);
  });

  it.each([
    ["throws", "exports.judgeAgain = async () => { throw new Error('no such check'); };", "no such check"],
    ["gives something else", "exports.judgeAgain = async () => 'nothing';", "is not valid JSON"],
  ])("a bundle that %s is told without a stack", async (_, bundle, why) => {
    const { run } = await copyWith(MANIFEST, bundle);
    const { status, err } = await run("rederive");
    expect(err).toMatch(new RegExp(`^governance: records/.*, bundle [0-9a-f]{64}, can't judge it again: .*${why}\n$`));
    expect(status).toBe(1);
  });

  it("a bundle that can't be run is told without a stack", async () => {
    const { run } = await copyWith(MANIFEST, "throw new Error('made for another Node');");
    const { status, err } = await run("rederive");
    expect(err).toMatch(/^governance: bundle [0-9a-f]{64} can't be run here \(.*made for another Node\)/);
    expect(status).toBe(2);
  });
});
