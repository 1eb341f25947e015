import { GetObjectRetentionCommand, PutObjectRetentionCommand, S3Client } from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { s3EvidenceLock } from "../../../src/adapters/s3-evidence-lock";
import { RETENTION_MODES } from "../../../src/contract/retention";
import { awsError, sent } from "../../support/sdk-answers";

const s3 = mockClient(S3Client);
const client = new S3Client({ region: "us-east-1" });
const now = () => new Date("2026-11-20T10:20:00Z");
const lock = s3EvidenceLock(client, "444455556666", "GOVERNANCE", now);
const version = { bucket: "evidence", key: "a b/c.json", versionId: "v1" };
const at = { Bucket: "evidence", Key: "a b/c.json", VersionId: "v1", ExpectedBucketOwner: "444455556666" };
const UNTIL = new Date("2026-11-21T10:20:00Z");
const EARLIER = new Date("2026-11-21T10:19:59Z");
const put = (Mode: string, where: object = at) => [
  "PutObjectRetention",
  { ...where, Retention: { Mode, RetainUntilDate: UNTIL } },
];

beforeEach(() => s3.reset());

it.each(RETENTION_MODES)("a version without retention gets one: %s", async (mode) => {
  s3.on(GetObjectRetentionCommand).rejects(awsError("NoSuchObjectLockConfiguration"));
  s3.on(PutObjectRetentionCommand).resolves({});
  await s3EvidenceLock(client, "444455556666", mode).keepUntil(version, UNTIL);
  expect(sent(s3)).toEqual([["GetObjectRetention", at], put(mode)]);
});

it("the only version of a store without versions is named by its key", async () => {
  s3.on(GetObjectRetentionCommand).rejects(awsError("NoSuchObjectLockConfiguration"));
  s3.on(PutObjectRetentionCommand).resolves({});
  await lock.keepUntil({ ...version, versionId: null }, UNTIL);
  const { VersionId: _, ...unversioned } = at;
  expect(sent(s3)).toEqual([["GetObjectRetention", unversioned], put("GOVERNANCE", unversioned)]);
});

const EXPIRED = new Date("2026-11-20T10:19:59Z");

it.each([
  ["GOVERNANCE", EARLIER, "GOVERNANCE", "GOVERNANCE"],
  ["COMPLIANCE", EARLIER, "GOVERNANCE", "COMPLIANCE"],
  ["GOVERNANCE", EARLIER, "COMPLIANCE", "GOVERNANCE"],
  ["GOVERNANCE", EXPIRED, "COMPLIANCE", "COMPLIANCE"],
  ["COMPLIANCE", EXPIRED, "GOVERNANCE", "GOVERNANCE"],
  [undefined, undefined, "GOVERNANCE", "GOVERNANCE"],
] as const)("a shorter retention is prolonged: %s until %s, to %s", async (Mode, RetainUntilDate, mode, expected) => {
  s3.on(GetObjectRetentionCommand).resolves({
    Retention: { ...(Mode && { Mode }), ...(RetainUntilDate && { RetainUntilDate }) },
  });
  s3.on(PutObjectRetentionCommand).resolves({});
  await s3EvidenceLock(client, "444455556666", mode, now).keepUntil(version, UNTIL);
  expect(sent(s3).slice(1)).toEqual([put(expected)]);
});

it.each([UNTIL, new Date("2030-01-01T00:00:00Z")])("one until %s stays", async (RetainUntilDate) => {
  s3.on(GetObjectRetentionCommand).resolves({ Retention: { Mode: "GOVERNANCE", RetainUntilDate } });
  await lock.keepUntil(version, UNTIL);
  expect(sent(s3)).toEqual([["GetObjectRetention", at]]);
});

it("one that another decision prolongs meanwhile stays", async () => {
  const Retention = { Mode: "GOVERNANCE", RetainUntilDate: UNTIL } as const;
  s3.on(GetObjectRetentionCommand)
    .resolvesOnce({ Retention: { ...Retention, RetainUntilDate: EARLIER } })
    .resolves({ Retention });
  s3.on(PutObjectRetentionCommand).rejects(awsError("AccessDenied"));
  await lock.keepUntil(version, UNTIL);
  expect(sent(s3)).toHaveLength(3);
});

it.each(["AccessDenied", "NoSuchVersion", "InvalidRequest", "SlowDown"])("throws %s", async (name) => {
  s3.on(GetObjectRetentionCommand).rejects(awsError(name));
  await expect(lock.keepUntil(version, UNTIL)).rejects.toMatchObject({ name });
  s3.on(GetObjectRetentionCommand).resolves({});
  s3.on(PutObjectRetentionCommand).rejects(awsError(name));
  await expect(lock.keepUntil(version, UNTIL)).rejects.toMatchObject({ name });
});
