import fc from "fast-check";
import {
  ENVIRONMENTS,
  type Environment,
  jobEnvironment,
  LONGEST_JOB_VALUE,
  type Process,
  readEnvironment,
  writeEnvironment,
} from "../../../src/contract/environment";
import { DECIDE_ARGUMENTS, readArguments } from "../../../src/contract/pipeline-parameters";
import {
  lookAgainMessage,
  parseLookAgain,
  parseRegistryEvent,
  parseStartAgain,
} from "../../../src/contract/registry-event";

const sources = [{ account: "111122223333", artifactBucket: "team-a", evidenceBucket: "evidence-a" }];
/** What watch and revoke are told alike. */
const ON_DECIDED = {
  GROUPS: { a: [] },
  GOVERNANCE_ACCOUNT: "444455556666",
  VERDICT_BUCKET: "verdicts",
  RECORD_BUCKET: "records",
  RECORD_KEY_ARN: "arn:aws:kms:eu-central-1:444455556666:key/3",
  FORMER_RECORD_KEY_ARNS: [],
  REVOCATION_KEY_ARN: "arn:aws:kms:eu-central-1:444455556666:key/5",
  FORMER_REVOCATION_KEY_ARNS: [],
  NOTICE_TOPIC_ARN: "arn:aws:sns:eu-central-1:444455556666:t",
};
const values: { [P in Process]: Environment<P> } = {
  copy: {
    ARTIFACT_BUCKET: "team-a",
    ARTIFACT_BUCKET_OWNER: "111122223333",
    EVIDENCE_PREFIXES: ["evidence/", "reports/"],
    EVIDENCE_BUCKET: "evidence-a",
    EVIDENCE_BUCKET_OWNER: "444455556666",
    EVIDENCE_KEY_ARN: "arn:aws:kms:eu-central-1:444455556666:key/1",
  },
  start: {
    GROUPS: { "credit-risk": ["111122223333"] },
    EVIDENCE_SOURCES: sources,
    GOVERNANCE_ACCOUNT: "444455556666",
    VERDICT_BUCKET: "verdicts",
    PIPELINE_ARN: "arn:aws:sagemaker:eu-central-1:444455556666:pipeline/model-governance-pipeline",
    LANGUAGE_GROUPS: ["assistant"],
    CUT_OVERS: { "credit-risk": "2026-12-01T09:00:00Z" },
    QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/444455556666/q",
    NOTICE_TOPIC_ARN: "arn:aws:sns:eu-central-1:444455556666:t",
    POLICY_DIGEST: "ab",
    EVIDENCE_DEADLINE_MINUTES: 60,
  },
  validate: {
    GROUPS: {},
    EVIDENCE_SOURCES: sources,
    GOVERNANCE_ACCOUNT: "444455556666",
    VERDICT_BUCKET: "verdicts",
    RECORD_BUCKET: "records",
    VERDICT_KEY_ARN: "arn:aws:kms:eu-central-1:444455556666:key/5",
    CHECKS_IMAGE_DIGEST: "sha256:ab",
    LANGUAGE_GROUPS: ["assistant"],
    PROMPT_BUCKET: "prompts",
    PROMPT_SETS: [{ name: "bbq", sha256: "ab" }],
  },
  collect: {
    GROUPS: { assistant: ["111122223333"] },
    EVIDENCE_SOURCES: sources,
    GOVERNANCE_ACCOUNT: "444455556666",
    VERDICT_BUCKET: "verdicts",
    PROMPT_BUCKET: "prompts",
    PROMPT_SETS: [{ name: "bbq", sha256: "ab" }],
    MODEL_BUCKET: "models",
    MODEL_KEY_ARN: "arn:aws:kms:eu-central-1:444455556666:key/2",
    SERVING_ROLE_ARN: "arn:aws:iam::444455556666:role/serving",
    PREFIX: "mg",
    SERVING: {
      assistant: {
        service: "endpoint",
        instanceType: "ml.g5.xlarge",
        pricePerHour: 1.41,
        secondsPerCompletion: 2,
        concurrency: 4,
        request: { inputs: "$prompt" },
        response: { completion: "$.text" },
      },
    },
    SPENDING_LIMITS: { perVersion: 50, perMonth: 500 },
    SCORER: { kind: "comprehend" },
    NOTICE_TOPIC_ARN: "arn:aws:sns:eu-central-1:444455556666:t",
  },
  "clean-up": { PREFIX: "mg", SERVICES: ["endpoint"], NOTICE_TOPIC_ARN: "arn:aws:sns:eu-central-1:444455556666:t" },
  decide: {
    GROUPS: { a: [], b: ["1"] },
    GOVERNANCE_ACCOUNT: "444455556666",
    VERDICT_BUCKET: "verdicts",
    RECORD_BUCKET: "records",
    RECORD_KEY_ARN: "arn:aws:kms:eu-central-1:444455556666:key/3",
    REVOCATION_KEY_ARN: "arn:aws:kms:eu-central-1:444455556666:key/6",
    FORMER_REVOCATION_KEY_ARNS: [],
    FORMER_RECORD_KEY_ARNS: ["arn:aws:kms:eu-central-1:444455556666:key/1"],
    VERDICT_KEY_ARN: "arn:aws:kms:eu-central-1:444455556666:key/5",
    FORMER_VERDICT_KEY_ARNS: [],
    PIPELINE_ARN: "arn:aws:sagemaker:eu-central-1:444455556666:pipeline/model-governance-pipeline",
    LANGUAGE_GROUPS: ["a"],
    OBSERVED_GROUPS: ["b"],
    CUT_OVERS: {},
    START_ROLE_ARN: "arn:aws:iam::444455556666:role/mg-start-eu-central-1",
    RETENTION: { mode: "GOVERNANCE", days: 1 },
    NOTICE_TOPIC_ARN: "arn:aws:sns:eu-central-1:444455556666:t",
    POLICY_DIGEST: "ab",
    CHECKS_IMAGE_DIGEST: "sha256:ab",
  },
  review: {
    TEAMS: { "credit-risk": ["ann"] },
    GOVERNANCE_ACCOUNT: "444455556666",
    VERDICT_BUCKET: "verdicts",
    RECORD_BUCKET: "records",
    RECORD_KEY_ARN: "arn:aws:kms:eu-central-1:444455556666:key/3",
    FORMER_RECORD_KEY_ARNS: [],
    REVOCATION_KEY_ARN: "arn:aws:kms:eu-central-1:444455556666:key/4",
    FORMER_REVOCATION_KEY_ARNS: [],
    RETENTION: { mode: "GOVERNANCE", days: 1 },
    OBSERVED_GROUPS: ["b"],
    CUT_OVERS: { "credit-risk": "2026-12-01T09:00:00Z" },
    START_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/444455556666/q",
    REVIEWER_ROLE_ID: "AROA1234567890EXAMPLE",
    NOTICE_TOPIC_ARN: "arn:aws:sns:eu-central-1:444455556666:t",
  },
  reconcile: {
    GROUPS: { a: [] },
    GOVERNANCE_ACCOUNT: "444455556666",
    VERDICT_BUCKET: "verdicts",
    RECORD_BUCKET: "records",
    PIPELINE_ARN: "arn:aws:sagemaker:eu-central-1:444455556666:pipeline/model-governance-pipeline",
    LANGUAGE_GROUPS: [],
    OBSERVED_GROUPS: [],
    CUT_OVERS: {},
    QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/444455556666/q",
    WATCH_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/444455556666/w",
    REVOKES: true,
    PEOPLE_ON_RECORD: false,
    DECIDE_FUNCTION_ARN: "arn:aws:lambda:eu-central-1:444455556666:function:mg-decide:3",
    NOTICE_TOPIC_ARN: "arn:aws:sns:eu-central-1:444455556666:t",
  },
  checkpoint: {
    GOVERNANCE_ACCOUNT: "444455556666",
    RECORD_BUCKET: "records",
    CHECKPOINT_KEY_ARN: "arn:aws:kms:eu-central-1:444455556666:key/4",
    FORMER_KEY_ARNS: [],
    RECORD_KEY_ARN: "arn:aws:kms:eu-central-1:444455556666:key/3",
    FORMER_RECORD_KEY_ARNS: [],
    REVOCATION_KEY_ARN: "arn:aws:kms:eu-central-1:444455556666:key/5",
    FORMER_REVOCATION_KEY_ARNS: [],
  },
  revoke: { ...ON_DECIDED, OBSERVED_GROUPS: [], CUT_OVERS: {}, WATCH_ROLE_ID: "AROAWATCH", REVIEWER_ROLE_ID: "none" },
  watch: {
    ...ON_DECIDED,
    OBSERVED_GROUPS: [],
    CUT_OVERS: {},
    REGION: "eu-central-1",
    REVOCATION_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/444455556666/mg-revocations",
    REVOKES: false,
    PEOPLE_ON_RECORD: true,
  },
};
const processes: Process[] = [
  ...(["copy", "start", "validate", "collect", "clean-up", "decide", "reconcile", "checkpoint"] as const),
  ...(["watch", "revoke", "review"] as const),
];

describe("environment", () => {
  it.each(processes)("of %s is read as it was written", (process) => {
    expect(readEnvironment(process, writeEnvironment(process, values[process]))).toEqual(values[process]);
  });

  it.each(processes.flatMap((process) => Object.keys(ENVIRONMENTS[process]).map((name) => [process, name] as const)))(
    "of %s without %s is refused by name",
    (process, name) => {
      const { [name]: _, ...rest } = writeEnvironment(process, values[process]);
      expect(() => readEnvironment(process, rest)).toThrow(`environment of ${process}: ${name} missing or malformed`);
    },
  );

  it("packs what is long, so that it fits and is read the same", () => {
    const many = Array.from({ length: 60 }, (_, index) => String(100_000_000_000 + index * 7_919_533));
    const EVIDENCE_SOURCES = many.map((account) => ({
      account,
      artifactBucket: `mg-artifacts-${account}-eu-central-1`,
      evidenceBucket: `mg-evidence-${account}-eu-central-1`,
    }));
    const written = writeEnvironment("start", { ...values.start, EVIDENCE_SOURCES });
    expect(written.EVIDENCE_SOURCES?.length).toBeLessThan(JSON.stringify(EVIDENCE_SOURCES).length / 5);
    expect(readEnvironment("start", written).EVIDENCE_SOURCES).toEqual(EVIDENCE_SOURCES);
  });

  it.each([
    ["EVIDENCE_SOURCES", "deflate:AAAA"],
    ["EVIDENCE_DEADLINE_MINUTES", "soon"],
    ["EVIDENCE_DEADLINE_MINUTES", "-1"],
    ["GROUPS", "[]"],
    ["GROUPS", '{"credit-risk":"111122223333"}'],
    ["GROUPS", "null"],
    ["EVIDENCE_SOURCES", '[{"account":"111122223333"}]'],
    ["EVIDENCE_SOURCES", "{"],
  ])("%s=%s is malformed", (name, text) => {
    expect(() => readEnvironment("start", { ...writeEnvironment("start", values.start), [name]: text })).toThrow(name);
  });
});

describe("environment of a Processing job", () => {
  const name = fc.string({ minLength: 1, maxLength: 80, unit: "grapheme" });
  const environments = fc.record({
    GROUPS: fc.dictionary(name, fc.array(name, { maxLength: 40 }), { maxKeys: 40 }),
    EVIDENCE_SOURCES: fc.array(fc.record({ account: name, artifactBucket: name, evidenceBucket: name })),
  });

  it("has values of at most 256 characters, and is read as it was written", () => {
    fc.assert(
      fc.property(environments, (some) => {
        const whole = { ...values.validate, ...some };
        const block = jobEnvironment(writeEnvironment("validate", whole));
        for (const value of Object.values(block)) expect([...value].length).toBeLessThanOrEqual(LONGEST_JOB_VALUE);
        expect(readEnvironment("validate", block)).toEqual(whole);
      }),
    );
  });

  it("is Lambda's own where nothing is long", () => {
    const block = writeEnvironment("validate", values.validate);
    expect(jobEnvironment({ ...block, EMPTY: "" })).toEqual({ ...block, EMPTY: "" });
  });

  it("is refused by name without any one of its pieces", () => {
    const many = Array.from({ length: 200 }, (_, at) => [
      `group-${at * 7_919}`,
      [String(100_000_000_000 + at * 104_729)],
    ]);
    const block = jobEnvironment(
      writeEnvironment("validate", { ...values.validate, GROUPS: Object.fromEntries(many) }),
    );
    const pieces = Object.keys(block).filter((key) => key.startsWith("GROUPS"));
    expect(pieces.length).toBeGreaterThan(3);
    for (const piece of pieces) {
      const { [piece]: _, ...rest } = block;
      expect(() => readEnvironment("validate", rest)).toThrow("environment of validate: GROUPS missing or malformed");
    }
  });
});

describe("step arguments", () => {
  const given = { ModelPackageArn: "arn", Attempt: "1", JudgesAgain: "none", ExecutionId: "e", VerdictSha256: "ab" };

  it("are read by their names", () => {
    expect(readArguments(DECIDE_ARGUMENTS, { ...given, More: 1 })).toEqual(given);
  });

  it.each([
    ["absent", { ...given, VerdictSha256: undefined }],
    ["empty", { ...given, VerdictSha256: "" }],
    ["no text", { ...given, VerdictSha256: 7 }],
    ["inherited", Object.assign(Object.create({ VerdictSha256: "ab" }), { ModelPackageArn: "arn", ExecutionId: "e" })],
    ["of nothing", null],
  ])("%s are refused by name", (_, event) => {
    expect(() => readArguments(DECIDE_ARGUMENTS, event)).toThrow(/VerdictSha256/);
  });
});

describe("messages to start", () => {
  const event = {
    source: "aws.sagemaker",
    "detail-type": "SageMaker Model Package State Change",
    account: "444455556666",
    region: "us-east-1",
    detail: { ModelPackageArn: "arn", UpdatedModelPackageFields: ["ModelApprovalStatus", 7] },
  };

  it.each([
    ["an event", event, ["ModelApprovalStatus"]],
    ["a creation", { ...event, detail: { ModelPackageArn: "arn" } }, []],
    ["a null list", { ...event, detail: { ModelPackageArn: "arn", UpdatedModelPackageFields: null } }, []],
    ["an event with another id than EventBridge gives", { ...event, id: "../7" }, ["ModelApprovalStatus"]],
  ])("reads %s", (_, message, updatedFields) => {
    expect(parseRegistryEvent(message)).toEqual({
      modelPackageArn: "arn",
      account: "444455556666",
      region: "us-east-1",
      updatedFields,
    });
  });

  it("keeps the event's id", () => {
    const id = "1f0a7c52-7d2b-4d7e-9a35-58c1b7a9e003";
    expect(parseRegistryEvent({ ...event, id })?.id).toBe(id);
  });

  it.each([
    ["another source", { ...event, source: ["aws.sagemaker"] }],
    ["another type", { ...event, "detail-type": "SageMaker Model Card State Change" }],
    ["no ARN", { ...event, detail: {} }],
    ["no detail", { ...event, detail: null }],
    ["no account", { ...event, account: 4 }],
    ["text", "event"],
    ["nothing", undefined],
  ])("takes %s for no event", (_, message) => {
    expect(parseRegistryEvent(message)).toBeUndefined();
  });

  it.each([
    [
      { startAgain: { modelPackageArn: "arn", attempt: 2, waits: 3 } },
      { modelPackageArn: "arn", attempt: 2, waits: 3 },
    ],
    [{ startAgain: { modelPackageArn: "arn", attempt: 2 } }, { modelPackageArn: "arn", attempt: 2 }],
    [{ startAgain: { modelPackageArn: "arn", attempt: 2, waits: -1 } }, undefined],
    [{ startAgain: { modelPackageArn: "arn", attempt: 2, waits: "3" } }, undefined],
    [{ startAgain: { modelPackageArn: "arn", attempt: 0, waits: 3 } }, undefined],
    [{ startAgain: { modelPackageArn: "arn", attempt: 1.5, waits: 3 } }, undefined],
    [{ startAgain: { modelPackageArn: "arn", waits: 3 } }, undefined],
    [{ startAgain: { attempt: 1, waits: 3 } }, undefined],
    [{}, undefined],
    [null, undefined],
  ])("reads %j as %j", (message, expected) => {
    expect(parseStartAgain(message)).toEqual(expected);
  });

  it.each([
    [JSON.parse(lookAgainMessage("arn")), "arn"],
    [{ lookAgain: { modelPackageArn: 7 } }, undefined],
    [{ lookAgain: "arn" }, undefined],
    [{ startAgain: { modelPackageArn: "arn", attempt: 2 } }, undefined],
    [null, undefined],
  ])("looks again as %j says: %s", (message, expected) => {
    expect(parseLookAgain(message)).toBe(expected);
  });
});
