import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { s3ModelData } from "../../../src/adapters/s3-model-data";
import { s3SpendingBook } from "../../../src/adapters/s3-spending-book";
import { awsError, sent } from "../../support/sdk-answers";

const s3 = mockClient(S3Client);
const client = new S3Client({ region: "us-east-1" });
const OWNER = "444455556666";

beforeEach(() => s3.reset());

describe("model data", () => {
  const copy = s3ModelData(client, { name: "models", keyArn: "key", owner: OWNER });
  const from = { bucket: "evidence", key: "a/model.tar.gz", versionId: "v1", size: 10 };
  const KEY = "models/g/7/aa/model.tar.gz";
  const there = { Versions: [{ Key: KEY, VersionId: "c1", Size: 10, IsLatest: true }] };

  it("is copied from exactly that version, to its own key, under the bucket's key", async () => {
    s3.on(ListObjectVersionsCommand).resolvesOnce({}).resolves(there);
    s3.on(HeadObjectCommand).resolves({ ETag: '"e"', ContentType: "application/gzip" });
    s3.on(CopyObjectCommand).resolves({});
    expect(await copy(from, KEY)).toEqual({ bucket: "models", key: KEY, versionId: "c1", size: 10 });
    const [call] = s3.commandCalls(CopyObjectCommand);
    expect(call?.args[0].input).toMatchObject({
      Bucket: "models",
      Key: KEY,
      CopySource: "evidence/a/model.tar.gz?versionId=v1",
      CopySourceIfMatch: '"e"',
      SSEKMSKeyId: "key",
      ExpectedBucketOwner: OWNER,
      ExpectedSourceBucketOwner: OWNER,
    });
  });

  it("isn't copied again", async () => {
    s3.on(ListObjectVersionsCommand).resolves(there);
    expect((await copy(from, KEY)).versionId).toBe("c1");
    expect(s3.commandCalls(CopyObjectCommand)).toEqual([]);
  });

  it("that isn't there after the copy is a fault", async () => {
    s3.on(ListObjectVersionsCommand).resolves({});
    s3.on(HeadObjectCommand).resolves({ ETag: '"e"' });
    s3.on(CopyObjectCommand).resolves({});
    await expect(copy(from, KEY)).rejects.toThrow(/copied, and there is no such object/);
  });
});

describe("the spending book", () => {
  const book = s3SpendingBook(client, "verdicts", OWNER);
  const body = (text: string) => ({ Body: { transformToByteArray: async () => Buffer.from(text) } as never });

  it("gives a month's estimates, on all pages, without the execution's own", async () => {
    s3.on(ListObjectsV2Command)
      .resolvesOnce({ Contents: [{ Key: "spending/2026-11/a.json" }], NextContinuationToken: "n" })
      .resolvesOnce({ Contents: [{ Key: "spending/2026-11/b.json" }, { Key: "spending/2026-11/own.json" }] });
    s3.on(GetObjectCommand).resolves(body('{"schemaVersion":1,"version":"g/1","amount":2.5}'));
    expect(await book.before("2026-11", "own")).toEqual(Array(2).fill({ version: "g/1", amount: 2.5 }));
  });

  it("notes an estimate once", async () => {
    s3.on(PutObjectCommand).rejects(awsError("PreconditionFailed"));
    await book.note("2026-11", "own", { version: "g/1", amount: 2.5 });
    expect(sent(s3)).toEqual([
      ["PutObject", expect.objectContaining({ Key: "spending/2026-11/own.json", IfNoneMatch: "*" })],
    ]);
  });

  it("throws for an entry that is no estimate", async () => {
    s3.on(ListObjectsV2Command).resolves({ Contents: [{ Key: "spending/2026-11/a.json" }] });
    s3.on(GetObjectCommand).resolves(body('{"amount":"2.5"}'));
    await expect(book.before("2026-11", "own")).rejects.toThrow("spending/2026-11/a.json is no estimate");
  });
});
