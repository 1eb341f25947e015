import type { Check } from "../../src/core/check";
import type { CheckCase, ExpectedFinding } from "../../src/core/check-case";
import type { Evidence, PinnedObject } from "../../src/core/evidence";
import type { Finding } from "../../src/core/finding";
import { judge } from "../../src/core/judge";
import { parsePolicy } from "../../src/core/policy";
import { policySchema } from "../../src/core/policy-schema";

const source: PinnedObject = { uri: "s3://evidence/report.json", versionId: "v1", sha256: "0".repeat(64), size: 100 };

/** The findings of a case, its thresholds read as a policy file has them. */
export function judgeCase(check: Check, { evidence: content, thresholds }: CheckCase): readonly Finding[] {
  const said = { schemaVersion: 1, checks: { [check.id]: { thresholds } } };
  const policy = parsePolicy([{ path: "organisation.yaml", text: JSON.stringify(said) }], policySchema([check]));
  // A check's cases have the content of the kind that it requires.
  const evidence = [{ kind: check.requires, sources: [source], content }] as Evidence[];
  return judge(evidence, policy.forGroup("any"), [check]).findings;
}

/** A case's finding, whole. */
export function expectedFinding(check: Check, finding: ExpectedFinding): Finding {
  const { uri, versionId, sha256 } = source;
  const absent = { facet: null, feature: null, category: null, reason: null };
  return { ...absent, check: check.id, evidence: { uri, versionId, sha256 }, ...finding };
}
