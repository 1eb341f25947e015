import fc from "fast-check";
import {
  type Carried,
  type CreatedObject,
  copy,
  createdObjectMessage,
  parseCreatedObject,
} from "../../../src/stages/copy";

const settings = { artifactBucket: "artifacts", prefixes: ["evidence/", "reports/"] };
const object = (changed: Partial<CreatedObject> = {}): CreatedObject => ({
  bucket: "artifacts",
  key: "evidence/7/bias.json",
  versionId: "v1",
  etag: "e1",
  size: 10,
  ...changed,
});

/** Answers as told, and remembers what it was to carry. */
function carrier(answer: Carried | Error) {
  const asked: CreatedObject[] = [];
  return {
    asked,
    async carry(one: CreatedObject) {
      asked.push(one);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}

describe("a created object", () => {
  const checksums = { SHA256: "c3Vt" };

  it.each<[Carried["effect"], string]>([
    ["copied", "a new source version"],
    ["repeat", "this source version was copied before"],
    ["gone", "the source version was deleted or replaced before it could be copied"],
  ])("under a prefix is carried: %s", async (effect, reason) => {
    const port = carrier({ effect, checksums });
    expect(await copy(object(), port, settings)).toEqual({ effect, reason, checksums });
    expect(port.asked).toEqual([object()]);
  });

  it.each([
    ["of another bucket", object({ bucket: "others" }), "others isn't the artifact bucket"],
    ["beside the prefixes", object({ key: "training/x.csv" }), "not under an evidence prefix (evidence/, reports/)"],
    ["with a prefix further on", object({ key: "a/evidence/x" }), "not under an evidence prefix (evidence/, reports/)"],
    ["with a prefix cut short", object({ key: "evidence" }), "not under an evidence prefix (evidence/, reports/)"],
  ])("%s is ignored", async (_, one, reason) => {
    const port = carrier(new Error("not to be asked"));
    expect(await copy(one, port, settings)).toEqual({ effect: "ignored", reason });
    expect(port.asked).toEqual([]);
  });

  it("is tried again where carrying fails", async () => {
    await expect(copy(object(), carrier(new Error("SlowDown")), settings)).rejects.toThrow("SlowDown");
  });
});

describe("an event of S3", () => {
  const event = (changed: object = {}, detail: object = {}) => ({
    source: "aws.s3",
    "detail-type": "Object Created",
    detail: { bucket: { name: "artifacts" }, object: { key: "k", etag: "e1", size: 3, ...changed }, ...detail },
  });
  const read = { bucket: "artifacts", key: "k", etag: "e1", size: 3 };

  it.each<[string, unknown, CreatedObject | undefined]>([
    ["of a bucket with versions", event({ "version-id": "v1" }), { ...read, versionId: "v1" }],
    ["of one without", event(), read],
    ["with an empty version id", event({ "version-id": "" }), read],
    ["with a key as it stands", event({ key: "a b+c%20é.json" }), { ...read, key: "a b+c%20é.json" }],
    ["of another type", { ...event(), "detail-type": "Object Deleted" }, undefined],
    ["of another source", { ...event(), source: "ours" }, undefined],
    ["a notification's test message", { Service: "Amazon S3", Event: "s3:TestEvent" }, undefined],
    ["no object", "text", undefined],
  ])("%s", (_, message, expected) => {
    expect(parseCreatedObject(message)).toEqual(expected);
  });

  it.each([
    ["key", event({ key: undefined })],
    ["etag", event({ etag: 1 })],
    ["size", event({ size: "3" })],
    ["bucket", event({}, { bucket: null })],
    ["object", event({}, { object: [] })],
    ["detail", { ...event(), detail: null }],
  ])("without its %s is an error, not ignored", (_, message) => {
    expect(() => parseCreatedObject(message)).toThrow(
      "Object Created event: detail.bucket.name, detail.object.key, etag or size is missing",
    );
  });
});

describe("the message that asks for an object", () => {
  it("reads as the event of that very object, whatever its key", () => {
    const text = fc.string({ unit: "binary", minLength: 1 });
    const objects = fc.record(
      { bucket: text, key: text, versionId: text, etag: text, size: fc.maxSafeNat() },
      { requiredKeys: ["bucket", "key", "etag", "size"] },
    );
    fc.assert(
      fc.property(objects, (one) => {
        expect(parseCreatedObject(JSON.parse(createdObjectMessage(one)))).toEqual(one);
      }),
    );
  });
});
