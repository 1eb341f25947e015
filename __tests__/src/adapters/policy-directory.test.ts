import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readPolicyFiles } from "../../../src/adapters/policy-directory";

describe("a policy's folder", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "policy-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("gives its YAML files by path, in order, and nothing else", () => {
    mkdirSync(path.join(folder, "groups", "old"), { recursive: true });
    const files = {
      "organisation.yaml": "a",
      "policy.schema.json": "{}",
      "groups/b.yaml": "b",
      "groups/a.yaml": "é",
      "groups/c.yml": "c",
      "groups/old/d.yaml": "d",
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    expect(readPolicyFiles(folder)).toEqual([
      { path: "groups/a.yaml", text: "é" },
      { path: "groups/b.yaml", text: "b" },
      { path: "groups/c.yml", text: "c" },
      { path: "groups/old/d.yaml", text: "d" },
      { path: "organisation.yaml", text: "a" },
    ]);
  });

  it("must be there", () => {
    expect(() => readPolicyFiles(path.join(folder, "none"))).toThrow("ENOENT");
  });
});
