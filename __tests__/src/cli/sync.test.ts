import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { HeadObjectCommand, ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { createProgram } from "../../../src/cli/program";
import { awsError } from "../../support/sdk-answers";

const s3 = mockClient(S3Client);
const sqs = mockClient(SQSClient);
const root = mkdtempSync(path.join(tmpdir(), "governance-sync-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const sync = {
  ...{ partition: "aws", account: "111122223333", region: "us-east-1", artifactBucket: "artifacts" },
  ...{ evidencePrefixes: ["evidence/"], copyQueueUrl: "https://sqs.us-east-1.amazonaws.com/111122223333/copy" },
};
function file(name: string, content: unknown): string {
  const at = path.join(root, name);
  writeFileSync(at, typeof content === "string" ? content : JSON.stringify(content));
  return at;
}
const COPY = file("copy.json", { sync });
const REPLICATION = file("replication.json", { sync: { ...sync, copyQueueUrl: undefined } });

async function governance(...args: string[]) {
  const printed = { out: "", err: "" };
  const writer = (to: "out" | "err") => ({ write: (text: string) => (printed[to] += text) });
  const status = await createProgram(writer("out"), writer("err")).run(["sync", ...args]);
  return { status, lines: printed.out.trimEnd().split("\n"), err: printed.err };
}

const version = (Key: string, Size: number) => ({ Key, Size, VersionId: "v1", IsLatest: true, ETag: '"e1"' });

beforeEach(() => {
  s3.reset();
  sqs.reset();
  s3.on(ListObjectVersionsCommand).resolves({
    Versions: [version("evidence/a.json", 1), version("evidence/b.json", 1_234_567)],
  });
  sqs.on(SendMessageBatchCommand).callsFake(async ({ Entries }: { Entries: { Id: string }[] }) => ({
    Successful: Entries.map(({ Id }) => ({ Id })),
  }));
});

describe("governance sync, where copy carries", () => {
  it("asks for each object, and says how many", async () => {
    expect(await governance("--outputs", COPY)).toEqual({
      status: 0,
      lines: [
        "asked copy for 2 objects of 1.2 MB under s3://artifacts/evidence/",
        "copy carries those that governance hasn't got yet; its log says which",
      ],
      err: "",
    });
    expect(sqs.commandCalls(SendMessageBatchCommand)).toHaveLength(1);
  });

  it("with --dry-run says what it would ask for, and asks for nothing", async () => {
    expect(await governance("--outputs", COPY, "--dry-run")).toEqual({
      status: 0,
      lines: [
        "would ask for s3://artifacts/evidence/a.json version v1, 1 byte",
        "would ask for s3://artifacts/evidence/b.json version v1, 1.2 MB",
        "would ask copy for 2 objects of 1.2 MB under s3://artifacts/evidence/",
      ],
      err: "",
    });
    expect(sqs.calls()).toEqual([]);
  });

  it("finds nothing in an empty bucket", async () => {
    s3.on(ListObjectVersionsCommand).resolves({});
    const { status, lines } = await governance("--outputs", COPY);
    expect([status, lines]).toEqual([0, ["asked copy for 0 objects of 0 bytes under s3://artifacts/evidence/"]]);
  });

  it("names what the queue didn't take, and ends with 1", async () => {
    sqs.on(SendMessageBatchCommand).resolves({
      ...{ Successful: [{ Id: "1", MessageId: "m", MD5OfMessageBody: "d" }] },
      Failed: [{ Id: "0", SenderFault: false, Code: "Internal\nError" }],
    });
    const { status, lines } = await governance("--outputs", COPY);
    expect(status).toBe(1);
    expect(lines[0]).toBe("not asked for: s3://artifacts/evidence/a.json version v1, 1 byte: Internal Error");
    expect(lines.at(-1)).toBe("1 couldn't be asked for; run it again, a repeat changes nothing");
  });

  it("prints a key on one line", async () => {
    s3.on(ListObjectVersionsCommand).resolves({ Versions: [version("evidence/a\u001b[2J\nb", 999)] });
    const { lines } = await governance("--outputs", COPY, "--dry-run");
    expect(lines[0]).toBe("would ask for s3://artifacts/evidence/a [2J b version v1, 999 bytes");
  });
});

describe("governance sync, where S3 replicates", () => {
  it("is done where everything is replicated", async () => {
    s3.on(HeadObjectCommand).resolves({ ReplicationStatus: "COMPLETED" });
    expect(await governance("--outputs", REPLICATION)).toEqual({
      status: 0,
      lines: ["looked at 2 objects of 1.2 MB under s3://artifacts/evidence/"],
      err: "",
    });
  });

  it("waits for what is under way", async () => {
    s3.on(HeadObjectCommand).resolves({ ReplicationStatus: "PENDING" });
    const { status, lines } = await governance("--outputs", REPLICATION);
    expect([status, lines.at(-1)]).toEqual([0, "S3 is about to replicate 2 objects of 1.2 MB"]);
  });

  it("names what isn't, and the job that does it; it starts none", async () => {
    s3.on(HeadObjectCommand).resolves({ ReplicationStatus: "COMPLETED" });
    s3.on(HeadObjectCommand, { Key: "evidence/b.json" }).resolves({});
    const { status, lines } = await governance("--outputs", REPLICATION);
    const text = lines.join("\n");
    expect(status).toBe(1);
    expect(lines[0]).toBe("not replicated: s3://artifacts/evidence/b.json version v1, 1.2 MB: never replicated");
    expect(text).toContain("S3 hasn't replicated 1 object of 1.2 MB.");
    expect(text).toContain("aws s3control create-job --account-id 111122223333 --region us-east-1");
    const [, generator = ""] = /--manifest-generator '(.*)'/.exec(text) ?? [];
    expect(JSON.parse(generator)).toEqual({
      S3JobManifestGenerator: {
        SourceBucket: "arn:aws:s3:::artifacts",
        ExpectedBucketOwner: "111122223333",
        EnableManifestOutput: false,
        Filter: {
          EligibleForReplication: true,
          ObjectReplicationStatuses: ["NONE", "FAILED", "REPLICA"],
          KeyNameConstraint: { MatchAnyPrefix: ["evidence/"] },
        },
      },
    });
    expect(sqs.calls()).toEqual([]);
  });
});

describe("governance sync ends with 2", () => {
  it.each<[string, string[], string]>([
    ["without outputs", [], "required option '--outputs <outputs.json>' not specified"],
    ["for a file that isn't there", ["--outputs", path.join(root, "none.json")], "ENOENT: no such file"],
    ["for a file that is no JSON", ["--outputs", file("text", "outputs")], "is not valid JSON"],
    ["for another stack's outputs", ["--outputs", file("other.json", {})], "other.json: output sync is missing"],
  ])("%s", async (_, args, message) => {
    const { status, err } = await governance(...args);
    expect(status).toBe(2);
    expect(err).toContain(message);
  });

  it.each<[string, () => void, string]>([
    [
      "to list",
      () => s3.on(ListObjectVersionsCommand).rejects(awsError("AccessDenied")),
      "listing s3://artifacts/evidence/: AccessDenied",
    ],
    [
      "to send",
      () => sqs.on(SendMessageBatchCommand).rejects(awsError("ExpiredToken")),
      "sending to https://sqs.us-east-1.amazonaws.com/111122223333/copy: ExpiredToken",
    ],
  ])("where AWS refuses %s, without a stack trace", async (_, refuse, message) => {
    refuse();
    const { status, err } = await governance("--outputs", COPY);
    expect(status).toBe(2);
    expect(err).toContain(`governance: ${message}`);
    expect(err).not.toMatch(/^\s+at /m);
  });
});
