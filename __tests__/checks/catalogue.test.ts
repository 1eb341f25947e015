import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { catalogue } from "../../checks/catalogue";
import { checkFolders, loadCases, loadCheck } from "../../scripts/check-folders";
import { policyMistakes, staleFiles } from "../../scripts/docs";
import type { CheckCase } from "../../src/core/check-case";
import { EVIDENCE_KINDS } from "../../src/core/evidence";
import { problemsWithCheck } from "../support/check-completeness";
import { expectedFinding, judgeCase } from "../support/judge-case";

const ROOT = path.join(__dirname, "../..");
const folders = checkFolders(ROOT);

describe.each(folders)("%s", (folder) => {
  const check = loadCheck(ROOT, folder);
  const cases = loadCases(ROOT, folder);

  it("is whole", () => {
    expect(problemsWithCheck(check, cases)).toEqual([]);
  });

  it.each(cases.map((one) => [one.name, one] as const))("%s", (_, one) => {
    expect(judgeCase(check, one)).toEqual(one.findings.map((finding) => expectedFinding(check, finding)));
  });
});

describe("a half-made check is refused", () => {
  const check = loadCheck(ROOT, "data-quality");
  const cases = loadCases(ROOT, "data-quality");
  const withThreshold = (schema: object) => ({
    ...check,
    thresholds: { ...check.thresholds, properties: { ...check.thresholds.properties, rows: schema } },
  });
  const without = (kind: CheckCase["shows"]) => cases.filter(({ shows }) => shows !== kind);

  it.each([
    ["a passing case", check, without("passing"), "no case shows passing"],
    ["a failing case", check, without("failing"), "no case shows failing"],
    ["an at-limit case", check, without("exactly-at-limit"), "no case shows exactly-at-limit"],
    ["a missing-evidence case", check, without("missing-evidence"), "no case shows missing-evidence"],
    [
      "cases that differ",
      check,
      [...cases, { ...(cases[0] as CheckCase), name: "again" }],
      "the default and the constraints hold and again are the same case",
    ],
    [
      "cases of different names",
      check,
      [...cases, { ...(cases[0] as CheckCase), thresholds: {} }],
      "two cases have the name: the default and the constraints hold",
    ],
    [
      "a case that shows what it says",
      check,
      cases.map((one, index) => (index === 0 ? { ...one, shows: "failing" as const } : one)),
      "the default and the constraints hold doesn't show failing",
    ],
    ["a description", withThreshold({ default: {}, properties: { max: {} } }), cases, "rows has no description"],
    ["a default", withThreshold({ description: "x", properties: { max: {} } }), cases, "rows has no default"],
    [
      "a range",
      withThreshold({ description: "Rows.", default: {}, properties: { max: { type: "number" } } }),
      cases,
      "rows has no range: make it by bound, twoSided or upper",
    ],
  ])("without %s", (_, of, having, problem) => {
    expect(problemsWithCheck(of as typeof check, having)).toContain(problem);
  });

  describe("by its folder", () => {
    const root = mkdtempSync(path.join(tmpdir(), "checks-"));
    const write = (folder: string, files: Record<string, string>) => {
      mkdirSync(path.join(root, "checks", folder), { recursive: true });
      for (const [file, text] of Object.entries(files)) writeFileSync(path.join(root, "checks", folder, file), text);
    };
    const whole = { "thresholds.ts": "", "cases.ts": "", "README.md": "" };

    afterAll(() => rmSync(root, { recursive: true }));

    it.each([
      [
        "half",
        { "check.ts": "" },
        "checks/half lacks thresholds.ts, cases.ts, README.md; npm run new-check writes them all",
      ],
      [
        "renamed",
        { ...whole, "check.ts": 'export default { id: "latency" };' },
        "checks/renamed/check.ts has the id latency; expected its folder's name",
      ],
      [
        "empty",
        { ...whole, "check.ts": "export const x = 1;" },
        "checks/empty/check.ts has no check; export default defineCheck({ … })",
      ],
    ])("%s", (folder, files, message) => {
      write(folder, files);
      expect(() => loadCheck(root, folder)).toThrow(new Error(message));
    });

    it("without a list of cases", () => {
      write("caseless", whole);
      expect(() => loadCases(root, "caseless")).toThrow("checks/caseless/cases.ts has no list of cases");
    });
  });
});

describe("the catalogue", () => {
  it("has every folder's check, sorted", () => {
    expect(catalogue.map(({ id }) => id)).toEqual(folders);
  });

  it("has a check for every kind of evidence", () => {
    expect([...new Set(catalogue.map(({ requires }) => requires))].sort()).toEqual([...EVIDENCE_KINDS].sort());
  });

  it("is not stale, nor is any other generated file", () => {
    expect(staleFiles()).toEqual([]);
  });

  it("has a right policy beside it", () => {
    expect(policyMistakes()).toEqual([]);
  });
});
