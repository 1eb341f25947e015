import { createHash } from "node:crypto";
import { createS3 } from "../../../../../src/local/stand-in/s3";
import { ARTIFACTS, bucketResources, EVIDENCE } from "../../../../support/buckets";
import { as, caller, DEV, field, refusal, surroundings } from "../../../../support/surroundings";

const GIBIBYTE = 1024 ** 3;
const KEY = "evidence/model.tar.gz";
const to = { Bucket: EVIDENCE, Key: KEY };

function world() {
  const { around, clock, heard } = surroundings(bucketResources());
  const s3 = createS3(around);
  return { s3, clock, heard, call: caller(s3, as(DEV, "team")) };
}
type World = ReturnType<typeof world>;

async function begin({ call }: World, place: Record<string, unknown> = to, asked: Record<string, unknown> = {}) {
  return { ...place, UploadId: field(await call("CreateMultipartUpload", { ...place, ...asked }), "UploadId") };
}

/** Uploads an object of that many GiB into the dev bucket. */
async function uploaded(of: World, gibibytes: number): Promise<unknown> {
  const upload = await begin(of, { Bucket: ARTIFACTS, Key: KEY });
  const Parts = [];
  for (let PartNumber = 1; PartNumber <= gibibytes; PartNumber += 1) {
    const Body = { syntheticSize: GIBIBYTE, from: (PartNumber - 1) * GIBIBYTE };
    const part = await of.call("UploadPart", { ...upload, PartNumber, Body });
    Parts.push({ PartNumber, ETag: field(part, "ETag") });
  }
  return of.call("CompleteMultipartUpload", { ...upload, MultipartUpload: { Parts } });
}

/** Copies GiB after GiB, in virtual time. */
async function copied(of: World, gibibytes: readonly number[], claims: Record<string, unknown> = {}): Promise<unknown> {
  const upload = await begin(of, to, { ChecksumAlgorithm: "CRC64NVME", ChecksumType: "FULL_OBJECT" });
  const parts = gibibytes.map(async (from, at) => {
    const CopySourceRange = `bytes=${from * GIBIBYTE}-${(from + 1) * GIBIBYTE - 1}`;
    const input = { ...upload, PartNumber: at + 1, CopySource: `${ARTIFACTS}/${KEY}`, CopySourceRange };
    const part = field(await of.call("UploadPartCopy", input), "CopyPartResult");
    return { PartNumber: at + 1, ETag: field(part, "ETag") };
  });
  await of.clock.run();
  const MultipartUpload = { Parts: await Promise.all(parts) };
  return of.call("CompleteMultipartUpload", { ...upload, MultipartUpload, ...claims });
}

describe("an object above 5 GB", () => {
  it("is copied in parts, which takes its time, and has its source's CRC", async () => {
    const of = world();
    const source = await uploaded(of, 6);
    const before = of.clock.now().getTime();
    const claims = { ChecksumCRC64NVME: field(source, "ChecksumCRC64NVME"), MpuObjectSize: 6 * GIBIBYTE };
    const copy = await copied(of, [0, 1, 2, 3, 4, 5], { ...claims, ChecksumType: "FULL_OBJECT" });
    expect(copy).toMatchObject({
      ETag: expect.stringMatching(/^"[0-9a-f]{32}-6"$/),
      ChecksumCRC64NVME: claims.ChecksumCRC64NVME,
      ChecksumType: "FULL_OBJECT",
    });
    expect(of.clock.now().getTime() - before).toBeGreaterThan(10_000);
    expect(of.heard.events[0]?.detail).toMatchObject({
      reason: "CompleteMultipartUpload",
      object: { size: 6 * GIBIBYTE, etag: expect.stringMatching(/-6$/) },
    });
  });

  it("is refused by CopyObject", async () => {
    const of = world();
    await uploaded(of, 6);
    const refused = await refusal(of.call("CopyObject", { ...to, CopySource: `${ARTIFACTS}/${KEY}` }));
    expect(refused).toMatch(/^InvalidRequest: The specified copy source is larger/);
  });

  it("isn't completed with a part that is there twice", async () => {
    const of = world();
    const ChecksumCRC64NVME = field(await uploaded(of, 6), "ChecksumCRC64NVME");
    expect(await refusal(copied(of, [0, 1, 2, 3, 4, 4], { ChecksumCRC64NVME }))).toMatch(/^BadDigest/);
    expect(of.s3.keys(EVIDENCE)).toEqual([]);
  });
});

describe("an upload", () => {
  const FIVE = Buffer.alloc(5 * 1024 ** 2, "a");

  it("makes one object of its parts, by number", async () => {
    const of = world();
    const upload = await begin(of, to, { ChecksumAlgorithm: "SHA256" });
    const last = field(await of.call("UploadPart", { ...upload, PartNumber: 7, Body: "end" }), "ETag");
    const first = field(await of.call("UploadPart", { ...upload, PartNumber: 2, Body: FIVE }), "ETag");
    expect(await of.call("ListParts", upload)).toMatchObject({
      Parts: [
        { PartNumber: 2, ETag: first, Size: FIVE.length },
        { PartNumber: 7, ETag: last, Size: 3 },
      ],
    });
    const Parts = [
      { PartNumber: 2, ETag: first },
      { PartNumber: 7, ETag: last },
    ];
    const digests = [FIVE, "end"].map((part) => createHash("sha256").update(part).digest());
    expect(await of.call("CompleteMultipartUpload", { ...upload, MultipartUpload: { Parts } })).toMatchObject({
      ChecksumSHA256: `${createHash("sha256").update(Buffer.concat(digests)).digest("base64")}-2`,
      ChecksumType: "COMPOSITE",
    });
    expect(await of.call("HeadObject", to)).toMatchObject({ ContentLength: FIVE.length + 3 });
    expect(await of.call("ListMultipartUploads", { Bucket: EVIDENCE })).toEqual({ IsTruncated: false });
  });

  it.each<[string, { PartNumber: number; ETag?: string }[], RegExp]>([
    ["no part", [], /^MalformedXML/],
    ["a part that isn't there", [{ PartNumber: 3 }], /^InvalidPart: Part 3/],
    ["a part with another ETag", [{ PartNumber: 1, ETag: "x" }], /^InvalidPart: Part 1/],
    ["parts out of order", [{ PartNumber: 2 }, { PartNumber: 1 }], /^InvalidPartOrder/],
    ["a small part before the last", [{ PartNumber: 1 }, { PartNumber: 2 }], /^EntityTooSmall/],
  ])("isn't completed with %s", async (_, listed, refused) => {
    const of = world();
    const upload = await begin(of);
    const etags = new Map<number, unknown>();
    for (const PartNumber of [1, 2]) {
      etags.set(PartNumber, field(await of.call("UploadPart", { ...upload, PartNumber, Body: "small" }), "ETag"));
    }
    const Parts = listed.map(({ PartNumber, ETag }) => ({ PartNumber, ETag: ETag ?? etags.get(PartNumber) }));
    expect(await refusal(of.call("CompleteMultipartUpload", { ...upload, MultipartUpload: { Parts } }))).toMatch(
      refused,
    );
  });

  it("is gone after it was aborted", async () => {
    const of = world();
    const upload = await begin(of);
    expect(await of.call("ListMultipartUploads", { Bucket: EVIDENCE })).toMatchObject({ Uploads: [{ Key: KEY }] });
    await of.call("AbortMultipartUpload", upload);
    expect(await refusal(of.call("UploadPart", { ...upload, PartNumber: 1, Body: "" }))).toMatch(/^NoSuchUpload/);
  });

  it.each([
    { ChecksumAlgorithm: "SHA256", ChecksumType: "FULL_OBJECT" },
    { ChecksumAlgorithm: "CRC64NVME", ChecksumType: "COMPOSITE" },
  ])("can't have %j", async (asked) => {
    expect(await refusal(begin(world(), to, asked))).toMatch(/^InvalidRequest: The \w+ checksum type cannot be used/);
  });
});
