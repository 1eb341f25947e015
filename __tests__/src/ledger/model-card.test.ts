import Ajv2020 from "ajv/dist/2020";
import fc from "fast-check";
import { type Finding, OUTCOMES } from "../../../src/core/finding";
import { DECISIONS } from "../../../src/core/verdict";
import type { PolicyRecord } from "../../../src/ledger/decision-record";
import { CARD_LIMIT, cardWithDecision } from "../../../src/ledger/model-card";
import type { Signed } from "../../../src/ledger/signed";
import { MODEL_CARD_SCHEMA } from "../../support/model-card-schema";
import { ARN, FINGERPRINT } from "../../support/registered-version";
import { BUNDLE, EXECUTION, finding, IMAGE, POLICY } from "../../support/verdict-record";

const URI = "s3://records/records/credit-risk/7/1.json";
const isCard = new Ajv2020({ allErrors: true, strict: true, strictRequired: false }).compile<Card>(MODEL_CARD_SCHEMA);

interface Metric {
  name: string;
  type: string;
  value: unknown;
  notes: string;
}

interface Section {
  name: string;
  evaluation_observation?: string;
  metadata?: Record<string, string>;
  metric_groups?: { name: string; metric_data: Metric[] }[];
}

interface Card {
  evaluation_details: Section[];
}

const recorded = (changed: Partial<PolicyRecord> = {}, sha256 = "a".repeat(64)): Signed<PolicyRecord> => ({
  name: "records/credit-risk/7/1.json",
  sha256,
  signedText: "",
  signature: "",
  body: {
    schemaVersion: 2,
    kind: "decision",
    binding: true,
    previous: null,
    modelPackageArn: ARN,
    attempt: 1,
    fingerprint: FINGERPRINT,
    decision: "Approved",
    reason: "Approved: all 1 findings pass.",
    decidedAt: "2026-11-20T10:20:00.000Z",
    decidedBy: { kind: "policy", executionId: EXECUTION },
    verdict: { uri: "s3://verdicts/checks.json", versionId: "v1", sha256: "b".repeat(64), size: 1 },
    policy: { digest: POLICY },
    checks: { imageDigest: IMAGE, bundleSha256: BUNDLE },
    evidence: [],
    findings: [finding()],
    signedWith: { keyArn: "key", publicKeySha256: "c".repeat(64), algorithm: "ECDSA_SHA_256" },
    ...changed,
  },
});

const decided = () => ({ recorded: recorded(), recordUri: URI, judged: recorded().body });

/** @throws Error where the card stayed as it was */
function contentOf(before: string | undefined, record = recorded()): string {
  const card = cardWithDecision(before, { recorded: record, recordUri: URI, judged: record.body });
  if ("problem" in card) throw new Error(card.problem);
  return card.content;
}

function cardOf(content: string): Card {
  const card: unknown = JSON.parse(content);
  if (!isCard(card)) throw new Error(JSON.stringify(isCard.errors));
  return card;
}

const sectionOf = (findings: Finding[], changed: Partial<PolicyRecord> = {}): Section => {
  const [section] = cardOf(contentOf(undefined, recorded({ findings, ...changed }))).evaluation_details;
  if (section === undefined) throw new Error("no section");
  return section;
};

const metricsOf = (section: Section): Metric[] =>
  (section.metric_groups ?? []).flatMap(({ metric_data }) => metric_data);

describe("the section", () => {
  it("says what was decided and why, where the record is, and each finding by its check", () => {
    const findings = [
      finding({ value: 0.8, outcome: "fail", reason: "0.8 is below its bound" }),
      finding({
        check: "bias",
        metric: "DPPL",
        facet: "gender=F",
        value: 0.05,
        bound: { max: 0.1 },
        interval: [0.01, 0.09],
      }),
      finding({ metric: "binary.auc", category: "new", value: null, outcome: "cannot-evaluate", evidence: null }),
    ];
    expect(sectionOf(findings, { decision: "Rejected", reason: "Rejected: of 3 findings 1 failed." })).toEqual({
      name: "Model governance decision",
      evaluation_observation:
        "Rejected by policy. The version's approval status in the registry is what counts. 3 of 3 findings are listed here, the decision record has all. Rejected: of 3 findings 1 failed.",
      metadata: {
        governance_decision: "Rejected",
        governance_decided_at: "2026-11-20T10:20:00.000Z",
        governance_attempt: "1",
        governance_record_uri: URI,
        governance_record_sha256: "a".repeat(64),
        governance_policy_sha256: POLICY,
      },
      metric_groups: [
        {
          name: "model-quality",
          metric_data: [
            {
              name: "binary.accuracy",
              type: "number",
              value: 0.8,
              notes:
                "outcome fail; bound at least 0.9; reason: 0.8 is below its bound; evidence s3://evidence-111122223333/a.json",
            },
            {
              name: "binary.auc new",
              type: "string",
              value: "none",
              notes: "outcome cannot-evaluate; bound at least 0.9",
            },
          ],
        },
        {
          name: "bias",
          metric_data: [
            {
              name: "DPPL gender=F",
              type: "number",
              value: 0.05,
              notes:
                "outcome pass; bound at most 0.1; interval (0.01 to 0.09); evidence s3://evidence-111122223333/a.json",
            },
          ],
        },
      ],
    });
  });

  it.each(["NaN", "Infinity", "-Infinity"] as const)("has %s as a text", (value) => {
    expect(metricsOf(sectionOf([finding({ value })]))).toMatchObject([{ type: "string", value }]);
  });

  it("cuts long texts between characters", () => {
    const long = "\u{1F600}".repeat(3000);
    const section = sectionOf([finding({ check: long, metric: long, reason: long })], { reason: long });
    const texts = [section.evaluation_observation, section.metric_groups?.[0]?.name, metricsOf(section)[0]?.name];
    for (const text of texts) expect(text).toMatch(/^[^\p{Cs}]*…[^\p{Cs}]*$/u);
    expect(section.evaluation_observation).toContain("1 of 1 findings are listed here");
    expect(metricsOf(section)[0]?.notes).toContain("evidence s3://");
  });

  it.each(["\n", "\uD800\u0000", " "])("has one line and a name for %j", (text) => {
    const section = sectionOf([finding({ check: text, metric: text, reason: text })], { reason: text });
    expect(JSON.stringify(section)).not.toMatch(/\\n|\\u/);
  });

  it("lists those that fail before others where not all have room, in the record's order, and says so", () => {
    const passing = Array.from({ length: 2000 }, (_, index) => finding({ feature: `passing ${index}` }));
    const failing = ["first", "last"].map((feature) => finding({ feature, value: 0, outcome: "fail" }));
    const unknown = finding({ feature: "unknown", value: null, outcome: "cannot-evaluate" });
    const section = sectionOf([...passing, failing, unknown].flat(), { decision: "Rejected" });
    const names = metricsOf(section).map(({ name }) => name);
    expect(names.slice(-3)).toEqual(["binary.accuracy first", "binary.accuracy last", "binary.accuracy unknown"]);
    expect(names[0]).toBe("binary.accuracy passing 0");
    expect(section.evaluation_observation).toContain(` ${names.length} of 2003 findings are listed here`);
    expect(JSON.stringify(section).length).toBeLessThanOrEqual(CARD_LIMIT / 2);
    expect(names.length).toBeGreaterThan(200);
  });
});

describe("what a team wrote stays to the character", () => {
  const team = '{ "name": "ours", "metric_groups": [{"name":"[\\"]","metric_data":[{"value":1.0}]}] }';
  const section = contentOf(undefined).slice('{"evaluation_details":['.length, -"]}".length);

  it.each([
    ["no card", undefined, `{"evaluation_details":[${section}]}`],
    ["an empty text", " ", `{"evaluation_details":[${section}]}`],
    ["an empty object", " { } ", ` {"evaluation_details":[${section}] } `],
    [
      "a card without evaluations",
      '{\n  "intended_uses": {"risk_rating": "Low", "n": 1.0e2}\n}',
      `{\n  "intended_uses": {"risk_rating": "Low", "n": 1.0e2},"evaluation_details":[${section}]\n}`,
    ],
    ["an empty list", '{"evaluation_details": [ ], "a": 1}', `{"evaluation_details": [${section}], "a": 1}`],
    [
      "an evaluation of theirs",
      `{"a": "evaluation_details", "evaluation_details": [${team}], "b": "\\u00e9" }`,
      `{"a": "evaluation_details", "evaluation_details": [${team},${section}], "b": "\\u00e9" }`,
    ],
    [
      "an escaped key, a number beyond doubles, a key of theirs twice",
      `{"x":{"k":1e400,"k":12345678901234567890},"evaluation\\u005fdetails":[7,null]}`,
      `{"x":{"k":1e400,"k":12345678901234567890},"evaluation\\u005fdetails":[7,null,${section}]}`,
    ],
    [
      "one of theirs that has the same name",
      '{"evaluation_details":[{"name":"Model governance decision"},{"name":"Model governance decision","metadata":{}}]}',
      `{"evaluation_details":[{"name":"Model governance decision"},{"name":"Model governance decision","metadata":{}},${section}]}`,
    ],
  ])("%s", (_, before, after) => {
    expect(contentOf(before)).toBe(after);
    expect(contentOf(after)).toBe(after);
  });

  it("another record's section takes the place of the one before", () => {
    const first = contentOf(`{"evaluation_details":[${team}]}`);
    const edited = first.replace(`,${section}`, `,${section},{"name":"later"},${section}`);
    const next = recorded({ decision: "Rejected", attempt: 2 }, "d".repeat(64));
    const card: Card = JSON.parse(contentOf(edited, next));
    expect(card.evaluation_details.map(({ name }) => name)).toEqual(["ours", "Model governance decision", "later"]);
    expect(card.evaluation_details[1]?.metadata).toMatchObject({
      governance_decision: "Rejected",
      governance_attempt: "2",
      governance_record_sha256: "d".repeat(64),
    });
  });
});

it("what people decide about a version that was never judged has no findings", () => {
  const person = { roleId: "AROA1", name: "bob", messageId: "m1", askedAt: "2026-11-20T10:20:00.000Z", reason: "MR-1" };
  const { verdict, policy, checks, evidence, findings, ...body } = recorded().body;
  const people = { ...body, decision: "Rejected", decidedBy: { kind: "people", people: [person] } } as const;
  const card = cardWithDecision(undefined, { recorded: { ...recorded(), body: people }, recordUri: URI });
  const [section] = cardOf("content" in card ? card.content : "{}").evaluation_details;
  expect(section?.evaluation_observation).toMatch(/^Rejected by bob\. .* Nothing was judged\. /);
  expect([section?.metric_groups, Object.keys(section?.metadata ?? {})]).toEqual([
    [],
    expect.not.arrayContaining(["governance_policy_sha256"]),
  ]);
});

describe("a card that isn't one stays as it is", () => {
  it.each([
    ["{", "it isn't JSON"],
    ["# Card", "it isn't JSON"],
    ["[]", "it isn't a JSON object"],
    ["null", "it isn't a JSON object"],
    ['"{}"', "it isn't a JSON object"],
    ['{"evaluation_details":{}}', "its evaluation_details is no list"],
    ['{"evaluation_details": null}', "its evaluation_details is no list"],
    ['{"evaluation_details":"[]"}', "its evaluation_details is no list"],
    ['{"evaluation_details":[],"evaluation_details":[]}', "it has evaluation_details twice"],
  ])("%s", (before, problem) => {
    expect(cardWithDecision(before, decided())).toEqual({ problem });
  });

  it("and one without room", () => {
    const before = JSON.stringify({ model_overview: { model_creator: "x".repeat(CARD_LIMIT - 500) } });
    expect(cardWithDecision(before, decided())).toEqual({
      problem: "it has no room: with the decision it would have more than 100000 characters",
    });
  });

  it("but one with room for a few findings has those", () => {
    const before = JSON.stringify({ model_overview: { model_creator: "x".repeat(CARD_LIMIT - 2000) } });
    const findings = Array.from({ length: 50 }, (_, index) => finding({ feature: `f${index}` }));
    const content = contentOf(before, recorded({ findings }));
    expect(content.length).toBeLessThanOrEqual(CARD_LIMIT);
    expect(content).toMatch(/ [1-9] of 50 findings are listed here/);
  });
});

describe("whatever is found, whatever the card says", () => {
  const someText = fc.oneof(fc.string({ unit: "binary", maxLength: 40 }), fc.string({ maxLength: 3000 }));
  const nullable = fc.option(someText);
  const someFinding: fc.Arbitrary<Finding> = fc.record({
    check: fc.oneof(fc.constantFrom("bias", "model-quality"), someText),
    metric: someText,
    ...{ facet: nullable, feature: nullable, category: nullable, reason: nullable },
    value: fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom<Finding["value"]>("NaN", "Infinity", "-Infinity", null),
    ),
    bound: fc.record({ min: fc.double(), max: fc.double() }, { requiredKeys: [] }),
    outcome: fc.constantFrom(...OUTCOMES),
    evidence: fc.option(fc.record({ uri: someText, versionId: nullable, sha256: fc.constant("a".repeat(64)) })),
  });
  const someRecord = fc
    .record({
      findings: fc.array(someFinding, { minLength: 1, maxLength: 60 }),
      reason: someText,
      decision: fc.constantFrom(...DECISIONS),
    })
    .map((changed) => recorded(changed));
  const isOurs = ({ metadata }: Section) => metadata?.governance_record_sha256 !== undefined;

  it("the card is the schema's, within its limits, and the same again", () => {
    fc.assert(
      fc.property(someRecord, (record) => {
        const content = contentOf(undefined, record);
        expect(cardOf(content).evaluation_details).toHaveLength(1);
        expect(content.length).toBeLessThanOrEqual(CARD_LIMIT / 2 + 100);
        expect(contentOf(content, record)).toBe(content);
      }),
      { numRuns: 200 },
    );
  });

  it("a card of any JSON keeps all that it had", () => {
    const others = fc.dictionary(fc.string(), fc.jsonValue());
    const lists = fc.array(fc.jsonValue(), { maxLength: 3 });
    fc.assert(
      fc.property(someRecord, others, fc.option(lists), fc.constantFrom(0, 2), (record, other, list, indent) => {
        const before = { ...other, ...(list && { evaluation_details: list }) };
        const content = contentOf(JSON.stringify(before, null, indent), record);
        const { evaluation_details: after, ...rest }: Card = JSON.parse(content);
        expect(JSON.stringify(rest)).toBe(JSON.stringify(JSON.parse(JSON.stringify(other))));
        expect(JSON.stringify(after.slice(0, -1))).toBe(JSON.stringify(list ?? []));
        expect(after.slice(-1).every(isOurs)).toBe(true);
        expect(contentOf(content, record)).toBe(content);
      }),
      { numRuns: 200 },
    );
  });

  it("a card of any text is one or stays as it is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), (before) => {
        const card = cardWithDecision(before, decided());
        expect("problem" in card || JSON.parse(card.content).evaluation_details.length > 0).toBe(true);
      }),
    );
  });
});
