import { parseModelPackageArn } from "../../../src/contract/arn";
import { sha256 } from "../../../src/core/verdict";
import { examine, type Finding } from "../../../src/doctor/probe";
import { stuckVersions } from "../../../src/doctor/stuck-versions";
import { type FoundAccount, foundAfter, reading } from "../../support/found-account";
import { languageValues } from "../../support/language-config";
import { governance } from "../../support/policies";
import { arnOf } from "../../support/registered-version";

const NOW = new Date("2026-11-30T12:00:00Z");
const [OLD, NEW] = ["2026-11-29T11:59:59Z", "2026-11-29T12:00:00Z"];
const EXECUTION = "arn:aws:sagemaker:us-east-1:444455556666:pipeline/model-governance-pipeline-language/execution/e1";

/** What the doctor says of one version of that group, 7, which is pending. */
async function said(
  { name = "credit-risk", createdAt = OLD, ...takeOver }: Given,
  keys: readonly string[] = [],
  others: Partial<FoundAccount> = {},
): Promise<Finding> {
  const bare = governance(languageValues());
  const groups = bare.groups.map((group) => (group.name === name ? { ...group, ...takeOver } : group));
  const config = { ...bare, groups };
  const id = parseModelPackageArn(arnOf(`${name}/7`));
  if (id === undefined) throw new Error(name);
  const found: FoundAccount = {
    ...foundAfter([], ""),
    pending: [{ id, createdAt: new Date(createdAt), approvalStatus: "PendingManualApproval" }],
    objects: new Map(keys.map((key) => [key, `text of ${key}`])),
    ...others,
  };
  const outputs = { made: {}, checksImage: "", deadLetters: new Map() };
  const probe = stuckVersions({ config, outputs, table: [], pendingHours: 24 }, name);
  const [finding] = await examine([probe], { account: reading(found), now: NOW });
  if (finding === undefined) throw new Error("nothing was found");
  return finding;
}
interface Given {
  name?: string;
  createdAt?: string;
  mode?: "observe" | "enforce";
  cutOver?: string;
}

const PENDING = `${arnOf("credit-risk/7")} is pending since 2026-11-29T11:59:59.000Z`;
const GIVEN_UP = `${arnOf("credit-risk/7")} is pending, and the reconciler gave up on it: a person is needed`;
const noted = (what: string) => `noted/${what}/credit-risk/7.json`;
const marker = (file: number | "told") => `start-markers/credit-risk/7/${file}.json`;
const record = (attempt: number) => `records/credit-risk/7/${attempt}.json`;
const BEFORE = { mode: "enforce", cutOver: "2026-11-29T12:00:00Z" } as const;

describe("a pending version is stuck", () => {
  it.each<[string, Given, string[], string]>([
    ["that nothing was started for in a day", {}, [], PENDING],
    ["whose execution left no record", {}, [marker(1), marker(2)], PENDING],
    ["whose record isn't applied", {}, [marker(1), record(1)], PENDING],
    ["of an observed group that wasn't judged", { mode: "observe" }, [marker(1)], PENDING],
    ["that was registered after the cut-over", { ...BEFORE, cutOver: "2026-11-29T11:59:59Z" }, [], PENDING],
    [
      "that is another than the one that was left to a person",
      {},
      [noted("left-for-review").replace("7", "77")],
      PENDING,
    ],
    [
      "whose second record isn't applied, though the first was left to a person",
      {},
      [record(1), noted("left-for-review"), record(2)],
      PENDING,
    ],
    [
      "whose third record isn't applied, though the second was left to a person",
      {},
      [record(1), noted("left-for-review"), record(2), noted("advised-2"), record(3)],
      PENDING,
    ],
    ["that the reconciler gave up on", {}, [marker(3), noted("gave-up")], GIVEN_UP],
    ["that it gave up on, from then on", { createdAt: NEW }, [marker(3), noted("gave-up")], GIVEN_UP],
    ["that it gave up on in an observed group", { mode: "observe" }, [marker(3), noted("gave-up")], GIVEN_UP],
  ])("%s", async (_, given, keys, problem) => {
    expect(await said(given, keys)).toMatchObject({
      outcome: "wrong",
      problems: [problem],
      mend: expect.stringContaining("docs/operate.md"),
    });
  });
});

describe("a pending version isn't stuck", () => {
  it.each<[string, Given, string[]]>([
    ["for a day", { createdAt: NEW }, []],
    ["that was registered before the cut-over", BEFORE, []],
    ["that was registered before it, whatever was noted of it", BEFORE, [marker(3), noted("gave-up")]],
    ["that was registered before it and is only observed", { ...BEFORE, mode: "observe" }, [marker(1)]],
    ["that was judged in an observed group", { mode: "observe" }, [marker(1), record(1)]],
    ["that no check can judge", {}, [marker("told")]],
    ["that was left for review", {}, [record(1), noted("left-for-review")]],
    ["that was changed after it was judged", {}, [record(1), noted("changed")]],
    ["that was set back", {}, [record(1), noted("set-back")]],
    ["that was set back after people decided", {}, [record(1), record(2), noted("set-back")]],
    ["that was judged while others decided", {}, [record(1), noted("recorded-only")]],
    [
      "that was judged again and left to a person again",
      {},
      [record(1), noted("left-for-review"), record(2), noted("advised-2")],
    ],
    [
      "that was given up, judged after all, and left for review",
      {},
      [noted("gave-up"), record(1), noted("left-for-review")],
    ],
  ])("%s", async (_, given, keys) => {
    expect(await said(given, keys)).toMatchObject({ outcome: "fine", problems: [] });
  });
});

describe("a language model whose execution", () => {
  const [START, ASKED] = ["start-markers/assistant/7/1.json", "inference/e1/waits-for-person.json"];
  const given = { name: "assistant" };
  const startedBy = (text: string) => ({
    executions: [
      { arn: EXECUTION, status: "Failed", startedAt: new Date(NOW), description: `attempt 1, ${sha256(text)}` },
    ],
  });

  it.each([
    ["would exceed a limit of spending waits for a person", [START, ASKED], `text of ${START}`, "fine"],
    ["asked nobody is stuck", [START], `text of ${START}`, "wrong"],
    ["is of another version is stuck", [START, ASKED], "another marker", "wrong"],
  ])("%s", async (_, keys, of, outcome) => {
    expect(await said(given, keys, startedBy(of))).toMatchObject({ outcome });
  });
});
