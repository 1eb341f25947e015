import { CopyObjectCommand, HeadObjectCommand, ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import fc from "fast-check";
import { writeEnvironment } from "../../src/contract/environment";
import { parseRegistryEvent, parseStartAgain } from "../../src/contract/registry-event";
import { isObject } from "../../src/core/shape";
import { parseCreatedObject } from "../../src/stages/copy";
import { eventFixture, eventFixtures, queued } from "../support/events";
import { placesOf, replaced } from "../support/json-places";

const s3 = mockClient(S3Client);
/** What was logged, as it was written. */
let lines: string[] = [];
/** Reads its environment as it is loaded. */
let handler: (event: unknown) => Promise<unknown>;

beforeAll(() => {
  process.env.POWERTOOLS_DEV = "true";
  for (const level of ["info", "warn", "error"] as const) {
    jest.spyOn(console, level).mockImplementation((...texts: unknown[]) => {
      // Written for developers it is indented; on AWS it isn't.
      lines.push(JSON.stringify(JSON.parse(String(texts[0]))));
    });
  }
  Object.assign(
    process.env,
    writeEnvironment("copy", {
      ...{ ARTIFACT_BUCKET: "artifacts-111122223333", ARTIFACT_BUCKET_OWNER: "111122223333" },
      ...{ EVIDENCE_PREFIXES: ["evidence/"], EVIDENCE_BUCKET: "evidence-111122223333" },
      ...{ EVIDENCE_BUCKET_OWNER: "444455556666", EVIDENCE_KEY_ARN: "arn:aws:kms:us-east-1:444455556666:key/1" },
    }),
  );
  ({ handler } = jest.requireActual("../../functions/copy/handler"));
});

beforeEach(() => {
  s3.reset();
  lines = [];
  s3.on(HeadObjectCommand).callsFake(async () => ({ ETag: '"0f343b0931126a20f133d67c2b018a3b"' }));
  s3.on(ListObjectVersionsCommand).resolves({});
  s3.on(CopyObjectCommand).resolves({ CopyObjectResult: { ChecksumSHA256: "sum" } });
});

const ODD = ["\u0000", "\u001b[2J", "a\r\nb", "\u007f", "\u0085", "\u2028", "\ud800", "__proto__", "evidence/\u009b\n"];
const value = fc.oneof(
  fc.constantFrom<unknown>(null, [], {}, "", -1, 1e308, ...ODD),
  fc.string({ unit: "binary" }).map((text) => `evidence/${text}`),
  fc.jsonValue(),
);
/** Events on record with one value changed, and what is no event at all. */
const event = fc.oneof(
  fc.constantFrom(...eventFixtures("s3-"), ...eventFixtures("model-")).chain((name) => {
    const recorded = eventFixture(name);
    return fc
      .record({ path: fc.constantFrom(...placesOf(recorded)), by: value })
      .map(({ path, by }): unknown => replaced(recorded, path, by));
  }),
  fc.jsonValue(),
);

/** One line that can be shown. */
const LINE = /^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]*$/u;

describe("whatever a queue holds", () => {
  it("copy carries what lies under an evidence prefix of its own bucket, under its key, and nothing else", async () => {
    const body = fc.oneof(
      event.map((one) => JSON.stringify(one) ?? ""),
      fc.string({ unit: "binary" }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(body, { maxLength: 4 }), async (bodies) => {
        s3.resetHistory();
        const answer = await handler(queued(...bodies));
        const failures = isObject(answer) && Array.isArray(answer.batchItemFailures) ? answer.batchItemFailures : [];
        expect(failures.length).toBeLessThanOrEqual(bodies.length);
        for (const { args } of s3.commandCalls(CopyObjectCommand)) {
          const { Bucket, Key = "", CopySource = "" } = args[0].input;
          expect([Bucket, Key.startsWith("evidence/")]).toEqual(["evidence-111122223333", true]);
          const [path = ""] = CopySource.split("?versionId=");
          expect(decodeURIComponent(path)).toBe(`artifacts-111122223333/${Key}`);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("copy logs one line that can be shown for each message", async () => {
    await fc.assert(
      fc.asyncProperty(event, async (one) => {
        lines = [];
        await handler(queued(one));
        expect(lines).toHaveLength(1);
        for (const line of lines) expect(line).toMatch(LINE);
      }),
      { numRuns: 300 },
    );
  });

  it("start and copy read events or nothing, and say what an event lacks", () => {
    fc.assert(
      fc.property(event, (one) => {
        expect(typeof (parseRegistryEvent(one)?.modelPackageArn ?? "")).toBe("string");
        expect(parseStartAgain(one)).toBeUndefined();
        try {
          expect(typeof (parseCreatedObject(one)?.size ?? 0)).toBe("number");
        } catch (error) {
          expect(String(error)).toMatch(/^Error: Object Created event: detail\.bucket\.name, .* is missing$/);
        }
      }),
      { numRuns: 500 },
    );
  });
});
