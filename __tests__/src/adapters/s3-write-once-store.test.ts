import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { s3WriteOnceStore } from "../../../src/adapters/s3-write-once-store";
import { awsError, bodyOf, sent } from "../../support/sdk-answers";

const s3 = mockClient(S3Client);
const store = s3WriteOnceStore(new S3Client({ region: "us-east-1" }), "verdicts", "444455556666");
const at = { Bucket: "verdicts", Key: "k.json", ExpectedBucketOwner: "444455556666" };

beforeEach(() => s3.reset());

describe("writing", () => {
  it("is conditional", async () => {
    s3.on(PutObjectCommand).resolves({});
    expect(await store.write("k.json", "{}")).toBe("written");
    expect(sent(s3)).toEqual([
      [
        "PutObject",
        { ...at, Body: "{}", ContentType: "application/json", IfNoneMatch: "*", ChecksumAlgorithm: "SHA256" },
      ],
    ]);
  });

  it("says when the key exists", async () => {
    s3.rejects(awsError("PreconditionFailed"));
    expect(await store.write("k.json", "{}")).toBe("exists");
  });

  it("tries again where it raced with another writer, and meets what that one wrote", async () => {
    s3.rejectsOnce(awsError("ConditionalRequestConflict")).rejectsOnce(awsError("PreconditionFailed"));
    expect(await store.write("k.json", "{}")).toBe("exists");
  });

  it.each(["ConditionalRequestConflict", "AccessDenied", "NoSuchBucket", "SlowDown"])("throws %s", async (name) => {
    s3.rejects(awsError(name));
    await expect(store.write("k.json", "{}")).rejects.toMatchObject({ name });
  });
});

describe("looking", () => {
  it("asks for no body", async () => {
    s3.on(HeadObjectCommand).resolves({});
    expect(await store.has("k.json")).toBe(true);
    expect(sent(s3)).toEqual([["HeadObject", at]]);
  });

  it("says when there is no such key", async () => {
    s3.rejects(awsError("NotFound"));
    expect(await store.has("k.json")).toBe(false);
  });

  it.each(["Forbidden", "SlowDown"])("throws %s", async (name) => {
    s3.rejects(awsError(name));
    await expect(store.has("k.json")).rejects.toMatchObject({ name });
  });
});

describe("reading", () => {
  it("gives the bytes", async () => {
    s3.on(GetObjectCommand).resolves({ Body: bodyOf("{}") });
    expect(await store.read("k.json")).toEqual(new Uint8Array(Buffer.from("{}")));
    expect(sent(s3)).toEqual([["GetObject", at]]);
  });

  it("says when there is no such key", async () => {
    s3.rejects(awsError("NoSuchKey"));
    expect(await store.read("k.json")).toBeUndefined();
  });

  it("takes no answer without a body for an absent key", async () => {
    s3.on(GetObjectCommand).resolves({});
    await expect(store.read("k.json")).rejects.toThrow("s3://verdicts/k.json: S3 answered without a body");
  });

  it.each(["AccessDenied", "NoSuchBucket", "NotFound", "SlowDown"])("throws %s", async (name) => {
    s3.rejects(awsError(name));
    await expect(store.read("k.json")).rejects.toMatchObject({ name });
  });
});
