import { type DataQuality, EvidenceError, type ModelQuality } from "../core/evidence";
import { dataQualityClass, parseDataQualityConstraints, parseDataQualityStatistics } from "./data-quality";
import { looksLike } from "./document-shape";
import { parseModelQuality } from "./model-quality";
import { isModelQualityConstraints, parseModelQualityConstraints } from "./model-quality-constraints";
import { type Attempt, attempt, type OpenedReport, reportName } from "./report-document";
import { isViolations, parseViolations } from "./violations";

/** What the documents of a monitor's two slots are, each at most once. */
interface Parts {
  statistics?: OpenedReport;
  constraints?: OpenedReport;
  violations?: OpenedReport;
}

type Part = keyof Parts;

/** Statistics of model quality, with what the constraints' slot names: constraints or violations. */
export const readModelQuality = (reports: readonly OpenedReport[]): Attempt<ModelQuality> =>
  attempt(() => {
    const { statistics, constraints, violations } = partsOf(reports, modelQualityPart);
    return {
      ...of(statistics ?? noStatistics(reports), parseModelQuality),
      ...(constraints && { constraints: of(constraints, parseModelQualityConstraints) }),
      ...(violations && { violations: of(violations, (root) => parseViolations(root, "model quality")) }),
    };
  });

/** Statistics, constraints and violations of data quality, whichever slot names them. */
export const readDataQuality = (reports: readonly OpenedReport[]): Attempt<DataQuality> =>
  attempt(() => {
    const { statistics, constraints, violations } = partsOf(reports, (_, root) =>
      isViolations(root) ? "violations" : dataQualityClass(root),
    );
    return {
      ...of(statistics ?? noStatistics(reports), parseDataQualityStatistics),
      ...(constraints && { completeness: of(constraints, parseDataQualityConstraints) }),
      ...(violations && { violations: of(violations, (root) => parseViolations(root, "data quality")) }),
    };
  });

function modelQualityPart({ slot }: OpenedReport, root: unknown): Part {
  if (slot === "ModelQuality.Statistics") return "statistics";
  if (isViolations(root)) return "violations";
  if (isModelQualityConstraints(root)) return "constraints";
  throw new EvidenceError(`is ${looksLike(root)}; expected constraints or violations of model quality`);
}

function partsOf(reports: readonly OpenedReport[], partOf: (report: OpenedReport, root: unknown) => Part): Parts {
  const parts: Parts = {};
  for (const report of reports) {
    const part = of(report, (root) => partOf(report, root));
    const before = parts[part];
    if (before !== undefined && before.identity !== report.identity) {
      const names = `${reportName(before)} and ${reportName(report)}`;
      throw new EvidenceError(`ambiguous: ${names} are different documents, and both are ${part}; expected one`);
    }
    parts[part] = report;
  }
  return parts;
}

function noStatistics(reports: readonly OpenedReport[]): never {
  const found = reports.map((report) => `${reportName(report)} is ${of(report, looksLike)}`).join(", ");
  throw new EvidenceError(`${found}; expected statistics beside it`);
}

/** Reads a report's root by a parser; its name is put before what the evidence lacks. */
function of<T>(report: OpenedReport, parse: (root: unknown) => T): T {
  const { root } = report;
  const read = "problem" in root ? root : attempt(() => parse(root.content));
  if ("problem" in read) throw new EvidenceError(`${reportName(report)}: ${read.problem}`);
  return read.content;
}
