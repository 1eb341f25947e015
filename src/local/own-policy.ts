import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseDocument } from "yaml";
import type { Bound } from "../core/evidence";

/** One bound of one group, in place of the policy's. */
export interface OwnBound {
  group: string;
  check: string;
  metric: string;
  bound: Bound;
}

/** How it is given on the command line. */
export const OWN_BOUND_FORM = "GROUP/CHECK/METRIC=MIN..MAX";

/** Reads `credit-risk/bias-post-training/RD=-0.2..0.2`; either end may be left out. Undefined for other texts. */
export function parseOwnBound(text: string): OwnBound | undefined {
  const [, group, check, metric, min, max] = /^([^/]+)\/([^/]+)\/([^/=]+)=(-?[\d.]*?)\.\.(-?[\d.]*)$/.exec(text) ?? [];
  if (group === undefined || check === undefined || metric === undefined || (!min && !max)) return undefined;
  return {
    group,
    check,
    metric,
    bound: { ...(min ? { min: Number(min) } : {}), ...(max ? { max: Number(max) } : {}) },
  };
}

/** A copy of a policy's folder in which one group has another bound; the caller removes it. */
export function withOwnBound(policyDirectory: string, { group, check, metric, bound }: OwnBound): string {
  const copy = mkdtempSync(path.join(tmpdir(), "governance-policy-"));
  cpSync(policyDirectory, copy, { recursive: true });
  const file = path.join(copy, "groups", `${group}.yaml`);
  const document = parseDocument(readFileSync(file, "utf8"));
  document.setIn(["checks", check, "thresholds", metric], document.createNode(bound));
  writeFileSync(file, document.toString());
  return copy;
}
