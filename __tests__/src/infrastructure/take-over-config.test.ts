import { parseStackConfig } from "../../../src/infrastructure/stack-config";
import { type DeclaredStack, declaredStack, parsed } from "../../support/declared-stack";
import { configMistakes, governanceValues } from "../../support/stack-values";

const groupsOf = (takenOver: Readonly<Record<string, unknown>>) =>
  governanceValues({
    groups: [
      { name: "credit-risk", accounts: ["111122223333"], team: [], ...takenOver },
      { name: "payment-fraud", accounts: ["222233334444"], team: [] },
    ],
    reviewers: { users: ["arn:aws:iam::444455556666:user/bob"] },
  });
const CUT_OVER = "2026-12-01T09:00:00Z";
const SETTER = "arn:aws:iam::444455556666:role/risk-lead";

it.each<[string, Record<string, unknown>, string[]]>([
  ["existing alone: it is observed", { existing: true }, []],
  ["existing, and enforced from a cut-over on", { existing: true, mode: "enforce", cutOver: CUT_OVER }, []],
  ["one of its own that is observed first", { mode: "observe" }, []],
  ["existing, whose policy is the stack's", { existing: true, ownsPolicy: true }, []],
  [
    "of its own, whose policy is the stack's anyway",
    { ownsPolicy: true },
    [
      'governance:groups[0].ownsPolicy: found true; the stack makes "credit-risk" and writes its policy anyway, so expected it beside existing: true alone; take it out',
    ],
  ],
  [
    "whose policy is somebody's",
    { existing: true, ownsPolicy: "me" },
    [expect.stringMatching(/^governance:groups\[0\]\.ownsPolicy: found "me", expected true where the stack writes/)],
  ],
  ["in which people set statuses, observed as it exists", { existing: true, statusSetters: [SETTER] }, []],
  ["in which people set statuses, observed as it is said", { mode: "observe", statusSetters: [SETTER] }, []],
  ...[{}, { existing: true, mode: "enforce", cutOver: CUT_OVER }].map(
    (enforced): [string, Record<string, unknown>, string[]] => [
      `in which people set statuses, enforced: ${JSON.stringify(enforced)}`,
      { ...enforced, statusSetters: [SETTER] },
      [
        `governance:groups[0].statusSetters: found ["${SETTER}"]; in mode enforce decide alone sets statuses in "credit-risk", so expected it beside mode: observe alone; take it out`,
      ],
    ],
  ),
  ...["risk-lead", "arn:aws:iam::444455556666:user/ann", "arn:aws:iam::444455556666:role/*"].map(
    (setter): [string, Record<string, unknown>, string[]] => [
      `in which ${setter} sets statuses`,
      { mode: "observe", statusSetters: [setter] },
      [
        `governance:groups[0].statusSetters[0]: found "${setter}", expected the ARN of a role that exists, for example "${SETTER}"`,
      ],
    ],
  ),
  [
    "existing, and enforced from its beginning",
    { existing: true, mode: "enforce" },
    [
      'governance:groups[0].cutOver: is missing; "credit-risk" exists already and mode enforce sets its versions\' status, so say since when: expected a time in UTC, for example "2026-12-01T09:00:00Z"; what was registered before it is left alone',
    ],
  ],
  ...["2026-12-01", "2026-12-01T09:00:00+01:00", "2026-02-30T09:00:00Z", "soon", ""].map(
    (cutOver): [string, Record<string, unknown>, string[]] => [
      `a cut-over at ${cutOver || "no time"}`,
      { existing: true, cutOver },
      [
        `governance:groups[0].cutOver: found "${cutOver}", expected a time in UTC to the second that the calendar has, for example "${CUT_OVER}"`,
      ],
    ],
  ),
  [
    "another mode",
    { mode: "watch" },
    [expect.stringMatching(/^governance:groups\[0\]\.mode: found "watch", expected observe \(/)],
  ],
])("a group %s", (_, takenOver, expected) => {
  expect(configMistakes(groupsOf(takenOver))).toEqual(expected);
});

describe("a stack with a group that exists already", () => {
  const MODES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    own: {},
    observed: { existing: true, cutOver: CUT_OVER },
    enforced: { existing: true, mode: "enforce", cutOver: CUT_OVER },
  };
  const stacks = new Map<string, DeclaredStack>();
  beforeAll(async () => {
    for (const [mode, takenOver] of Object.entries(MODES)) {
      stacks.set(mode, await declaredStack(parseStackConfig(groupsOf(takenOver), "Pulumi.test.yaml")));
    }
  }, 120_000);
  const stackOf = (mode: string): DeclaredStack => {
    const found = stacks.get(mode);
    if (found === undefined) throw new Error(`no stack is ${mode}`);
    return found;
  };

  it.each(["observed", "enforced"])("makes neither it nor its policy, and prints what that needs: %s", (mode) => {
    const own = stackOf("own");
    const { Statement } = parsed(own.one("ModelPackageGroupPolicy", "credit-risk").inputs.resourcePolicy) as {
      Statement: unknown[];
    };
    expect(own.outputs).not.toHaveProperty("addToGroupPolicies");
    const { names, outputs } = stackOf(mode);
    expect(["ModelPackageGroup", "ModelPackageGroupPolicy"].map(names)).toEqual([["payment-fraud"], ["payment-fraud"]]);
    expect(outputs.addToGroupPolicies).toEqual({ "credit-risk": Statement });
  });

  it.each([
    ["own", [], {}],
    ["observed", ["credit-risk"], { "credit-risk": CUT_OVER }],
    ["enforced", [], { "credit-risk": CUT_OVER }],
  ])("tells its functions: %s", (mode, observed, cutOvers) => {
    const told = (of: string) =>
      (stackOf(mode).one("Function", of).inputs.environment as { variables: Record<string, string> }).variables;
    for (const name of ["decide", "reconcile", "review", "watch"]) {
      expect([name, parsed(told(name).OBSERVED_GROUPS), parsed(told(name).CUT_OVERS)]).toEqual([
        name,
        observed,
        cutOvers,
      ]);
    }
    for (const name of ["start", "revoke"]) expect(parsed(told(name).CUT_OVERS)).toEqual(cutOvers);
    // What governance baseline goes by.
    expect(stackOf(mode).outputs.review).toMatchObject({ observedGroups: observed, cutOvers });
  });
});
