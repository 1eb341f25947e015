import { guardrails } from "../../../../src/infrastructure/permissions/guardrails";
import { minified } from "../../../../src/infrastructure/permissions/policy-documents";
import { LONGEST } from "../../../../src/infrastructure/permissions/service-control-policies";
import { governance } from "../../../support/policies";

const deployer = "arn:aws:iam::444455556666:role/deploy";
const keyArn = (at: number) => `arn:aws:kms:us-east-1:444455556666:key/11111111-2222-4333-8444-55555555555${at}`;
const groups = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ name: `group-${at}-${"x".repeat(40)}`, accounts: ["111122223333"] }));

const USER = "arn:aws:iam::444455556666:user/reviewer-";
const KEYS = ["verdict", "notice", "record", "record-signing", "checkpoint-signing", "verdict-signing"];
const MADE = {
  ...Object.fromEntries([...KEYS, "revocation-signing"].map((of, at) => [`${of}-key`, keyArn(at)])),
  ...{ "evidence-key-111122223333": keyArn(8), "evidence-key-222233334444": keyArn(9) },
  ...{ queue: "arn:aws:sqs:us-east-1:444455556666:start-0a1b2c3" },
  ...{ "watch-queue": "arn:aws:sqs:us-east-1:444455556666:watch-0a1b2c3" },
};

describe("how the guardrails are divided", () => {
  it.each([1, 12, 18])("%i groups fit, whole", (count) => {
    const made = guardrails(governance({ groups: groups(count) }), { deployer });
    for (const documents of [made.governance, made.dev]) {
      expect(documents.length).toBeLessThanOrEqual(4);
      for (const document of documents) expect(minified(document).length).toBeLessThanOrEqual(LONGEST);
      const statements = documents.flatMap(({ Statement }) => Statement);
      const sealed = statements.filter(({ Sid }) => Sid.startsWith("OnlyDecisionsChangeVersions"));
      expect(sealed.flatMap(({ Resource = [] }) => Resource)).toEqual(
        groups(count).map(({ name }) => `arn:aws:sagemaker:us-east-1:444455556666:model-package/${name}/*`),
      );
      expect(new Set(statements.map(({ Sid }) => Sid)).size).toBe(statements.length);
    }
  });

  // docs/operate.md says so: with the stack's outputs, of which a second dev account's key takes room, too.
  it.each([
    [12, 0, 24],
    [40, 0, 17],
    [63, 0, 14],
    [40, 5, 12],
  ])("with names of %i characters, and %i reviewers who are users, have room for %i groups", (length, people, room) => {
    const config = (count: number) =>
      governance({
        groups: Array.from({ length: count }, (_, at) => ({
          ...{ name: `${at}-`.padEnd(length, "x"), accounts: ["111122223333"], team: [] },
        })),
        ...(people > 0 && { reviewers: { users: Array.from({ length: people }, (_, at) => `${USER}${at}`) } }),
      });
    const printed = (count: number) => () => guardrails(config(count), { deployer, made: MADE });
    expect(printed(room)).not.toThrow();
    expect(printed(room + 1)).toThrow(/^the guardrails have/);
  });

  it("are refused where an account takes no more", () => {
    expect(() => guardrails(governance({ groups: groups(100) }), { deployer })).toThrow(
      /^the guardrails have \d+ characters, an account takes 4 service control policies of 5120 besides FullAWSAccess/,
    );
  });
});

describe("who is excepted", () => {
  const principals = (groups: readonly object[]) =>
    guardrails(governance({ groups }), { deployer })
      .governance.flatMap(({ Statement }) => Statement)
      .filter(({ Sid }) => Sid.startsWith("OnlyDecisionsChangeVersions"))
      .map(({ Resource, Condition }) => [Resource, Condition?.ArnNotEquals?.["aws:PrincipalArn"]]);
  const versions = (group: string) => `arn:aws:sagemaker:us-east-1:444455556666:model-package/${group}/*`;
  const deciders = ["decide", "revoke"].map((of) => `arn:aws:iam::444455556666:role/mg-${of}-us-east-1`);
  const group = (name: string, statusSetters?: readonly string[]) => ({
    ...{ name, accounts: ["111122223333"] },
    ...(statusSetters && { mode: "observe", statusSetters }),
  });

  it("are decide and revoke alone", () => {
    expect(principals([group("credit-risk"), group("payment-fraud")])).toEqual([
      [[versions("credit-risk"), versions("payment-fraud")], deciders],
    ]);
  });

  it("are besides those whom an observed group names, there; groups that name the same are in one statement", () => {
    const ann = "arn:aws:iam::111122223333:role/ann";
    const ben = "arn:aws:iam::111122223333:role/ben";
    expect(principals([group("a", [ann, ben]), group("b"), group("c", [ben, ann]), group("d", [ben])])).toEqual([
      [
        [versions("a"), versions("c")],
        [...deciders, ann, ben],
      ],
      [[versions("b")], deciders],
      [[versions("d")], [...deciders, ben]],
    ]);
  });

  it("must be known who deploys", () => {
    expect(() => guardrails(governance())).toThrow(/^governance:assumeRole is missing, and no --deployer was given/);
  });
});
