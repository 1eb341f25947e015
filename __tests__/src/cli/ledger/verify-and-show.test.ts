import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "papaparse";
import {
  CHECKPOINT_KEY as checkpoints,
  fileOf,
  LEDGER as fixture,
  KEYS,
  NOW,
  ownFolders,
  RECORD_KEY as records,
} from "../../../support/fixture-copy";
import { runGovernance } from "../../../support/run-governance";

const { copy: ownCopy } = ownFolders();

describe("governance ledger verify", () => {
  it("says what holds, and what to note for the next audit", async () => {
    const { status, out } = await runGovernance("ledger", "verify", fixture, ...KEYS, ...NOW, "--evidence");
    expect(status).toBe(0);
    expect(out).toMatch(
      /^The ledger holds: 7 records, 3 checkpoints, 1 of them not yet in one, 1 policies and 1 bundles\./,
    );
    expect(out).toMatch(/give --at-least 3:[0-9a-f]{64}\n/);
    expect(out).toContain("The evidence holds: 14 object versions that records cite");
  });

  it("says where the evidence wasn't looked at", async () => {
    const { out } = await runGovernance("ledger", "verify", fixture, ...KEYS, ...NOW);
    expect(out).toContain("The evidence wasn't looked at; add --evidence.");
  });

  it("takes what an earlier audit noted", async () => {
    const { out } = await runGovernance("ledger", "verify", fixture, ...KEYS, ...NOW);
    const noted = /--at-least (\S+)/.exec(out)?.[1] ?? "";
    expect((await runGovernance("ledger", "verify", fixture, ...KEYS, ...NOW, "--at-least", noted)).status).toBe(0);
    const more = await runGovernance("ledger", "verify", fixture, ...KEYS, ...NOW, "--at-least", "4");
    expect(more.status).toBe(1);
    expect(more.out).toContain("First broken link: checkpoints/000000004.json is missing");
  });

  it("takes a copy for one of today where no time is said", async () => {
    const { status, out } = await runGovernance("ledger", "verify", fixture, ...KEYS);
    expect(status).toBe(1);
    expect(out).toMatch(/First broken link: checkpoints\/000000003.json .*older than 25 hours/);
  });

  it("names the first broken link for programs too", async () => {
    const folder = ownCopy();
    appendFileSync(fileOf(folder, "objects", "records", "credit-risk", "3", "1.json"), " ");
    const { status, out } = await runGovernance("ledger", "verify", folder, ...KEYS, ...NOW, "--format", "json");
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ...{ schemaVersion: 1, holds: false, ledger: null, evidence: null },
      firstBrokenLink: { at: "records/credit-risk/3/1.json", what: expect.stringContaining("bytes in the copy") },
    });
  });

  it("verifies evidence after the ledger", async () => {
    const folder = ownCopy();
    writeFileSync(fileOf(folder, "evidence", "mg-evidence-111122223333-us-east-1", "reports", "5.json"), "{}");
    const { status, out } = await runGovernance("ledger", "verify", folder, ...KEYS, ...NOW, "--evidence");
    expect(status).toBe(1);
    expect(out).toMatch(/^The ledger holds/);
    expect(out).toMatch(/First broken link: s3:\/\/mg-evidence-111122223333-us-east-1\/reports\/5.json was changed/);
  });

  it.each([
    { name: "no copy", args: [tmpdir(), ...KEYS], says: "is no copy of a ledger: it has no versions.jsonl" },
    { name: "no key", args: [fixture], says: "--trusted-key" },
    { name: "no key of checkpoints", args: [fixture, "--trusted-key", records], says: "--checkpoint-key" },
    { name: "what is no key", args: [fixture, ...KEYS, "--trusted-key", __filename], says: "is no public key in PEM" },
    { name: "no time", args: [fixture, ...KEYS, "--now", "yesterday"], says: "expected a time in UTC" },
    { name: "no checkpoint", args: [fixture, ...KEYS, "--at-least", "0"], says: "expected a checkpoint's number" },
  ])("is used wrongly with $name", async ({ args, says }) => {
    const { status, err } = await runGovernance("ledger", "verify", ...args);
    expect(status).toBe(2);
    expect(err).toContain(says);
  });

  it("tells a list that was changed", async () => {
    const folder = ownCopy();
    const list = path.join(folder, "versions.jsonl");
    writeFileSync(list, readFileSync(list, "utf8").replace('"versionId"', '"version"'));
    const { status, out } = await runGovernance("ledger", "verify", folder, ...KEYS, ...NOW);
    expect(status).toBe(1);
    expect(out).toContain("First broken link: versions.jsonl:1 is no line of the list");
  });
});

describe("governance ledger show", () => {
  it.each(["credit-risk/3", "arn:aws:sagemaker:us-east-1:444455556666:model-package/credit-risk/3"])(
    "tells the decision on %s in words, and that it verifies",
    async (version) => {
      const { status, out } = await runGovernance("ledger", "show", version, fixture, "--trusted-key", records);
      expect(status).toBe(0);
      expect(out).toContain("credit-risk version 3: Approved");
      expect(out).toContain("model-quality binary.accuracy");
      expect(out).toMatch(/why +Approved: all 2 findings pass\./);
      expect(out).toMatch(/signature +holds: by arn:aws:kms:/);
      expect(out).toMatch(
        /checkpoint +not verified here: checkpoints\/000000002.json of 2026-.* names it; .* governance ledger verify$/m,
      );
      expect(out).toMatch(/policy +holds: policies\//);
      expect(out).toMatch(/checks.json +holds: s3:/);
      expect(out).toMatch(/evidence +holds: s3:.*reports\/3.json version e3/);
    },
  );

  it("tells a record that no checkpoint has yet, and evidence that isn't in the copy", async () => {
    const folder = ownCopy();
    rmSync(path.join(folder, "evidence"), { recursive: true });
    const { status, out } = await runGovernance(
      "ledger",
      "show",
      "credit-risk/7",
      folder,
      "--trusted-key",
      records,
      ...NOW,
    );
    expect(status).toBe(0);
    expect(out).toMatch(/checkpoint +not told by this copy: none has it/);
    expect(out).toMatch(/evidence +not told by this copy: s3:/);
  });

  it("says that a record should have a checkpoint by now", async () => {
    const { status, out } = await runGovernance("ledger", "show", "credit-risk/7", fixture, "--trusted-key", records);
    expect(status).toBe(1);
    expect(out).toMatch(/checkpoint +BROKEN: is in no checkpoint, though it was decided at/);
  });

  it("says that a checkpoint names another version of the record", async () => {
    const folder = ownCopy();
    const list = path.join(folder, "versions.jsonl");
    const file = fileOf(folder, "objects", "records", "credit-risk", "3", "1.json");
    const version = path.basename(file).slice(1);
    cpSync(file, path.join(path.dirname(file), "@other"));
    const lines = readFileSync(list, "utf8").split("\n");
    const changed = lines.map((line) =>
      line.includes("credit-risk/3/") ? line.replace(`"${version}"`, '"other"') : line,
    );
    writeFileSync(list, changed.join("\n"));
    const { status, out } = await runGovernance("ledger", "show", "credit-risk/3", folder, "--trusted-key", records);
    expect(status).toBe(1);
    expect(out).toMatch(/checkpoint +BROKEN: checkpoints\/000000002.json .* another version or SHA-256 than here/);
  });

  it("says what doesn't verify", async () => {
    const folder = ownCopy();
    writeFileSync(fileOf(folder, "evidence", "mg-evidence-111122223333-us-east-1", "reports", "3.json"), "{}");
    const { status, out } = await runGovernance(
      ...["ledger", "show", "credit-risk/3", folder, "--trusted-key", checkpoints, "--format", "json"],
    );
    expect(status).toBe(1);
    const { points, body } = JSON.parse(out);
    expect(body.decision).toBe("Approved");
    expect(points.filter(({ holds }: { holds?: boolean }) => holds === false)).toEqual([
      { point: "signature", holds: false, says: expect.stringContaining("isn't among the 1 trusted") },
      { point: "evidence", holds: false, says: expect.stringContaining("was changed") },
    ]);
  });

  it("has nothing to say of a version without a record", async () => {
    const { status, err } = await runGovernance("ledger", "show", "credit-risk/8", fixture, "--trusted-key", records);
    expect(status).toBe(2);
    expect(err).toContain("has no record of credit-risk version 8");
  });
});

describe("governance ledger export", () => {
  it("says in its help what can't be left out", async () => {
    const { status, out } = await runGovernance("ledger", "export", "--help");
    expect(status).toBe(0);
    expect(out.replaceAll(/\s+/g, " ")).toContain('(choices: "csv", "jsonl") (required)');
  });

  it("prints a line of CSV for each record", async () => {
    const { status, out } = await runGovernance("ledger", "export", fixture, "--format", "csv");
    expect(status).toBe(0);
    const { data, errors } = parse<Record<string, string>>(out, { header: true, skipEmptyLines: true });
    expect(errors).toEqual([]);
    expect(data).toHaveLength(7);
    expect(data[2]).toMatchObject({
      ...{
        key: "records/credit-risk/3/1.json",
        group: "credit-risk",
        version: "3",
        attempt: "1",
        decision: "Approved",
      },
      ...{ reason: "Approved: all 2 findings pass.", pass: "2", fail: "0", cannotEvaluate: "0", evidenceObjects: "1" },
    });
    expect(out.split("\r\n")).toHaveLength(9);
  });

  it("prints a line of JSON for each record, whole", async () => {
    const { out } = await runGovernance("ledger", "export", fixture, "--format", "jsonl");
    const lines = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(7);
    expect(lines[6]).toMatchObject({
      key: "records/credit-risk/7/1.json",
      body: { attempt: 1 },
      signature: expect.any(String),
    });
  });

  it("ends at a record that can't be read", async () => {
    const folder = ownCopy();
    rmSync(fileOf(folder, "objects", "records", "credit-risk", "2", "1.json"));
    const { status, err } = await runGovernance("ledger", "export", folder, "--format", "jsonl");
    expect(status).toBe(1);
    expect(err).toContain("records/credit-risk/2/1.json: version v4 is listed, and not in the copy");
  });
});
