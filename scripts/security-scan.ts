import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { evaluateProgram } from "../src/local/evaluate-program";
import { SAMPLE_STACKS } from "../src/local/story";
import { explainedChecks, type Failure, scanProblems } from "./security-findings";
import { terraformPlan } from "./terraform-plan";

/** The scanner, and its version: another one knows other checks. */
const CHECKOV = "3.3";
const EXPLAINED = path.join(__dirname, "..", "docs", "security.md");

/** Holds what the sample stacks declare against checkov's checks. Each failure is explained in docs/security.md, or it is one. */
async function run(): Promise<number> {
  const version = spawnSync("checkov", ["--version"], { encoding: "utf8" });
  if (version.error !== undefined || version.status !== 0) {
    console.log(`security scan: skipped, checkov isn't on PATH (pip install "checkov~=${CHECKOV}.0")`);
    return 0;
  }
  const { resources } = await evaluateProgram(SAMPLE_STACKS);
  const plan = terraformPlan(resources);
  const { failed, passed, resourceCount } = scanned(plan);
  const explained = explainedChecks(readFileSync(EXPLAINED, "utf8"));
  const problems = scanProblems({ failed, resourceCount, declared: resources.length, explained });
  console.log(
    `security scan: checkov ${version.stdout.trim()}, ${resources.length} resources, ${passed} checks passed, ${failed.length} failed, all explained: ${problems.length === 0 ? "yes" : "no"}`,
  );
  for (const problem of problems) console.error(problem);
  return problems.length === 0 ? 0 : 1;
}

function scanned(plan: object): { failed: Failure[]; passed: number; resourceCount: number } {
  const folder = mkdtempSync(path.join(tmpdir(), "security-scan-"));
  try {
    const file = path.join(folder, "plan.json");
    writeFileSync(file, JSON.stringify(plan));
    const options = ["--file", file, "--framework", "terraform_plan", "--output", "json", "--soft-fail", "--quiet"];
    const text = execFileSync("checkov", [...options, "--skip-download"], {
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
      stdio: ["ignore", "pipe", "ignore"],
    });
    // What checkov prints is its own: an object of one framework's results.
    const { results, summary } = JSON.parse(text);
    const failed = results.failed_checks.map(
      (one: { check_id: string; check_name: string; resource: string }): Failure => ({
        id: one.check_id,
        name: one.check_name,
        resource: one.resource,
      }),
    );
    return { failed, passed: summary.passed, resourceCount: summary.resource_count };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

run().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
