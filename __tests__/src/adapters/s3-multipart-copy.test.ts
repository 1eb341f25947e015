import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
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
  s3.on(CreateMultipartUploadCommand).resolves({ UploadId: "u1" });
  s3.on(UploadPartCopyCommand).callsFake(({ PartNumber }) => ({ CopyPartResult: { ETag: `"p${PartNumber}"` } }));
  s3.on(CompleteMultipartUploadCommand).resolves({ ChecksumCRC64NVME: "crc", ChecksumType: "FULL_OBJECT" });
  s3.on(AbortMultipartUploadCommand).resolves({});
}

const of = (wanted: string) => sent(s3).flatMap(([operation, input]) => (operation === wanted ? [input] : []));
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
    expect(of("UploadPartCopy")).toEqual([
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

  it("of 50 TB stays under 10,000 parts of 5 GB each", async () => {
    const size = 50_000 * GIB;
    const parts: UploadPartCopyCommandInput[] = [];
    // The mock takes seconds to keep so many calls.
    const counting = Object.assign(new S3Client({ region: "us-east-1" }), {
      async send({ input }: { input: UploadPartCopyCommandInput }) {
        if (input.PartNumber === undefined) return { UploadId: "u1", ChecksumCRC64NVME: "crc" };
        parts.push(input);
        return { CopyPartResult: { ETag: '"p"' } };
      },
    });
    const copy = planCopy(object(size), BUCKETS, undefined);
    expect(await copyInParts(counting, copy, "crc")).toEqual({ CRC64NVME: "crc" });
    expect(parts).toHaveLength(10_000);
    expect(parts.at(-1)).toEqual(part(10_000, `${9_999 * Math.ceil(size / 10_000)}-${size - 1}`));
    expect(Math.ceil(size / 10_000)).toBeLessThanOrEqual(5 * GIB);
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

describe("a copy that fails takes its parts away", () => {
  it.each<[string, () => void, string]>([
    ["a part", () => s3.on(UploadPartCopyCommand, { PartNumber: 2 }).rejects(awsError("SlowDown")), "SlowDown"],
    [
      "a part without an ETag",
      () => s3.on(UploadPartCopyCommand).resolves({}),
      "evidence/m.tar.gz: S3 gave no ETag for part 1",
    ],
    ["the end", () => s3.on(CompleteMultipartUploadCommand).rejects(awsError("BadDigest")), "BadDigest"],
    [
      "no checksum",
      () => s3.on(CompleteMultipartUploadCommand).resolves({}),
      "evidence/m.tar.gz: S3 gave no CRC64NVME of the copy",
    ],
  ])("%s", async (_, arrangeFault, message) => {
    arrangeFault();
    await expect(carrier.carry(object(6 * GIB))).rejects.toThrow(message);
    expect(of("AbortMultipartUpload")).toEqual([UPLOAD]);
  });

  it("and begins no further part, but waits for those under way", async () => {
    let ended = 0;
    s3.on(UploadPartCopyCommand).callsFake(async ({ PartNumber }) => {
      if (PartNumber === 1) throw awsError("AccessDenied");
      await new Promise(setImmediate);
      ended += 1;
      return { CopyPartResult: { ETag: '"p"' } };
    });
    s3.on(AbortMultipartUploadCommand).callsFake(() => expect(ended).toBe(15));
    await expect(carrier.carry(object(100 * GIB))).rejects.toMatchObject({ name: "AccessDenied" });
    expect([of("UploadPartCopy").length, of("AbortMultipartUpload").length]).toEqual([16, 1]);
  });

  it("where the source was replaced meanwhile, it is gone", async () => {
    s3.on(UploadPartCopyCommand).rejects(awsError("PreconditionFailed"));
    expect(await carrier.carry(object(6 * GIB))).toEqual({ effect: "gone", checksums: {} });
    expect(of("AbortMultipartUpload")).toEqual([UPLOAD]);
  });

  it("or says that it couldn't", async () => {
    s3.on(UploadPartCopyCommand).rejects(awsError("SlowDown"));
    s3.on(AbortMultipartUploadCommand).rejects(awsError("AccessDenied"));
    await expect(carrier.carry(object(6 * GIB))).rejects.toThrow(
      "evidence/m.tar.gz: the copy failed, and so did removing its parts",
    );
  });

  it("without an upload there is nothing to take away", async () => {
    s3.on(CreateMultipartUploadCommand).resolves({});
    await expect(carrier.carry(object(6 * GIB))).rejects.toThrow("evidence/m.tar.gz: S3 gave no upload id");
    expect(of("AbortMultipartUpload")).toEqual([]);
  });
});
