import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Evidence, EvidenceKind, Figure } from "../../../src/core/evidence";
import type { EvidenceSlot } from "../../../src/core/ports";
import { assembleEvidence, type ReportDocument } from "../../../src/reports/assemble-evidence";
import { parseModelPackage } from "../../../src/reports/model-package";
import { LANGUAGE, report } from "./documents";

/** Reports that AWS's services and people's pipelines wrote. They belong to their authors and lie outside of the project. */
const root = path.resolve(__dirname, "../../..");
const folder = process.env.REAL_REPORTS ?? path.resolve(root, "../shared/reference/real");
const present = existsSync(folder);
const files = present ? readdirSync(folder).filter((file) => !file.endsWith(".md")) : [];

type Expected = readonly EvidenceKind[] | RegExp;

const BOTH: readonly EvidenceKind[] = ["bias-pre-training", "bias-post-training"];
const BESIDE_STATS = /; name its stats\.json beside it, in a manifest\.json$/;

/** Which files a slot takes, and what it gives for each: evidence of these kinds, or a problem of that text. */
const REPORTS: readonly (readonly [files: RegExp, slot: EvidenceSlot, expected: Expected])[] = [
  [/^clarify-bias-(adult|churn|fraud|sdk-modelcard)/, "Bias.Report", BOTH],
  [/^clarify-bias-(dsoaws-pre-only|sdk-pipeline)/, "Bias.Report", ["bias-pre-training"]],
  [/^clarify-bias-dsoaws-post-only/, "Bias.Report", ["bias-post-training"]],
  [/^clarify-explain-/, "Explainability.Report", ["explainability"]],
  [/^clarify-violations-bias-/, "Bias.Report", /it is a Clarify bias monitor's violations$/],
  [/^clarify-violations-shap-/, "Explainability.Report", /it is a Clarify explainability monitor's violations$/],
  [/^mm-dq-statistics-.*\.json$/, "ModelDataQuality.Statistics", ["data-quality"]],
  [/^mm-dq-statistics-.*head20\.txt$/, "ModelDataQuality.Statistics", /it ends too early; is it the whole file\?$/],
  [/^mm-dq-(constraints|violations)-/, "ModelDataQuality.Constraints", ["data-quality"]],
  [/^mm-dq-monitoring-config-/, "ModelDataQuality.Constraints", /is the monitoring_config of data quality constraints/],
  [/^mm-mq-statistics-/, "ModelQuality.Statistics", ["model-quality"]],
  [/^mm-mq-(constraints|violations)-/, "ModelQuality.Constraints", ["model-quality"]],
  [/^evaluation-/, "ModelQuality.Statistics", ["model-quality"]],
  [/^fmeval-/, "ModelQuality.Statistics", ["model-quality"]],
  [/^helm-stats-bbq-/, "ModelQuality.Statistics", ["bias-bbq"]],
  [/^helm-stats-red-team-/, "ModelQuality.Statistics", ["model-quality"]],
  [/^helm-(per-instance-stats|run-spec)-/, "ModelQuality.Statistics", BESIDE_STATS],
  [/^lmeval-/, "ModelQuality.Statistics", ["model-quality"]],
];

const MODEL_PACKAGES = /^model-package-/;

/** Constraints and violations are evidence beside statistics only. */
const BESIDE: Partial<Record<EvidenceSlot, ReportDocument>> = {
  "ModelDataQuality.Constraints": report("ModelDataQuality.Statistics", {
    features: [{ name: "a", string_statistics: { common: { num_present: 1, num_missing: 0 } } }],
  }),
  "ModelQuality.Constraints": report("ModelQuality.Statistics", { accuracy: 0.9 }),
};

function evidenceOf(file: string, slot: EvidenceSlot): Evidence[] {
  const beside = BESIDE[slot];
  const content = readFileSync(path.join(folder, file), "utf8");
  return assembleEvidence([report(slot, content), ...(beside === undefined ? [] : [beside])], LANGUAGE);
}

/** Every figure that stands somewhere in evidence. */
function figuresIn(content: unknown): Figure[] {
  if (content instanceof Map) return [...content.values()].flatMap(figuresIn);
  if (Array.isArray(content)) return content.flatMap(figuresIn);
  if (typeof content !== "object" || content === null) return [];
  return "value" in content && typeof content.value !== "string"
    ? [content as Figure]
    : Object.values(content).flatMap(figuresIn);
}

const inTable = files.flatMap((file) =>
  REPORTS.filter(([pattern]) => pattern.test(file)).map(([, slot, expected]) => ({ file, slot, expected })),
);
const read = inTable.filter(({ expected }) => !(expected instanceof RegExp));
const refused = inTable.filter(({ expected }) => expected instanceof RegExp);

describe("real reports", () => {
  it("are all in the table, each once, where the folder is present", () => {
    if (!present)
      process.stderr.write(`real reports: not run, there is no folder ${folder} (REAL_REPORTS names another)\n`);
    const rows = (file: string) =>
      [...REPORTS.map(([pattern]) => pattern), MODEL_PACKAGES].filter((pattern) => pattern.test(file)).length;
    expect(files.filter((file) => rows(file) !== 1)).toEqual([]);
    expect(files.length > 0).toBe(present);
  });

  if (!present) return;

  it.each(read)("$file in $slot is evidence", ({ file, slot, expected }) => {
    const evidence = evidenceOf(file, slot);
    expect(evidence.map(({ kind }) => kind)).toEqual(expected);
    expect(evidence.filter((one) => "problem" in one)).toEqual([]);
    const figures = evidence.flatMap((one) => ("content" in one ? figuresIn(one.content) : []));
    expect(figures.length).toBeGreaterThan(0);
    expect(figures.filter(({ value, problem }) => (value === null) !== (problem !== undefined))).toEqual([]);
  });

  it.each(refused)("$file in $slot is refused", ({ file, slot, expected }) => {
    const problems = evidenceOf(file, slot).map((one) => ("problem" in one ? one.problem : ""));
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) expect(problem).toMatch(expected as RegExp);
  });

  it.each(files.filter((file) => MODEL_PACKAGES.test(file)))(
    "%s describes a pending version without reports",
    (file) => {
      const described = parseModelPackage(JSON.parse(readFileSync(path.join(folder, file), "utf8")));
      expect(described).toMatchObject({ status: "Completed", approvalStatus: "PendingManualApproval", evidence: [] });
    },
  );
});
