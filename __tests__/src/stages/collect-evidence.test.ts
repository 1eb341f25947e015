import { evidenceLocation, type ObjectLocation } from "../../../src/contract/evidence-uri";
import type { EvidenceReference } from "../../../src/core/ports";
import { sha256 } from "../../../src/core/verdict";
import { REPORT_SIZE_LIMIT } from "../../../src/reports/json";
import { collectEvidence } from "../../../src/stages/collect-evidence";
import { MemoryEvidence } from "../../support/memory-ports";
import { CREDIT, NOT_REUSED, named, registeredVersion, undigested } from "../../support/registered-version";

const AT = { bucket: CREDIT.evidenceBucket, key: "a.json" };
const URI = `s3://${AT.bucket}/${AT.key}`;
const right = named("a.json", "right");
const large = { size: REPORT_SIZE_LIMIT + 1 };

async function collected(reference: EvidenceReference, store: MemoryEvidence, acceptUndigested = false) {
  const [document, ...others] = await collectEvidence(registeredVersion({ evidence: [reference] }), {
    place: (registered) => evidenceLocation(registered, [CREDIT]),
    store,
    acceptUndigested,
    ...NOT_REUSED,
  });
  expect(others).toEqual([]);
  return document;
}

type Put = [body: string, options?: { summed?: boolean; size?: number }];
const filled = (puts: readonly Put[]): MemoryEvidence => {
  const store = new MemoryEvidence();
  for (const [body, options] of puts) store.put(AT, body, options);
  return store;
};

describe("a report is pinned to one object version", () => {
  it.each<[string, EvidenceReference, Put[], boolean, string]>([
    ["by the stored SHA-256", right, [["right"]], false, "v1"],
    ["by the hash of its bytes", right, [["right", { summed: false }]], false, "v1"],
    ["of several, the one with the digest", right, [["right"], ["wrong"], ["other", { summed: false }]], false, "v1"],
    ["of several with the digest, the newest", right, [["right"], ["right"]], false, "v2"],
    ["at the largest size that is read", right, [["right", { size: REPORT_SIZE_LIMIT }]], false, "v1"],
    ["beside a version that is too large", right, [["right"], ["wrong", large]], false, "v1"],
    ["where it was registered in the evidence bucket", { ...right, uri: URI }, [["right"]], false, "v1"],
    ["without a digest, where the policy accepts it", undigested("a.json"), [["right"]], true, "v1"],
    [
      "without a digest, the newest of equal ones",
      undigested("a.json"),
      [["right"], ["right", { summed: false }]],
      true,
      "v2",
    ],
  ])("%s", async (_, reference, puts, acceptUndigested, versionId) => {
    const document = await collected(reference, filled(puts), acceptUndigested);
    const size = puts[Number(versionId.slice(1)) - 1]?.[1]?.size ?? 5;
    expect(document).toEqual({
      slot: "ModelQuality.Statistics",
      uri: reference.uri,
      source: { uri: URI, versionId, sha256: sha256("right"), size },
      bytes: Buffer.from("right"),
    });
  });
});

it("every report is collected, in the version's order, whatever is wrong with another", async () => {
  const store = filled([["right"]]);
  store.put({ bucket: CREDIT.evidenceBucket, key: "b.json" }, "bias");
  const evidence: EvidenceReference[] = [
    right,
    { ...named("gone.json", "x"), slot: "Bias.PreTrainingReport" },
    { ...named("b.json", "bias"), slot: "Bias.Report" },
  ];
  const places = {
    place: (at: ObjectLocation) => evidenceLocation(at, [CREDIT]),
    store,
    acceptUndigested: false,
    ...NOT_REUSED,
  };
  const documents = await collectEvidence(registeredVersion({ evidence }), places);
  const source = (key: string, versionId: string, body: string) => ({
    source: { uri: `s3://${AT.bucket}/${key}`, versionId, sha256: sha256(body), size: body.length },
    bytes: Buffer.from(body),
  });
  expect(documents).toEqual([
    { slot: "ModelQuality.Statistics", uri: right.uri, ...source("a.json", "v1", "right") },
    {
      slot: "Bias.PreTrainingReport",
      uri: evidence[1]?.uri,
      problem: `no object at s3://${AT.bucket}/gone.json`,
    },
    { slot: "Bias.Report", uri: evidence[2]?.uri, ...source("b.json", "v2", "bias") },
  ]);
});

describe("a report that can't be pinned says why", () => {
  const mismatch = (count: number, more = "") =>
    `digest mismatch: none of the ${count} object version(s) at ${URI} has the registered ContentDigest sha256:${right.sha256}${more}`;
  const ambiguous = `ambiguous: ${URI} has object versions of different bytes, and no ContentDigest says which counts`;
  const noDigest =
    "it is registered without a ContentDigest; register its SHA-256, or accept undigested evidence in the group's policy";
  const tooLarge = `the object at ${URI} is larger than ${REPORT_SIZE_LIMIT} bytes`;

  it.each<[string, EvidenceReference, Put[], boolean, string]>([
    ["absent", right, [], false, `no object at ${URI}`],
    ["absent and undigested", undigested("a.json"), [], false, `no object at ${URI}`],
    ["other bytes", right, [["wrong"], ["other"]], false, mismatch(2)],
    ["too large", right, [["right", large]], false, tooLarge],
    ["too large and undigested", undigested("a.json"), [["right", large]], true, tooLarge],
    [
      "other bytes beside a version too large",
      right,
      [["right", large], ["wrong"]],
      false,
      mismatch(1, `; 1 more are larger than ${REPORT_SIZE_LIMIT} bytes and weren't read`),
    ],
    ["undigested", undigested("a.json"), [["right"]], false, noDigest],
    ["undigested, of two contents", undigested("a.json"), [["right"], ["wrong"]], true, ambiguous],
    ["undigested, of two sizes", undigested("a.json"), [["right"], ["longer"]], true, ambiguous],
    ["undigested, one too large", undigested("a.json"), [["right", large], ["right"]], true, ambiguous],
    [
      "on a web server",
      { ...right, uri: "https://example.com/a.json" },
      [],
      false,
      "https://example.com/a.json is no s3://BUCKET/KEY URI; register the report by one",
    ],
    [
      "a bucket alone",
      { ...right, uri: "s3://b-1" },
      [],
      false,
      "s3://b-1 is no s3://BUCKET/KEY URI; register the report by one",
    ],
    [
      "another account's",
      { ...right, uri: "s3://evidence-222233334444/a.json" },
      [],
      false,
      "s3://evidence-222233334444/a.json lies in no evidence bucket of an account listed for this group",
    ],
  ])("%s", async (_, reference, puts, acceptUndigested, problem) => {
    const store = filled(puts);
    const document = await collected(reference, store, acceptUndigested);
    expect(document).toEqual({ slot: "ModelQuality.Statistics", uri: reference.uri, problem });
    expect(store.reads.filter((read) => read.startsWith("read"))).toEqual([]);
  });
});

describe("a fault of ours is thrown, never a problem of the report", () => {
  it.each<[string, Partial<MemoryEvidence>, string]>([
    ["a denied list", { versions: () => Promise.reject(new Error("AccessDenied")) }, "AccessDenied"],
    ["a throttled hash", { storedSha256: () => Promise.reject(new Error("SlowDown")) }, "SlowDown"],
    ["a denied read", { read: () => Promise.reject(new Error("AccessDenied")) }, "AccessDenied"],
    [
      "other bytes than were pinned",
      { read: async () => Buffer.from("wrong") },
      `${URI}: the bytes read aren't those that were pinned; try again`,
    ],
  ])("%s", async (_, broken, message) => {
    await expect(collected(right, Object.assign(filled([["right"]]), broken))).rejects.toThrow(message);
  });
});
