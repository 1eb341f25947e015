import { readFileSync } from "node:fs";
import path from "node:path";
import { ACCESS_TABLE, accessTable } from "../../scripts/access-table";
import { governanceTable } from "../../src/infrastructure/permissions/governance-table";
import { roleSection } from "../../src/local/access/access-document";
import type { PolicyDocument } from "../../src/local/access/declared-policies";
import { REASONS } from "../../src/local/access/reasons";
import { policiesOf, type SampleAccess, sampleAccess } from "../../src/local/access/sample-access";
import { searchIn, waysUnder } from "../../src/local/access/ways";
import { listOf } from "../../src/local/stand-in/inputs";
import type { DeclaredResource } from "../../src/local/stand-in/service";
import { changeStatements, withoutStatement } from "../support/change-policies";
import { lineDifference } from "../support/line-difference";

const ROLE = (of: string): string => `arn:aws:iam::444455556666:role/mg-${of}-us-east-1`;

type Change = (resources: readonly DeclaredResource[]) => DeclaredResource[];

/** A boundary that bounds nothing. */
const ANYTHING: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

/** Thousands of decisions, on a machine that may be busy. */
const LONG = 300_000;

describe("docs/access.md", () => {
  let access: SampleAccess;
  beforeAll(async () => {
    access = await sampleAccess();
  }, 300_000);

  it(
    "says what IAM allows, no line more or less (npm run docs)",
    async () => {
      const written = readFileSync(path.join(__dirname, "..", "..", ACCESS_TABLE), "utf8");
      expect(lineDifference(written, await accessTable(access))).toEqual([]);
    },
    LONG,
  );

  /** The same world with other policies. */
  const otherwise = (change: Change): SampleAccess => ({
    ...access,
    policies: policiesOf(access, change(access.program.resources)),
  });

  /** Lines of a role's table that are other than before. */
  const changed = async (of: string, change: Change): Promise<string[]> =>
    lineDifference(await roleSection(ROLE(of), access), await roleSection(ROLE(of), otherwise(change)));

  const widen =
    (sid: string, wider: (statement: Readonly<Record<string, unknown>>) => object) =>
    (resources: readonly DeclaredResource[]): DeclaredResource[] =>
      changeStatements(resources, (statement) =>
        statement.Sid === sid ? { ...statement, ...wider(statement) } : statement,
      );

  it.each<[string, string, Change, RegExp[]]>([
    [
      "an action more",
      "validate",
      widen("DescribeVersions", ({ Action }) => ({ Action: [...listOf(Action), "sagemaker:UpdateModelPackage"] })),
      [
        /^\+ \| DescribeVersions \| sagemaker:DescribeModelPackage, sagemaker:UpdateModelPackage \| versions of credit-risk/,
        /^- /,
      ],
    ],
    [
      "a resource more",
      "reconcile",
      widen("AskDecide", () => ({ Resource: ["arn:aws:lambda:us-east-1:444455556666:function:*"] })),
      [/^\+ \| AskDecide \| lambda:InvokeFunction \| function checkpoint, /, /^- \| AskDecide/],
    ],
    [
      "a condition less",
      "decide",
      widen("SetStatus", () => ({ Condition: {} })),
      [/^\+ \| SetStatus .* \| {2}\| The one role/, /^- \| SetStatus .*Approved, Rejected/],
    ],
    [
      "a statement less",
      "start",
      (resources) => withoutStatement(resources, "StartExecutions"),
      [/^- \| StartExecutions/],
    ],
    [
      "a key's policy that doesn't let the role in",
      "decide",
      (resources) => withoutStatement(resources, "SignMgDecideUsEast1"),
      [/^- \| Sign \| kms:Sign/],
    ],
    [
      "a denial less",
      "decide",
      (resources) => withoutStatement(resources, "DenyOverwriting"),
      [
        ...[
          /^\+ \| KeepRequests/,
          /^\+ \| NoteWhatIsCited/,
          /^\+ \| NoteWhatWasTold \| s3:GetObject, s3:PutObject/,
          /^\+ \| UseRecordBucket/,
        ],
        ...Array.from({ length: 8 }, () => /^- /),
      ],
    ],
  ])(
    "names %s",
    async (_, of, change, lines) => {
      const found = await changed(of, change);
      expect(found).toHaveLength(lines.length);
      expect(found).toEqual(lines.map((line) => expect.stringMatching(line)));
    },
    LONG,
  );

  describe("under the boundary", () => {
    type Statement = PolicyDocument["Statement"][number];
    /** Of decide's role; no boundary where there is nothing to change it. */
    const decideUnder = (boundary?: (statement: Statement) => Statement, change: Change = (all) => [...all]) => {
      const { program } = access;
      const boundaries = new Map(
        [...program.boundaries].map(([arn, document]) => [
          arn,
          boundary === undefined ? ANYTHING : { ...document, Statement: document.Statement.map(boundary) },
        ]),
      );
      const policies = policiesOf({ ...access, program: { ...program, boundaries } }, change(program.resources));
      return roleSection(ROLE("decide"), { ...access, policies });
    };
    const asItIs = (statement: Statement) => statement;

    it(
      "each role may what it may without it",
      async () => {
        const free: Change = (resources) =>
          resources.map(({ inputs: { permissionsBoundary: _, ...inputs }, ...one }) => ({ ...one, inputs }));
        const bounded = [...access.policies.principals].filter(([, { boundary }]) => boundary !== undefined);
        const accounts = bounded.map(([arn]) => arn.split(":")[4]);
        expect([...new Set(accounts)]).toEqual(["444455556666", "111122223333"]);
        for (const [arn] of bounded) {
          const lines = lineDifference(await roleSection(arn, otherwise(free)), await roleSection(arn, access));
          expect([arn, lines]).toEqual([arn, []]);
        }
      },
      LONG,
    );

    it(
      "what it doesn't allow is gone, by name",
      async () => {
        const narrower = (statement: Statement) => ({
          ...statement,
          Action: listOf(statement.Action).filter((one) => one !== "sns:*"),
        });
        const lines = lineDifference(await decideUnder(asItIs), await decideUnder(narrower));
        expect(lines).toEqual([expect.stringMatching(/^- \| TellPeople \| sns:Publish/)]);
      },
      LONG,
    );

    it(
      "a role that was widened changes no role",
      async () => {
        const wider = widen("SetStatus", ({ Action, Resource }) => ({
          Action: [...listOf(Action), "iam:PutRolePolicy"],
          Resource: [...listOf(Resource), ROLE("validate")],
        }));
        expect(lineDifference(await decideUnder(asItIs), await decideUnder(asItIs, wider))).toEqual([]);
        expect(lineDifference(await decideUnder(undefined), await decideUnder(undefined, wider))).toEqual([
          expect.stringMatching(/^\+ \| SetStatus \| iam:PutRolePolicy \| role validate/),
        ]);
      },
      LONG,
    );
  });

  it.each<[string, string, Change, string]>([
    [
      "validate set it",
      ROLE("validate"),
      widen("DescribeVersions", () => ({ Action: ["sagemaker:UpdateModelPackage"] })),
      "",
    ],
    [
      "reconcile replace decide's code",
      ROLE("reconcile"),
      widen("AskDecide", () => ({
        Action: ["lambda:UpdateFunctionCode"],
        Resource: ["arn:aws:lambda:us-east-1:444455556666:function:mg-decide"],
      })),
      "lambda:UpdateFunctionCode on function decide, then ",
    ],
    [
      "a team's administrators act as decide",
      "arn:aws:iam::111122223333:role/administrator",
      (resources) =>
        changeStatements(resources, (statement, { name }) =>
          statement.Sid === "ServiceRuns" && name === "decide"
            ? { ...statement, Principal: { AWS: "arn:aws:iam::111122223333:root" }, Condition: {} }
            : statement,
        ),
      "sts:AssumeRole on role decide, then ",
    ],
  ])(
    "names a way to a status that lets %s",
    async (_, who, change, before) => {
      // Without the organization's policies, which would stop some of them besides.
      const ways = async ({ policies }: SampleAccess) => {
        const all = await waysUnder(searchIn(access), policies, () => [])(who);
        return all.filter(({ act }) => act === "sets Approved").map(({ through }) => through.join(", then "));
      };
      expect(await ways(access)).toEqual([]);
      expect(await ways(otherwise(change))).toContain(
        `${before}sagemaker:UpdateModelPackage on versions of credit-risk`,
      );
    },
    LONG,
  );

  it(
    "without the guardrails an administrator writes definitions as the deploy role alone, or changes the bucket's policy first",
    async () => {
      const ways = await waysUnder(searchIn(access), access.policies, () => [])(
        "arn:aws:iam::444455556666:role/administrator",
      );
      const through = (act: string) => ways.filter((way) => way.act === act).map((way) => way.through);
      expect(through("writes definitions")).toEqual([
        [expect.stringContaining(" on role/deploy (444455556666)"), "s3:PutObject on bucket records/definitions/*"],
      ]);
      expect(through("changes who may")).toContainEqual(["s3:PutBucketPolicy on bucket records"]);
      // Which the guardrails alone stop; docs/access.md has nobody for it but the deploy role.
      for (const name of ["review", "revoke"])
        expect(through("asks in another's name")).toContainEqual([`lambda:InvokeFunction on function ${name}`]);
      expect(through("stops requests, revocations or alarms")).toContainEqual(["sqs:PurgeQueue on queue revocations"]);
      expect(through("keeps people's requests")).not.toContainEqual(["s3:PutObject on bucket verdicts/requests/*"]);
    },
    LONG,
  );

  it("has no line without its reason", async () => {
    const renamed = (resources: readonly DeclaredResource[]) =>
      widen("SetStatus", () => ({ Sid: "SetsIt" }))(resources);
    await expect(changed("decide", renamed)).rejects.toThrow(/SetsIt allows sagemaker:UpdateModelPackage.*reasons\.ts/);
  });

  it("has no reason that is left over", () => {
    const declared: string[] = [];
    changeStatements(access.program.resources, (statement) => {
      declared.push(String(statement.Sid));
      return statement;
    });
    const withJobs = governanceTable({ ...access.program.governance, runner: "processing" }).map(({ sid }) => sid);
    expect(Object.keys(REASONS).filter((sid) => ![...declared, ...withJobs].includes(sid))).toEqual([]);
  });
});
