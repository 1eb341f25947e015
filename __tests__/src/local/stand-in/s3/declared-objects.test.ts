import { createS3 } from "../../../../../src/local/stand-in/s3";
import type { DeclaredResource } from "../../../../../src/local/stand-in/service";
import { bucketResources, DENY_OVERWRITING, ONCE } from "../../../../support/buckets";
import { as, caller, declared, GOVERNANCE, policy, refusal, surroundings } from "../../../../support/surroundings";

const KEY = "definitions/a.json";
const deployed = (inputs: Record<string, unknown> = {}): DeclaredResource =>
  declared("s3/bucketObjectv2:BucketObjectv2", "definition", {
    ...{ bucket: ONCE, key: KEY, content: "{}", contentType: "application/json", serverSideEncryption: "AES256" },
    overrideProvider: { defaultTags: { tags: {} } },
    ...inputs,
  });

/** The write-once bucket, whose policy leaves definitions out. */
const exceptDefinitions = (): DeclaredResource[] => {
  const { Resource: _, ...statement } = { ...DENY_OVERWRITING, NotResource: `arn:aws:s3:::${ONCE}/definitions/*` };
  return bucketResources().map((one) =>
    one.type.endsWith(":BucketPolicy") && one.name === ONCE
      ? { ...one, inputs: { ...one.inputs, policy: policy(statement) } }
      : one,
  );
};

it("an object that is declared is there before anything runs", async () => {
  const call = caller(createS3(surroundings([...bucketResources(), deployed()]).around), as(GOVERNANCE, "start"));
  const { Body, ServerSideEncryption } = Object(await call("GetObject", { Bucket: ONCE, Key: KEY }));
  expect([await Body.transformToString(), ServerSideEncryption]).toEqual(["{}", "AES256"]);
});

it.each<[string, Record<string, unknown>, RegExp]>([
  ["a bucket that isn't there", { bucket: "gone" }, /bucket gone doesn't exist/],
  ["another encryption", { serverSideEncryption: "aws:kms" }, /serverSideEncryption aws:kms/],
  ["the provider's tags", { overrideProvider: undefined }, /tags/],
  ["what it doesn't know", { acl: "public-read" }, /doesn't know acl/],
])("refuses one with %s", (_, inputs, message) => {
  expect(() => createS3(surroundings([...bucketResources(), deployed(inputs)]).around)).toThrow(message);
});

it("a statement of all but some objects denies all but those", async () => {
  const call = caller(createS3(surroundings(exceptDefinitions()).around), as(GOVERNANCE, "start"));
  await call("PutObject", { Bucket: ONCE, Key: KEY, Body: "{}" });
  expect(await refusal(call("PutObject", { Bucket: ONCE, Key: "records/1.json", Body: "{}" }))).toMatch(
    /^AccessDenied: .*denies s3:PutObject by OnlyNew/,
  );
});
