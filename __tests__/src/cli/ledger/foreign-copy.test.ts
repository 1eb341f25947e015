import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileOf, KEYS, NOW, ownFolders } from "../../../support/fixture-copy";
import { runGovernance } from "../../../support/run-governance";

const { folder, copy } = ownFolders();

const record = (of: string): string => fileOf(of, "objects", "records", "credit-risk", "3", "1.json");
const report = (of: string): string =>
  fileOf(of, "evidence", "mg-evidence-111122223333-us-east-1", "reports", "3.json");

/** Moves a file out of the copy, and leaves a link to it. */
function linkOut(file: string): void {
  const outside = path.join(folder(), "moved");
  cpSync(file, outside);
  rmSync(file);
  symlinkSync(outside, file);
}

function folderInstead(file: string): void {
  rmSync(file);
  mkdirSync(file);
}

const verify = (of: string) => runGovernance("ledger", "verify", of, ...KEYS, ...NOW, "--evidence");

describe("a copy that others made", () => {
  it.each<[name: string, tamper: (of: string) => void, says: RegExp]>([
    ["a link in a record's place", (of) => linkOut(record(of)), /records\/credit-risk\/3\/1.json is a symbolic link/],
    ["a folder in a record's place", (of) => folderInstead(record(of)), /records\/credit-risk\/3\/1.json is a folder/],
    [
      "a record that is longer than listed",
      (of) => appendFileSync(record(of), "  "),
      /records\/credit-risk\/3\/1.json has (\d+) bytes in the copy, expected at most (?!\1)\d+/,
    ],
    ["a link in evidence's place", (of) => linkOut(report(of)), /reports\/3.json is a symbolic link/],
    ["a folder in evidence's place", (of) => folderInstead(report(of)), /reports\/3.json is a folder/],
    [
      "evidence that is longer than cited",
      (of) => truncateSync(report(of), 1_000_000),
      /reports\/3.json has 1000000 bytes in the copy, expected at most \d\d?:/,
    ],
  ])("is read no further than %s", async (_, tamper, says) => {
    const of = copy();
    tamper(of);
    const { status, out } = await verify(of);
    expect(out).toMatch(new RegExp(`First broken link: .*${says.source}`));
    expect(status).toBe(1);
  });

  it.each([
    ["in the middle", 3, 1],
    ["at the end", 12, 0],
  ])("may have a line %s of its list that is far too long", async (_, at, after) => {
    const of = copy();
    const list = path.join(of, "versions.jsonl");
    const lines = readFileSync(list, "utf8").trimEnd().split("\n");
    writeFileSync(list, [...lines.slice(0, at), "x".repeat(1_000_000), ...(after ? lines.slice(at) : [])].join("\n"));
    const { status, out } = await verify(of);
    expect(out).toContain(`First broken link: versions.jsonl:${at + 1} is longer than 16384 characters`);
    expect(status).toBe(1);
  });

  it("may have a line of its list that is a little too long", async () => {
    const of = copy();
    const list = path.join(of, "versions.jsonl");
    writeFileSync(list, readFileSync(list, "utf8").replace("\n", `${" ".repeat(16_384)}\n`));
    expect((await verify(of)).out).toContain("First broken link: versions.jsonl:1 is longer than");
  });

  it.each([
    ["with a key that no file can have", "x".repeat(9000), /is listed, and not in the copy/],
    ["with half a character", "\\ud800", /versions.jsonl:13 is no line of the list/],
  ])("may list what S3 never has, %s", async (_, key, says) => {
    const of = copy();
    const list = path.join(of, "versions.jsonl");
    const line = `{"key":"records/zz/${key}","versionId":"v","writtenAt":"2026-11-20T10:00:00.000Z","isDeleteMarker":false,"size":2}\n`;
    appendFileSync(list, line);
    const { status, out } = await verify(of);
    expect(out).toMatch(says);
    expect(status).toBe(1);
  });
});

describe("what is no copy that can be read", () => {
  it.each<[name: string, make: (of: string) => void, says: RegExp]>([
    ["without a list", () => {}, /is no copy of a ledger: it has no versions.jsonl; `governance ledger fetch/],
    [
      "whose list is a folder",
      (of) => mkdirSync(path.join(of, "versions.jsonl")),
      /versions.jsonl is a folder, expected/,
    ],
    [
      "whose list is a link",
      (of) => symlinkSync("elsewhere", path.join(of, "versions.jsonl")),
      /versions.jsonl is a symbolic link, expected/,
    ],
  ])("a folder %s", async (_, make, says) => {
    const of = folder();
    make(of);
    const { status, err } = await verify(of);
    expect(err).toMatch(says);
    expect(status).toBe(2);
  });

  it.each([["versions.jsonl"], [path.join("objects", "checkpoints")]])(
    "is told as such, without a word on the ledger: %s",
    async (place) => {
      const of = copy();
      const at = place === "versions.jsonl" ? path.join(folder(), "loop") : of;
      const loop = place === "versions.jsonl" ? at : path.join(of, place);
      rmSync(loop, { recursive: true, force: true });
      symlinkSync(path.basename(loop), loop);
      const { status, out, err } = await verify(at);
      expect(err).toMatch(/^governance: .* can't be read: lstat gave ELOOP/);
      expect(err).not.toContain("    at ");
      expect([status, out]).toEqual([2, ""]);
    },
  );
});
