import type { ModelPackageId } from "../contract/arn";
import { type Finding, formatBound, formatInterval, formatSubject, type Outcome } from "../core/finding";
import { singleLine, type Verdict } from "../core/verdict";

export const VERDICT_FORMATS = ["text", "json", "junit"] as const;
export type VerdictFormat = (typeof VERDICT_FORMATS)[number];

/** A verdict as people or programs read it; ends with a newline. */
export function renderVerdict(verdict: Verdict, of: ModelPackageId, format: VerdictFormat): string {
  switch (format) {
    case "json":
      return `${JSON.stringify(verdict, null, 2)}\n`;
    case "junit":
      return junit(verdict, of);
    case "text":
      return text(verdict, of);
  }
}

const MARKS: Record<Outcome, string> = { pass: "pass", fail: "FAIL", "cannot-evaluate": "????" };

function text({ decision, findings, policy }: Verdict, of: ModelPackageId): string {
  const order: Outcome[] = ["fail", "cannot-evaluate", "pass"];
  const lines = order.flatMap((outcome) => findings.filter((finding) => finding.outcome === outcome).map(line));
  const count = (outcome: Outcome) => findings.filter((finding) => finding.outcome === outcome).length;
  return [
    `${of.group} version ${of.version}: ${decision}`,
    `${count("pass")} passed, ${count("fail")} failed, ${count("cannot-evaluate")} could not be evaluated (policy ${policy.digest.slice(0, 12)})`,
    "",
    ...lines,
    "",
  ].join("\n");
}

function line(finding: Finding): string {
  const measured = finding.value === null ? "-" : String(finding.value);
  const why = finding.outcome === "cannot-evaluate" ? `  ${singleLine(finding.reason ?? "")}` : "";
  return `  ${MARKS[finding.outcome]}  ${singleLine(formatSubject(finding))}  ${measured}${formatInterval(finding)}  bound ${formatBound(finding.bound)}${why}`;
}

function junit({ findings }: Verdict, of: ModelPackageId): string {
  const suites = [...new Set(findings.map(({ check }) => check))].map((check) =>
    suite(
      check,
      findings.filter((finding) => finding.check === check),
    ),
  );
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites name=${attribute(of.arn)}>`,
    ...suites,
    "</testsuites>",
    "",
  ].join("\n");
}

function suite(check: string, findings: readonly Finding[]): string {
  const count = (outcome: Outcome) => findings.filter((finding) => finding.outcome === outcome).length;
  const counts = `tests="${findings.length}" failures="${count("fail")}" errors="${count("cannot-evaluate")}"`;
  return [`  <testsuite name=${attribute(check)} ${counts}>`, ...findings.map(testCase), "  </testsuite>"].join("\n");
}

function testCase(finding: Finding): string {
  const open = `    <testcase classname=${attribute(finding.check)} name=${attribute(formatSubject(finding))}`;
  const message = `value ${finding.value ?? "absent"}, bound ${formatBound(finding.bound)}: ${finding.reason ?? ""}`;
  switch (finding.outcome) {
    case "pass":
      return `${open}/>`;
    case "fail":
      return `${open}><failure message=${attribute(message)}/></testcase>`;
    case "cannot-evaluate":
      return `${open}><error message=${attribute(message)}/></testcase>`;
  }
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** XML has no place for control characters, not even escaped. */
const attribute = (value: string): string =>
  `"${singleLine(value).replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)}"`;
