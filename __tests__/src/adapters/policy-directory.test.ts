import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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

  it("loses no file that is a link, or whose ending is in capitals", () => {
    const linked = mkdtempSync(path.join(tmpdir(), "policy-"));
    writeFileSync(path.join(linked, "organisation.YAML"), "a");
    symlinkSync(path.join(linked, "organisation.YAML"), path.join(linked, "link.yaml"));
    expect(readPolicyFiles(linked).map((file) => file.path)).toEqual(["link.yaml", "organisation.YAML"]);
    rmSync(linked, { recursive: true });
  });

  it("must be there", () => {
    expect(() => readPolicyFiles(path.join(folder, "none"))).toThrow("ENOENT");
  });
});
