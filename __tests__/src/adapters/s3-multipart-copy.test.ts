import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  ListPartsCommand,
  S3Client,
  UploadPartCopyCommand,
  type UploadPartCopyCommandInput,
} from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { s3EvidenceCarrier } from "../../../src/adapters/s3-evidence-carrier";
import { copyInParts } from "../../../src/adapters/s3-multipart-copy";
import { planCopy } from "../../../src/adapters/s3-object-copy";
import { awsError, sent } from "../../support/sdk-answers";

const s3 = mockClient(S3Client);
const KEY_ARN = "arn:aws:kms:us-east-1:444455556666:key/1234";
const BUCKETS = {
  artifact: { name: "artifacts", owner: "111122223333" },
  evidence: { name: "evidence", owner: "444455556666" },
  evidenceKeyArn: KEY_ARN,
};
const carrier = s3EvidenceCarrier(new S3Client({ region: "us-east-1" }), BUCKETS);
const GIB = 1024 ** 3;
const object = (size: number) => ({
  bucket: "artifacts",
  key: "evidence/m.tar.gz",
  versionId: "s1",
  etag: "e1-9",
  size,
});
const PLACE = { Bucket: "evidence", Key: "evidence/m.tar.gz", ExpectedBucketOwner: "444455556666" };
const UPLOAD = { ...PLACE, UploadId: "u1" };

function arrange(source: object = { ChecksumCRC64NVME: "crc", ChecksumType: "FULL_OBJECT" }) {
  s3.on(HeadObjectCommand).resolves({ ETag: '"e1-9"', ...source });
  s3.on(ListObjectVersionsCommand).resolves({});
  s3.on(ListMultipartUploadsCommand).resolves({});
  s3.on(CreateMultipartUploadCommand).resolves({ UploadId: "u1" });
  s3.on(UploadPartCopyCommand).callsFake(({ PartNumber }) => ({ CopyPartResult: { ETag: `"p${PartNumber}"` } }));
  s3.on(CompleteMultipartUploadCommand).resolves({ ChecksumCRC64NVME: "crc", ChecksumType: "FULL_OBJECT" });
  s3.on(AbortMultipartUploadCommand).resolves({});
}

const of = (wanted: string) => sent(s3).flatMap(([operation, input]) => (operation === wanted ? [input] : []));
/** Numbers of the parts that only say what an upload is a copy of. */
const MARKS = [9_999, 10_000];
const copies = () =>
  s3
    .commandCalls(UploadPartCopyCommand)
    .map(({ args: [{ input }] }) => input)
    .filter(({ PartNumber = 0 }) => !MARKS.includes(PartNumber));
const part = (PartNumber: number, range: string) => ({
  ...UPLOAD,
  CopySource: "artifacts/evidence/m.tar.gz?versionId=s1",
  CopySourceIfMatch: '"e1-9"',
  ExpectedSourceBucketOwner: "111122223333",
  PartNumber,
  CopySourceRange: `bytes=${range}`,
});

beforeEach(() => {
  s3.reset();
  arrange();
});

describe("an object above 5 GB", () => {
  it("is copied in parts of 1 GiB, and its CRC64NVME compared", async () => {
    const size = 5 * GIB + 1;
    expect(await carrier.carry(object(size))).toEqual({ effect: "copied", checksums: { CRC64NVME: "crc" } });
    expect(of("CreateMultipartUpload")).toEqual([
      {
        ...PLACE,
        Metadata: { "source-etag": "e1-9", "source-version": "s1" },
        ServerSideEncryption: "aws:kms",
        SSEKMSKeyId: KEY_ARN,
        ChecksumAlgorithm: "CRC64NVME",
        ChecksumType: "FULL_OBJECT",
      },
    ]);
    expect(copies()).toEqual([
      ...[0, 1, 2, 3, 4].map((at) => part(at + 1, `${at * GIB}-${(at + 1) * GIB - 1}`)),
      part(6, `${5 * GIB}-${5 * GIB}`),
    ]);
    expect(of("CompleteMultipartUpload")).toEqual([
      {
        ...UPLOAD,
        MultipartUpload: { Parts: [1, 2, 3, 4, 5, 6].map((PartNumber) => ({ PartNumber, ETag: `"p${PartNumber}"` })) },
        ChecksumType: "FULL_OBJECT",
        ChecksumCRC64NVME: "crc",
        MpuObjectSize: size,
      },
    ]);
    expect(of("AbortMultipartUpload")).toEqual([]);
  });

  it("of 50 TB has 9,998 parts of at most 5 GiB each", async () => {
    const size = 50 * 1000 ** 4;
    const parts: UploadPartCopyCommandInput[] = [];
    // The mock takes seconds to keep so many calls.
    const counting = Object.assign(new S3Client({ region: "us-east-1" }), {
      async send({ input }: { input: UploadPartCopyCommandInput }) {
        if (input.PartNumber === undefined) return { UploadId: "u1", ChecksumCRC64NVME: "crc" };
        if (!MARKS.includes(input.PartNumber)) parts.push(input);
        return { CopyPartResult: { ETag: '"p"' } };
      },
    });
    const copy = planCopy(object(size), BUCKETS, undefined);
    expect(await copyInParts(counting, copy, "crc")).toEqual({ CRC64NVME: "crc" });
    expect(parts).toHaveLength(9_998);
    expect(parts.at(-1)).toEqual(part(9_998, `${9_997 * Math.ceil(size / 9_998)}-${size - 1}`));
    expect(Math.ceil(size / 9_998)).toBeLessThanOrEqual(5 * GIB);
  });

  it("has its parts in their order, however they end", async () => {
    s3.on(UploadPartCopyCommand).callsFake(async ({ PartNumber }) => {
      for (let turns = 6 - PartNumber; turns > 0; turns -= 1) await new Promise(setImmediate);
      return { CopyPartResult: { ETag: `"p${PartNumber}"` } };
    });
    await carrier.carry(object(6 * GIB));
    expect(of("CompleteMultipartUpload")).toMatchObject([
      {
        MultipartUpload: { Parts: [1, 2, 3, 4, 5, 6].map((PartNumber) => ({ PartNumber, ETag: `"p${PartNumber}"` })) },
      },
    ]);
  });

  it("whose copy has another CRC64NVME is an error", async () => {
    s3.on(CompleteMultipartUploadCommand).resolves({ ChecksumCRC64NVME: "other", ChecksumType: "FULL_OBJECT" });
    await expect(carrier.carry(object(6 * GIB))).rejects.toThrow(
      "artifacts/evidence/m.tar.gz version s1: CRC64NVME of the copy is other, of the source crc",
    );
  });

  it.each([
    ["has no CRC64NVME", {}],
    ["has one of parts", { ChecksumCRC64NVME: "x-3", ChecksumType: "COMPOSITE" }],
  ])("whose source %s is copied without a claim about it", async (_, source) => {
    arrange(source);
    expect(await carrier.carry(object(6 * GIB))).toMatchObject({ effect: "copied" });
    expect(of("CompleteMultipartUpload")[0]).not.toHaveProperty("ChecksumCRC64NVME");
  });

  it("has at most 16 parts under way at once", async () => {
    let underWay = 0;
    let most = 0;
    s3.on(UploadPartCopyCommand).callsFake(async () => {
      most = Math.max(most, ++underWay);
      await new Promise(setImmediate);
      underWay -= 1;
      return { CopyPartResult: { ETag: '"p"' } };
    });
    await carrier.carry(object(40 * GIB));
    expect(most).toBe(16);
  });
});

describe("a copy that fails", () => {
  it.each<[string, () => void, string]>([
    ["a part", () => s3.on(UploadPartCopyCommand, { PartNumber: 2 }).rejects(awsError("SlowDown")), "SlowDown"],
    [
      "a part without an ETag",
      () => s3.on(UploadPartCopyCommand).resolves({}),
      "evidence/m.tar.gz: S3 gave no ETag for part 1",
    ],
    ["the end", () => s3.on(CompleteMultipartUploadCommand).rejects(awsError("InternalError")), "InternalError"],
    [
      "no checksum of what was made",
      () => s3.on(CompleteMultipartUploadCommand).resolves({}),
      "evidence/m.tar.gz: S3 gave no CRC64NVME of the copy",
    ],
  ])("at %s leaves its parts for the next try", async (_, arrangeFault, message) => {
    arrangeFault();
    await expect(carrier.carry(object(6 * GIB))).rejects.toThrow(message);
    expect(of("AbortMultipartUpload")).toEqual([]);
  });

  it.each(["BadDigest", "InvalidPart", "InvalidRequest"])("for its parts (%s) takes them away", async (name) => {
    s3.on(CompleteMultipartUploadCommand).rejects(awsError(name));
    await expect(carrier.carry(object(6 * GIB))).rejects.toMatchObject({ name });
    expect(of("AbortMultipartUpload")).toEqual([UPLOAD]);
  });

  it("begins no further part, but waits for those under way", async () => {
    let ended = 0;
    s3.on(UploadPartCopyCommand).callsFake(async ({ PartNumber }) => {
      if (PartNumber === 1) throw awsError("NoSuchKey");
      await new Promise(setImmediate);
      if (!MARKS.includes(PartNumber)) ended += 1;
      return { CopyPartResult: { ETag: '"p"' } };
    });
    s3.on(AbortMultipartUploadCommand).callsFake(() => expect(ended).toBe(15));
    expect(await carrier.carry(object(100 * GIB))).toMatchObject({ effect: "gone" });
    expect([copies().length, of("AbortMultipartUpload").length]).toEqual([16, 1]);
  });

  it("because the source was replaced meanwhile takes its parts away: it is gone", async () => {
    s3.on(UploadPartCopyCommand).rejects(awsError("PreconditionFailed"));
    expect(await carrier.carry(object(6 * GIB))).toEqual({ effect: "gone", checksums: {} });
    expect(of("AbortMultipartUpload")).toEqual([UPLOAD]);
  });

  it("says that it couldn't take its parts away", async () => {
    s3.on(CompleteMultipartUploadCommand).rejects(awsError("BadDigest"));
    s3.on(AbortMultipartUploadCommand).rejects(awsError("AccessDenied"));
    await expect(carrier.carry(object(6 * GIB))).rejects.toThrow(
      "evidence/m.tar.gz: the copy failed, and so did removing its parts",
    );
  });

  it("without an upload has nothing to take away", async () => {
    s3.on(CreateMultipartUploadCommand).resolves({});
    await expect(carrier.carry(object(6 * GIB))).rejects.toThrow("evidence/m.tar.gz: S3 gave no upload id");
    expect(of("AbortMultipartUpload")).toEqual([]);
  });
});

describe("a copy that an earlier call began", () => {
  const size = 5 * GIB + 1;
  /** Sizes of the marks of that source version, as the first call makes them. */
  async function marksOf(source = object(size)): Promise<{ PartNumber: number; Size: number }[]> {
    s3.reset();
    arrange();
    await copyInParts(new S3Client({ region: "us-east-1" }), planCopy(source, BUCKETS, undefined), "crc");
    const marks = s3.commandCalls(UploadPartCopyCommand).flatMap(({ args: [{ input }] }) => {
      const { PartNumber = 0, CopySourceRange = "" } = input;
      return MARKS.includes(PartNumber) ? [{ PartNumber, Size: Number(CopySourceRange.split("-")[1]) + 1 }] : [];
    });
    s3.reset();
    arrange();
    return marks;
  }
  const one = { PartNumber: 1, ETag: '"old1"', Size: GIB };
  const last = { PartNumber: 6, ETag: '"old6"', Size: 1 };
  const there = (...uploads: [UploadId: string, Key?: string][]) =>
    s3.on(ListMultipartUploadsCommand).resolves({
      Uploads: uploads.map(([UploadId, Key = PLACE.Key]) => ({ UploadId, Key })),
    });

  it("marks what it is a copy of before its first part", async () => {
    const marks = await marksOf();
    expect(marks.map(({ PartNumber }) => PartNumber)).toEqual(MARKS);
    for (const { Size } of marks) expect(Size).toBeLessThanOrEqual(2 ** 24);
    await carrier.carry(object(size));
    expect(of("UploadPartCopy").map((input) => Object(input).PartNumber)).toEqual([...MARKS, 1, 2, 3, 4, 5, 6]);
  });

  it("goes on with the parts that are whole, and copies the others", async () => {
    const marks = await marksOf();
    there(["u0"]);
    const short = { PartNumber: 2, ETag: '"old2"', Size: GIB - 1 };
    s3.on(ListPartsCommand).resolves({ Parts: [one, short, last, ...marks] });
    expect(await carrier.carry(object(size))).toMatchObject({ effect: "copied" });
    expect(of("ListMultipartUploads")).toEqual([
      { Bucket: "evidence", Prefix: PLACE.Key, ExpectedBucketOwner: "444455556666" },
    ]);
    expect(of("CreateMultipartUpload")).toEqual([]);
    expect(of("UploadPartCopy").map((input) => Object(input).PartNumber)).toEqual([2, 3, 4, 5]);
    expect(of("CompleteMultipartUpload")).toMatchObject([
      {
        UploadId: "u0",
        MultipartUpload: {
          Parts: ['"old1"', '"p2"', '"p3"', '"p4"', '"p5"', '"old6"'].map((ETag, at) => ({ PartNumber: at + 1, ETag })),
        },
        ChecksumCRC64NVME: "crc",
        MpuObjectSize: size,
      },
    ]);
  });

  it("is found among others, over pages of uploads and of parts", async () => {
    const marks = await marksOf();
    s3.on(ListMultipartUploadsCommand)
      .resolvesOnce({
        Uploads: [{ Key: PLACE.Key, UploadId: "unmarked" }],
        ...{ IsTruncated: true, NextKeyMarker: PLACE.Key, NextUploadIdMarker: "unmarked" },
      })
      .resolvesOnce({ Uploads: [{ Key: PLACE.Key, UploadId: "u0" }] });
    s3.on(ListPartsCommand, { UploadId: "unmarked" }).resolves({ Parts: [one] });
    s3.on(ListPartsCommand, { UploadId: "u0" }).resolves({
      ...{ Parts: [one], IsTruncated: true, NextPartNumberMarker: "1" },
    });
    s3.on(ListPartsCommand, { UploadId: "u0", PartNumberMarker: "1" }).resolves({ Parts: marks });
    await carrier.carry(object(size));
    expect(of("ListMultipartUploads")[1]).toMatchObject({ KeyMarker: PLACE.Key, UploadIdMarker: "unmarked" });
    expect(of("CompleteMultipartUpload")).toMatchObject([{ UploadId: "u0" }]);
    expect(copies()).toHaveLength(5);
  });

  it.each<[string, object]>([
    ["another source version", { versionId: "s0" }],
    ["another ETag", { etag: "e0-9" }],
    ["another size", { size: size + 1 }],
  ])("isn't an upload of %s", async (_, other) => {
    const marks = await marksOf({ ...object(size), ...other });
    expect(marks).toHaveLength(2);
    there(["theirs"]);
    s3.on(ListPartsCommand).resolves({ Parts: [one, last, ...marks] });
    await carrier.carry(object(size));
    expect(of("CompleteMultipartUpload")).toMatchObject([{ UploadId: "u1" }]);
    expect(copies()).toHaveLength(6);
    expect(of("AbortMultipartUpload")).toEqual([]);
  });

  it.each<[string, () => void]>([
    ["under a key that begins so", () => there(["u0", `${PLACE.Key}.sig`])],
    [
      "completed since it was listed",
      () => {
        there(["u0"]);
        s3.on(ListPartsCommand).rejects(awsError("NoSuchUpload"));
      },
    ],
  ])("isn't one %s", async (_, arrangeOthers) => {
    s3.on(ListPartsCommand).resolves({ Parts: [one, ...(await marksOf())] });
    arrangeOthers();
    await carrier.carry(object(size));
    expect(of("CompleteMultipartUpload")).toMatchObject([{ UploadId: "u1" }]);
  });

  it("whose parts can't be listed is a fault, not a reason to begin anew", async () => {
    there(["u0"]);
    s3.on(ListPartsCommand).rejects(awsError("AccessDenied"));
    await expect(carrier.carry(object(size))).rejects.toMatchObject({ name: "AccessDenied" });
    expect(of("CreateMultipartUpload")).toEqual([]);
  });
});
