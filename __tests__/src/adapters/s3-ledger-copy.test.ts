import { lstatSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { GetObjectCommand, ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import fc from "fast-check";
import { copyDirectory, objectFile, pathOfVersion } from "../../../src/adapters/copy-directory";
import { fetchCited, fetchLedger } from "../../../src/adapters/s3-ledger-copy";
import { keptPromptSetKey } from "../../../src/contract/names";
import { sha256 } from "../../../src/core/verdict";
import { verifyEvidence } from "../../../src/ledger/verify/evidence";
import { verifyLedger } from "../../../src/ledger/verify/ledger";
import { BUNDLE_TEXT, MemoryLedger, POLICY_TEXT, recordIn, smallLedger } from "../../support/ledger-world";
import { arnOf } from "../../support/registered-version";
import { awsError, bodyOf, sent } from "../../support/sdk-answers";
import { approvedRecord } from "../../support/verdict-record";

const s3 = mockClient(S3Client);
const OWNER = "444455556666";
const BUCKET = "mg-records-444455556666-us-east-1";
const NONE = { missing: [], unreadable: [] };
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => s3.reset());

function target(bucket = BUCKET) {
  const folder = mkdtempSync(path.join(tmpdir(), "fetch-"));
  folders.push(folder);
  return { s3: new S3Client({ region: "us-east-1" }), bucket, owner: OWNER, folder };
}

/** S3 with that ledger, in pages of so many, each after the last key of the one before. */
function serve(
  ledger: MemoryLedger,
  pageSize = 3,
  afterPage: (last: string) => Promise<unknown> = async () => {},
): void {
  s3.on(ListObjectVersionsCommand).callsFake(async ({ KeyMarker = "", VersionIdMarker, Prefix = "" }) => {
    const all = ledger.listed().filter(({ key }) => key.startsWith(Prefix));
    const at = all.findIndex(({ key, versionId }) => key === KeyMarker && versionId === VersionIdMarker);
    const from = at + 1;
    const last = all[Math.min(from + pageSize, all.length) - 1];
    const page = all.slice(from, from + pageSize).map((one) => ({
      ...{ Key: one.key, VersionId: one.versionId, LastModified: one.writtenAt, Size: one.bytes?.length ?? 0 },
      deleted: one.bytes === undefined,
    }));
    await afterPage(last?.key ?? "");
    return {
      Versions: page.filter(({ deleted }) => !deleted),
      DeleteMarkers: page.filter(({ deleted }) => deleted),
      IsTruncated: from + pageSize < all.length,
      NextKeyMarker: last?.key,
      NextVersionIdMarker: last?.versionId,
    };
  });
  s3.on(GetObjectCommand).callsFake(({ Bucket, Key, VersionId }) => {
    const bytes =
      Bucket === BUCKET
        ? ledger.kept.find((one) => one.key === Key && one.versionId === VersionId)?.bytes
        : ledger.cited.get(`s3://${Bucket}/${Key} ${VersionId}`);
    if (bytes === undefined) throw awsError("NoSuchVersion");
    return { Body: bodyOf(bytes.toString()) };
  });
}

describe("fetching a ledger", () => {
  it("makes a copy that verifies, page by page, with what records cite", async () => {
    const ledger = await smallLedger();
    serve(ledger);
    const to = target();
    expect(await fetchLedger(to)).toEqual({ downloaded: 12, kept: 0, ...NONE });
    expect(await fetchCited(to)).toEqual({ downloaded: 14, kept: 0, ...NONE });
    expect(await verifyLedger(copyDirectory(to.folder), await ledger.terms())).toMatchObject({ records: 7 });
    expect(await verifyEvidence(copyDirectory(to.folder))).toMatchObject({ objects: 14 });
    for (const [, input] of sent(s3)) expect(input).toMatchObject({ ExpectedBucketOwner: OWNER });
  });

  it("has what a record was made with that came with it while the keys before it were listed", async () => {
    const ledger = await smallLedger();
    const [policy, bundle, manifest] = ["{}", "exports.other = 1;\n", '{"name":"bbq"}'];
    let came = false;
    serve(ledger, 3, async (last) => {
      if (came || last < "records/") return;
      came = true;
      const verdict = approvedRecord({
        ...{ modelPackageArn: arnOf("credit-risk/8"), executionId: "exec8", evidence: [] },
        policy: { digest: sha256(policy) },
        checks: { imageDigest: `sha256:${"1".repeat(64)}`, bundleSha256: sha256(bundle) },
        promptSets: [{ name: "bbq", sha256: sha256(manifest) }],
      });
      ledger.put(keptPromptSetKey(sha256(manifest)), manifest);
      await recordIn(ledger, verdict, { policy, bundle });
    });
    const to = target();
    await fetchLedger(to);
    expect(await verifyLedger(copyDirectory(to.folder), await ledger.terms())).toMatchObject({
      ...{ records: 8, policies: 2, bundles: 2 },
    });
    await fetchCited(to);
    expect(await verifyEvidence(copyDirectory(to.folder))).toMatchObject({ objects: 15, promptSets: 1 });
    expect(readdirSync(to.folder).sort()).toEqual(["evidence", "objects", "versions.jsonl"]);
  });

  it("lists a delete marker before what it deletes, also where S3's whole seconds don't tell", async () => {
    const one = { Key: "records/g/1/1.json", LastModified: new Date("2026-11-20T12:00:00Z"), Size: 1 };
    s3.on(ListObjectVersionsCommand).resolves({});
    s3.on(ListObjectVersionsCommand, { Prefix: "" }).resolves({
      Versions: [{ ...one, VersionId: "v1", IsLatest: false }],
      DeleteMarkers: [{ ...one, VersionId: "v2", IsLatest: true }],
    });
    s3.on(GetObjectCommand).callsFake(() => ({ Body: bodyOf("x") }));
    const to = target();
    await fetchLedger(to);
    const listed: string[] = [];
    for await (const { versionId } of copyDirectory(to.folder).versions()) listed.push(versionId);
    expect(listed).toEqual(["v2", "v1"]);
  });

  it("fetches once what several slots cite", async () => {
    const ledger = new MemoryLedger();
    const bytes = Buffer.from("{}");
    const one = { uri: "s3://evidence/a.json", versionId: "e1", sha256: sha256(bytes), size: bytes.length };
    ledger.cite(one.uri, one.versionId, bytes);
    await recordIn(ledger, approvedRecord({ evidence: [one, one, one] }), { policy: POLICY_TEXT, bundle: BUNDLE_TEXT });
    serve(ledger);
    const to = target();
    await fetchLedger(to);
    expect(await fetchCited(to)).toEqual({ downloaded: 2, kept: 0, ...NONE });
  });

  it("goes on where it was broken off", async () => {
    const ledger = await smallLedger();
    serve(ledger);
    const to = target();
    await fetchLedger(to);
    await fetchCited(to);
    const [first] = ledger.kept;
    if (first === undefined) throw new Error("a small ledger has objects");
    const file = objectFile(to.folder, first.key, first.versionId);
    // A link isn't what was fetched, whatever it leads to.
    renameSync(file, path.join(to.folder, "moved"));
    symlinkSync(path.join(to.folder, "moved"), file);
    expect(await fetchLedger(to)).toEqual({ downloaded: 1, kept: 11, ...NONE });
    expect(lstatSync(file).isFile()).toBe(true);
    expect(await fetchCited(to)).toEqual({ downloaded: 0, kept: 14, ...NONE });
  });

  it("lists older versions and delete markers", async () => {
    const ledger = await smallLedger();
    ledger.minutes(1);
    ledger.put("records/credit-risk/3/1.json", "{}");
    ledger.minutes(1);
    ledger.put("records/credit-risk/3/1.json", undefined);
    serve(ledger);
    const to = target();
    await fetchLedger(to);
    const list = readFileSync(path.join(to.folder, "versions.jsonl"), "utf8");
    const lines = list.split("\n").filter((line) => line.includes("credit-risk/3/"));
    expect(lines.map((line) => JSON.parse(line).isDeleteMarker)).toEqual([true, false, false]);
  });

  it("tells what S3 doesn't have of what records cite", async () => {
    const ledger = await smallLedger();
    const nowhere = { uri: "nowhere", versionId: null, sha256: sha256(""), size: 0 };
    const modelPackageArn = arnOf("credit-risk/8");
    await recordIn(ledger, approvedRecord({ modelPackageArn, evidence: [nowhere] }), { policy: "", bundle: "" });
    ledger.cited.delete("s3://mg-evidence-111122223333-us-east-1/reports/2.json e2");
    serve(ledger);
    const to = target();
    await fetchLedger(to);
    expect((await fetchCited(to)).missing.sort()).toEqual([
      "nowhere",
      "s3://mg-evidence-111122223333-us-east-1/reports/2.json",
    ]);
  });

  it.each<[string, string | undefined, body: string, why: string]>([
    ["is no JSON", undefined, "hello", "is no JSON"],
    ["is no record", undefined, "{}", "expected a signed document"],
    ["lies over a sound one", "records/credit-risk/2/1.json", "hello", "is no JSON"],
  ])("fetches what all others cite where a record %s, and tells of that one", async (_, at, body, why) => {
    const ledger = await smallLedger();
    const key = at ?? "records/credit-risk/1/2.json";
    ledger.put(key, body);
    serve(ledger);
    const to = target();
    await fetchLedger(to);
    const unreadable = [expect.stringContaining(`${key}: ${why}`)];
    expect(await fetchCited(to)).toEqual({ downloaded: 14, kept: 0, missing: [], unreadable });
  });

  it("throws what S3 refuses, and leaves no list of a copy that isn't whole", async () => {
    serve(await smallLedger());
    s3.on(GetObjectCommand).rejects(awsError("AccessDenied"));
    const to = target();
    await expect(fetchLedger(to)).rejects.toThrow(expect.objectContaining({ name: "AccessDenied" }));
    expect(() => readFileSync(path.join(to.folder, "versions.jsonl"))).toThrow("ENOENT");
  });
});

describe("where a version lies in a copy", () => {
  it.each([
    ["records/a/1/1.json", "v1", "records/a/1/1.json/@v1"],
    ["../../etc/passwd", "v1", "%2E%2E/%2E%2E/etc/passwd/@v1"],
    ["a//b", "v1", "a/%/b/@v1"],
    ["a/@v1", "v2", "a/%40v1/@v2"],
    ["a b/ü", null, "a%20b/%C3%BC/@null"],
    ["x".repeat(201), "v", `${"x".repeat(200)}%/x/@v`],
  ])("%s", (key, versionId, expected) => {
    expect(pathOfVersion(key, versionId).split(path.sep).join("/")).toBe(expected);
  });

  it("is below the folder, and no other key's place", () => {
    const part = fc.constantFrom("", ".", "..", "...", "%", "@v", "f", "a".repeat(200), "%2E", ".".repeat(200));
    const key = fc
      .array(fc.array(part, { maxLength: 3 }), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.map((some) => some.join("")).join("/"));
    fc.assert(
      fc.property(key, key, (one, other) => {
        const [place, another] = [pathOfVersion(one, "v"), pathOfVersion(other, "v")];
        expect(place === another).toBe(one === other);
        expect(path.relative("/copy", path.join("/copy", place))).toBe(place);
        expect(place).not.toMatch(/(^|[\\/])\.{1,2}([\\/]|$)/);
      }),
      { examples: [[`p/${"a".repeat(200)}../f`, "p/f"]] },
    );
  });
});
