import { createS3 } from "../../../../../src/local/stand-in/s3";
import { ARTIFACTS, bucketResources, EVIDENCE } from "../../../../support/buckets";
import {
  as,
  caller,
  declared,
  field,
  GOVERNANCE,
  refusal,
  START,
  surroundings,
} from "../../../../support/surroundings";

const DAY = 86_400_000;
const later = (days: number) => new Date(START.getTime() + days * DAY);
const KEY = "evidence/report.json";
const of = { Bucket: EVIDENCE, Key: KEY };

const configuration = (defaultRetention: Record<string, unknown>, bucket = EVIDENCE) =>
  declared("s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", bucket, {
    bucket,
    rule: { defaultRetention },
  });

/** The evidence bucket with Object Lock, and an object in it. */
async function world(defaults: Record<string, unknown> | undefined = undefined) {
  const locked = bucketResources().map((one) =>
    one.type.endsWith(":Bucket") && one.name === EVIDENCE
      ? { ...one, inputs: { ...one.inputs, objectLockEnabled: true } }
      : one,
  );
  const { around, clock } = surroundings([...locked, ...(defaults ? [configuration(defaults)] : [])]);
  const call = caller(createS3(around), as(GOVERNANCE, "start"));
  const put = await call("PutObject", { ...of, Body: "{}" });
  const version = { ...of, VersionId: field(put, "VersionId") };
  const keep = (until: Date, Mode = "GOVERNANCE") =>
    call("PutObjectRetention", { ...version, Retention: { Mode, RetainUntilDate: until } });
  return { call, clock, version, keep };
}

describe("a version in a bucket with Object Lock", () => {
  it("isn't retained until it is asked for, and can't be deleted from then on", async () => {
    const { call, keep, version, clock } = await world();
    expect(await refusal(call("GetObjectRetention", version))).toMatch(/^NoSuchObjectLockConfiguration/);
    await keep(later(2));
    expect(await call("GetObjectRetention", of)).toEqual({
      Retention: { Mode: "GOVERNANCE", RetainUntilDate: later(2) },
    });
    expect(await call("HeadObject", of)).toMatchObject({
      ObjectLockMode: "GOVERNANCE",
      ObjectLockRetainUntilDate: later(2),
    });
    expect(await refusal(call("DeleteObject", version))).toMatch(/^AccessDenied: .*object lock/);
    await clock.run(later(2));
    expect(await call("DeleteObject", version)).toEqual({ VersionId: version.VersionId });
  });

  it("gets what the bucket gives, and a marker of deletion doesn't", async () => {
    const { call, version } = await world({ mode: "COMPLIANCE", days: 3 });
    expect(await call("GetObjectRetention", version)).toEqual({
      Retention: { Mode: "COMPLIANCE", RetainUntilDate: later(3) },
    });
    const marker = await call("DeleteObject", of);
    expect(await refusal(call("DeleteObject", version))).toMatch(/^AccessDenied/);
    await call("DeleteObject", { ...of, VersionId: field(marker, "VersionId") });
    expect(await call("HeadObject", of)).toMatchObject({ VersionId: version.VersionId });
  });

  it.each<[string, number, string, RegExp]>([
    ["longer", 3, "GOVERNANCE", /^no refusal/],
    ["shorter", 1, "GOVERNANCE", /^AccessDenied/],
    ["in another mode", 3, "COMPLIANCE", /^AccessDenied/],
    ["in no mode", 3, "FOREVER", /^MalformedXML/],
    ["until now", 0, "GOVERNANCE", /^InvalidArgument: .*in the future/],
  ])("is kept %s", async (_, days, mode, answer) => {
    const { keep } = await world();
    await keep(later(2));
    expect(await refusal(keep(later(days), mode))).toMatch(answer);
  });

  it.each([
    ["GetObjectRetention", {}],
    ["PutObjectRetention", { Retention: { Mode: "GOVERNANCE", RetainUntilDate: later(1) } }],
  ])("has %s refused where the bucket has no Object Lock", async (operation, input) => {
    const { around } = surroundings(bucketResources());
    const call = caller(createS3(around), as(GOVERNANCE, "start"));
    await call("PutObject", { ...of, Body: "{}" });
    expect(await refusal(call(operation, { ...of, ...input }))).toMatch(/^InvalidRequest: .*Object Lock/);
  });
});

describe("a lock configuration is refused", () => {
  it.each<[string, Record<string, unknown>, string, RegExp]>([
    [
      "without Object Lock",
      { mode: "GOVERNANCE", days: 1 },
      ARTIFACTS,
      /Object Lock isn't enabled for bucket artifacts/,
    ],
  ])("%s", async (_, defaults, bucket, refused) => {
    const { around } = surroundings([...bucketResources(), configuration(defaults, bucket)]);
    expect(await refusal(Promise.resolve().then(() => createS3(around)))).toMatch(refused);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["of no day", { mode: "GOVERNANCE", days: 0 }, /expected mode GOVERNANCE or COMPLIANCE and 1 to 36500 days/],
    ["of another mode", { mode: "LEGAL", days: 1 }, /expected mode/],
    ["in years", { mode: "GOVERNANCE", years: 1 }, /UnknownToStandIn.*years/],
  ])("%s", async (_, defaults, refused) => {
    expect(await refusal(world(defaults))).toMatch(refused);
  });
});
