import fc from "fast-check";
import { catalogue } from "../checks/catalogue";
import { readPolicyFiles } from "../src/adapters/policy-directory";
import { talliesOf } from "../src/core/check";
import { EvidenceError } from "../src/core/evidence";
import type { Finding } from "../src/core/finding";
import { judge } from "../src/core/judge";
import { parsePolicy } from "../src/core/policy";
import { policySchema } from "../src/core/policy-schema";
import type { EvidenceStore } from "../src/core/ports";
import { describeVerdict, sha256, type Verdict } from "../src/core/verdict";
import { readSample } from "../src/local/sample-versions";
import { SAMPLE_VERSIONS } from "../src/local/story";
import { assembleEvidence } from "../src/reports/assemble-evidence";
import { parseJson } from "../src/reports/json";
import { parseModelPackage } from "../src/reports/model-package";
import { collectEvidence } from "../src/stages/collect-evidence";
import { placesOf, replaced } from "./support/json-places";
import { NOT_REUSED } from "./support/registered-version";

const policy = parsePolicy(readPolicyFiles("checks/policy"), policySchema(catalogue));
const { described, reports } = readSample(SAMPLE_VERSIONS, "all-in-order");
const registered = parseModelPackage(described);
type Reports = ReadonlyMap<string, Uint8Array>;
const AS_THEY_ARE: Reports = new Map(reports.map(({ bucket, key, bytes }) => [`${bucket}/${key}`, bytes]));

/** Those files, one version each. */
function storeOf(files: Reports): EvidenceStore {
  const bytesOf = ({ bucket, key }: { bucket: string; key: string }) =>
    files.get(`${bucket}/${key}`) ?? new Uint8Array();
  return {
    versions: async (at) => [{ ...at, versionId: "v1", size: bytesOf(at).length }],
    storedSha256: async () => undefined,
    read: async (version) => bytesOf(version),
    hash: async (version) => sha256(bytesOf(version)),
  };
}

/** Judges the sample with those reports, under the digests that it was registered with or under the reports' own. */
async function verdictOf(files: Reports, digests: "as registered" | "own"): Promise<Verdict> {
  const evidence = registered.evidence.map((one) => {
    const bytes = files.get(one.uri.replace("s3://", ""));
    return digests === "own" && bytes !== undefined ? { ...one, sha256: sha256(bytes) } : one;
  });
  const group = policy.forGroup(registered.id.group);
  const documents = await collectEvidence(
    { ...registered, evidence },
    {
      place: (at) => at,
      store: storeOf(files),
      acceptUndigested: group.acceptUndigestedEvidence,
      ...NOT_REUSED,
    },
  );
  return judge(
    assembleEvidence(documents, { tallies: talliesOf(catalogue), model: registered.id.arn }),
    group,
    catalogue,
  );
}

const spliced = (bytes: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array =>
  Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]);

/** What texts hold that people and machines stumble over. */
const ODD = [
  "\u0000",
  "\u001b[2J",
  "\r\n",
  "\u0085",
  "\u2028",
  "\ud800",
  "\u202e",
  "\ufeff",
  "__proto__",
  "constructor",
];
const value = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    "NaN",
    "Infinity",
    "-0",
    1e308,
    -1e308,
    5e-324,
    -1,
    0,
    2 ** 53,
    [],
    {},
    "",
    ...ODD,
  ),
  fc.double(),
  fc.string({ unit: "binary" }),
  fc.jsonValue(),
);
const file = fc.constantFrom(...AS_THEY_ARE.keys());
const bytesAt = (name: string): Uint8Array => AS_THEY_ARE.get(name) ?? new Uint8Array();
const withFile = (name: string, bytes: Uint8Array): Reports => new Map([...AS_THEY_ARE, [name, bytes]]);

/** One report with some of its bytes changed. */
const bytesChanged = fc
  .record({
    name: file,
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    removed: fc.nat({ max: 12 }),
    added: fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc
        .constantFrom(...ODD, "NaN", "Infinity", "1e999", '"name":"x",', "{", "}", "0", "-", "//", "[".repeat(20_000))
        .map((text) => new TextEncoder().encode(text)),
    ),
  })
  .map(({ name, share, removed, added }) => {
    const bytes = bytesAt(name);
    return { name, bytes: spliced(bytes, Math.floor(share * bytes.length), removed, added) };
  });

/** One report with one value changed, or one key. */
const valueChanged = file.chain((name) => {
  const report: unknown = JSON.parse(Buffer.from(bytesAt(name)).toString("utf8"));
  return fc
    .record({ path: fc.constantFrom(...placesOf(report)), by: value })
    .map(({ path, by }) => ({ name, bytes: Buffer.from(JSON.stringify(replaced(report, path, by)) ?? "") }));
});

/** One line that can be shown. */
const LINE = /^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]*$/u;
/** What was measured, whatever its facets and features are called: names are the evidence's. */
const measured = (findings: readonly Finding[]): string[] =>
  findings.map(({ check, metric }) => `${check} ${metric}`).sort();

function isReadable(bytes: Uint8Array): boolean {
  try {
    parseJson(bytes);
    return true;
  } catch (error) {
    if (error instanceof EvidenceError) return false;
    throw error;
  }
}

describe("a report that isn't what was registered", () => {
  it("is approved as it was", async () => {
    expect((await verdictOf(AS_THEY_ARE, "as registered")).decision).toBe("Approved");
  });

  it("is never approved, whichever of its bytes changed", async () => {
    await fc.assert(
      fc.asyncProperty(bytesChanged, async ({ name, bytes }) => {
        fc.pre(!Buffer.from(bytes).equals(bytesAt(name)));
        const { decision, findings } = await verdictOf(withFile(name, bytes), "as registered");
        expect(decision).toBe("Rejected");
        expect(findings.some(({ outcome }) => outcome === "cannot-evaluate")).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});

describe("a bad report, registered with its own digest", () => {
  const bad = fc.oneof(bytesChanged, valueChanged);

  it("is judged without an exception, and approved only where all that was measured before still passes", async () => {
    const before = measured((await verdictOf(AS_THEY_ARE, "own")).findings);
    await fc.assert(
      fc.asyncProperty(bad, async ({ name, bytes }) => {
        const { decision, findings } = await verdictOf(withFile(name, bytes), "own");
        if (decision !== "Approved") return;
        expect(isReadable(bytes)).toBe(true);
        expect(measured(findings)).toEqual(before);
        for (const { outcome, value: found } of findings) {
          expect([outcome, Number.isFinite(found)]).toEqual(["pass", true]);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("is described on one line that can be shown", async () => {
    await fc.assert(
      fc.asyncProperty(bad, async ({ name, bytes }) => {
        const text = describeVerdict(await verdictOf(withFile(name, bytes), "own"), "s3://verdicts/checks.json");
        expect(text).toMatch(LINE);
        expect(text.length).toBeLessThanOrEqual(1024);
      }),
      { numRuns: 150 },
    );
  });
});
