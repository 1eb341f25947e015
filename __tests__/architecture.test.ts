import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.join(__dirname, "..");

/** What a part of the tree may import of the others; of itself always. Packages are listed where they are confined. */
const ARROWS: Record<string, { parts: string[]; packages: RegExp }> = {
  "src/contract": { parts: [], packages: /^fflate$/ },
  "src/core": { parts: ["src/contract"], packages: /^(ajv|yaml|canonicalize|json-schema-to-ts|node:crypto)/ },
  "src/language": { parts: ["src/core"], packages: /^fastest-levenshtein$/ },
  "src/reports": { parts: ["src/contract", "src/core", "src/language"], packages: /^(node:|canonicalize$)/ },
  "src/ledger": { parts: ["src/contract", "src/core"], packages: /^(ajv\/|canonicalize$|node:crypto$)/ },
  "src/stages": {
    parts: ["src/contract", "src/core", "src/language", "src/reports", "src/ledger"],
    packages: /^(canonicalize|node:crypto)/,
  },
  "src/prompt-sets": { parts: ["src/core", "src/language"], packages: /^papaparse$/ },
  "src/image": { parts: ["src/adapters"], packages: /^(@aws-sdk\/|fflate$|node:)/ },
  "src/adapters": {
    parts: ["src/contract", "src/core", "src/stages", "src/reports", "src/ledger", "src/doctor"],
    packages: /^(@aws-sdk\/|@smithy\/|node:|jsonpath-plus$)/,
  },
  "src/doctor": { parts: ["src/contract", "src/core", "src/infrastructure"], packages: /^$/ },
  "src/infrastructure": {
    parts: ["src/contract", "src/core", "src/ledger", "src/adapters", "src/image", "src/bundle.ts", "checks/policy"],
    packages: /^(@pulumi\/|ajv|yaml|node:|ts-node\/)/,
  },
  functions: {
    parts: ["src/contract", "src/core", "src/ledger", "src/stages", "src/adapters"],
    packages: /^(@aws-sdk\/|@aws-lambda-powertools\/|node:)/,
  },
};

/** A check imports the core, and what the checks of language models share. */
const CHECK = { parts: ["src/core", "src/language"], packages: /^$/ };

const files = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => path.join(folder, name));

const importsOf = (file: string): string[] =>
  [
    ...readFileSync(path.join(root, file), "utf8").matchAll(/(?:from\s+|import\(|require\(|^import\s+)"([^"]+)"/gm),
  ].flatMap(([, name]) => (name === undefined ? [] : [name]));

/** Imports of `file` that its part of the tree may not have. */
function wrongArrows(file: string, part: string, { parts, packages }: { parts: string[]; packages: RegExp }): string[] {
  return importsOf(file).flatMap((name) => {
    if (!name.startsWith(".")) return packages.test(name) ? [] : [`${file} -> ${name}`];
    const target = path.relative(root, path.resolve(root, path.dirname(file), name));
    const allowed = [part, ...parts].some(
      (to) => target === to.replace(/\.ts$/, "") || target.startsWith(`${to}${path.sep}`),
    );
    return allowed ? [] : [`${file} -> ${target}`];
  });
}

const isLocal = (file: string): boolean => file.startsWith(`src${path.sep}local${path.sep}`);

/** All parts of the tree but the local run. */
const NOT_LOCAL = [
  ...readdirSync(path.join(root, "src"))
    .filter((name) => name !== "local")
    .map((name) => `src/${name}`),
  "checks",
  "functions",
];

const checkFolders = readdirSync(path.join(root, "checks"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "policy")
  .map((entry) => path.join("checks", entry.name));

describe("imports point one way", () => {
  it.each(Object.entries(ARROWS))("%s", (part, allowed) => {
    const found = files(part);
    expect(found.length).toBeGreaterThan(0);
    expect(found.flatMap((file) => wrongArrows(file, part, allowed))).toEqual([]);
  });

  it.each(checkFolders)("%s", (folder) => {
    expect(files(folder).flatMap((file) => wrongArrows(file, folder, CHECK))).toEqual([]);
  });

  it("the stand-in believes nothing that the program says", () => {
    const standIn = { parts: [], packages: /^(?!@pulumi\/)/ };
    const found = files("src/local/stand-in");
    expect(found.length).toBeGreaterThan(0);
    expect(found.flatMap((file) => wrongArrows(file, "src/local/stand-in", standIn))).toEqual([]);
  });

  it("what is deployed or packed has nothing of the simulator of IAM, whose licence would bind it", () => {
    const simulator = /^@cloud-copilot\//;
    const others = ["src", "functions", "checks"].flatMap(files).filter((file) => !isLocal(file));
    expect(others.filter((file) => importsOf(file).some((name) => simulator.test(name)))).toEqual([]);
    expect(others.flatMap((file) => wrongArrows(file, file, { parts: NOT_LOCAL, packages: /./ }))).toEqual([]);
    expect(files("src/local").some((file) => importsOf(file).some((name) => simulator.test(name)))).toBe(true);
  });

  it("names a wrong arrow", () => {
    expect(wrongArrows("src/core/judge.ts", "src/core/judge.ts", { parts: [], packages: /^$/ })).toContain(
      "src/core/judge.ts -> src/core/check",
    );
  });
});
