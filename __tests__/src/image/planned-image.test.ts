import { execFileSync } from "node:child_process";
import { gunzipSync } from "node:zlib";
import { digestOf } from "../../../src/image/digest";
import { planImage } from "../../../src/image/planned-image";

const BASE = `sha256:${"b".repeat(64)}`;
const FILES: readonly (readonly [string, string])[] = [
  ["/var/task/index.js", "exports.handler = 1;"],
  ["/var/task/policy/organisation.yaml", "schemaVersion: 1\n"],
  ["/var/task/policy/groups/credit-risk.yaml", "é".repeat(400)],
];
const plan = (files = FILES, base = BASE) => planImage(new Map(files), base);

it("the same files give the same bytes on every machine and in every order", () => {
  const { layer, contentHash } = plan();
  expect(plan([...FILES].reverse())).toEqual(plan());
  // Written down, so that a machine or a version that compresses otherwise is seen.
  expect({ layer: layer.digest, contentHash }).toEqual({
    layer: "sha256:4fc6dbbec713bc61d7a57afca7aa014545cc249230a7b5f19a78ad0d4452c4fa",
    contentHash: "bbee25b140f8b4df7ca4c9cbb9d79b4769f96278c95c3443dd44b93331849d0c",
  });
});

it("names the archive before and after compression", () => {
  const { layer } = plan();
  expect(layer.digest).toBe(digestOf(layer.bytes));
  expect(layer.diffId).toBe(digestOf(gunzipSync(layer.bytes)));
});

it("is an archive that tar lists: root's, readable by all, of the epoch, sorted", () => {
  const listed = execFileSync("tar", ["-tvz", "--numeric-owner", "--utc", "--full-time"], {
    input: plan().layer.bytes,
    encoding: "utf8",
  });
  const rows = listed.trim().split("\n");
  expect(rows.map((row) => row.replace(/ +/g, " "))).toEqual([
    "drwxr-xr-x 0/0 0 1970-01-01 00:00:00 var/",
    "drwxr-xr-x 0/0 0 1970-01-01 00:00:00 var/task/",
    "-rw-r--r-- 0/0 20 1970-01-01 00:00:00 var/task/index.js",
    "drwxr-xr-x 0/0 0 1970-01-01 00:00:00 var/task/policy/",
    "drwxr-xr-x 0/0 0 1970-01-01 00:00:00 var/task/policy/groups/",
    "-rw-r--r-- 0/0 800 1970-01-01 00:00:00 var/task/policy/groups/credit-risk.yaml",
    "-rw-r--r-- 0/0 17 1970-01-01 00:00:00 var/task/policy/organisation.yaml",
  ]);
});

describe("the content hash changes with", () => {
  it.each<[string, readonly (readonly [string, string])[], string]>([
    ["a file's text", [["/var/task/index.js", "exports.handler = 2;"], ...FILES.slice(1)], BASE],
    ["a file's name", [["/var/task/other.js", "exports.handler = 1;"], ...FILES.slice(1)], BASE],
    ["a file less", FILES.slice(1), BASE],
    ["the base", FILES, `sha256:${"c".repeat(64)}`],
  ])("%s", (_, files, base) => {
    expect(plan(files, base).contentHash).not.toBe(plan().contentHash);
  });
});

it("refuses a path that the archive's header can't hold", () => {
  const path = `/var/task/policy/groups/${"g".repeat(100)}.yaml`;
  expect(() => plan([[path, ""]])).toThrow(
    `${path.slice(1)}: found a path of 128 bytes, expected 100 at most; shorten it`,
  );
});
