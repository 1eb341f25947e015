import { readdirSync } from "node:fs";
import { catalogue } from "../checks/catalogue";
import { sampleFindingsAreStale } from "../scripts/docs";
import { readPolicyFiles } from "../src/adapters/policy-directory";
import { talliesOf } from "../src/core/check";
import type { Finding } from "../src/core/finding";
import { judge } from "../src/core/judge";
import { parsePolicy } from "../src/core/policy";
import { policySchema } from "../src/core/policy-schema";
import { sha256, type Verdict } from "../src/core/verdict";
import { readSample, type SampleVersion } from "../src/local/sample-versions";
import { SAMPLE_VERSIONS } from "../src/local/story";
import { assembleEvidence } from "../src/reports/assemble-evidence";
import { parseModelPackage } from "../src/reports/model-package";
import { change, EDITS, type Edit, pathsOf } from "./support/report-edits";

const policy = parsePolicy(readPolicyFiles("checks/policy"), policySchema(catalogue));

/** Judges a sample's reports as they are given, each under its own digest. */
function verdictOf({ described }: SampleVersion, reports: ReadonlyMap<string, string>): Verdict {
  const { evidence, id } = parseModelPackage(described);
  const documents = evidence.map(({ slot, uri }) => {
    const text = reports.get(uri) ?? "";
    return {
      slot,
      uri,
      source: { uri, versionId: null, sha256: sha256(text), size: text.length },
      bytes: Buffer.from(text),
    };
  });
  return judge(assembleEvidence(documents, { tallies: talliesOf(catalogue) }), policy.forGroup(id.group), catalogue);
}

const textsOf = ({ reports }: SampleVersion): Map<string, string> =>
  new Map(reports.map(({ bucket, key, bytes }) => [`s3://${bucket}/${key}`, Buffer.from(bytes).toString("utf8")]));

const samples = readdirSync(SAMPLE_VERSIONS).map((name) => readSample(SAMPLE_VERSIONS, name));
const measured = ({ value, outcome }: Finding) => outcome === "pass" && typeof value === "number";

const label = ({ name }: SampleVersion, { check, metric, facet, feature, category }: Finding, edit: Edit): string =>
  [name, check, metric, facet, feature, category, edit].filter(Boolean).join(" ");

/** A forbidden feature is absent already. */
const canBe = (edit: Edit, { metric }: Finding): boolean => edit !== "removed" || metric !== "forbidden";

/** Every value that a finding of an approved sample rests on, and each way to spoil it. */
const EDITED = samples.flatMap((sample) => {
  const texts = textsOf(sample);
  const verdict = verdictOf(sample, texts);
  if (verdict.decision !== "Approved") return [];
  return verdict.findings
    .filter(measured)
    .flatMap((finding) =>
      EDITS.filter((edit) => canBe(edit, finding)).map((edit): [string, SampleVersion, Finding, Edit] => [
        label(sample, finding, edit),
        sample,
        finding,
        edit,
      ]),
    );
});

describe("the samples", () => {
  it("have a table that says what the command says", async () => {
    expect(await sampleFindingsAreStale()).toBe(false);
  });

  it("hold more than a hundred values to spoil", () => {
    expect(EDITED.length).toBeGreaterThan(100);
  });

  it.each(EDITED)("%s isn't approved", (_, sample, finding, edit) => {
    const texts = textsOf(sample);
    const edited = new Map([...texts].map(([uri, text]) => [uri, change(text, pathsOf(finding, uri), finding, edit)]));
    expect([...edited.values()]).not.toEqual([...texts.values()]);
    expect(verdictOf(sample, edited).decision).not.toBe("Approved");
  });
});
