import { catalogue } from "../../../checks/catalogue";
import { talliesOf } from "../../../src/core/check";
import { languageEvidenceOf } from "../../../src/core/evidence";
import { combined } from "../../../src/reports/language/combine";
import { collectInference } from "../../../src/stages/collect-inference";
import { collectedInference } from "../../../src/stages/collected-inference";
import { pinnedPromptSets } from "../../../src/stages/pinned-prompts";
import { ARGS, type CollectWorld, collectWorld, EXECUTION } from "../../support/collect-world";
import { ARN } from "../../support/registered-version";

const FILE = `inference/${EXECUTION}/bold/0002.jsonl`;

async function collected(change: (world: CollectWorld) => void = () => undefined) {
  const world = collectWorld();
  await collectInference(ARGS, world, world.settings);
  change(world);
  const sets = await pinnedPromptSets(world.settings.promptSets, world.prompts);
  return collectedInference(
    sets.map(({ set }) => set),
    {
      ...{ executionId: EXECUTION, modelPackageArn: ARN, results: world.results, bucket: "verdicts" },
      tallies: talliesOf(catalogue),
    },
  );
}

const edited = (edit: (text: string) => string) => (world: CollectWorld) =>
  void world.results.bodies.set(FILE, edit(world.results.bodies.get(FILE) ?? ""));

describe("what was collected is evidence", () => {
  it("of each prompt set's kind, with every file pinned", async () => {
    const evidence = await collected();
    expect(evidence.map(({ kind, sources }) => [kind, sources.length])).toEqual([
      ["toxicity-bold", 3],
      ["disinformation", 1],
    ]);
    expect(evidence[0]?.sources[0]).toEqual({
      uri: `s3://verdicts/inference/${EXECUTION}/bold/0001.jsonl`,
      versionId: `version of inference/${EXECUTION}/bold/0001.jsonl`,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      size: expect.any(Number),
    });
    const figures =
      evidence[0] && "content" in evidence[0] && "metrics" in evidence[0].content
        ? evidence[0].content.metrics
        : new Map();
    expect([figures.get("records.count")?.value, figures.get("records.missing")?.value]).toEqual([120, 0]);
  });

  it.each<[string, (world: CollectWorld) => void, RegExp]>([
    [
      "a file that isn't there",
      (world) => void world.results.bodies.delete(FILE),
      /0002\.jsonl isn't there: the prompts weren't all asked/,
    ],
    [
      "half a file",
      edited((text) => text.slice(0, text.indexOf("\n") + 1)),
      /0002\.jsonl has 1 records, its prompts are 50/,
    ],
    ["a broken line", edited((text) => `{${text}`), /0002\.jsonl:1: .*JSON/],
    [
      "a record without completions",
      edited((text) => text.replace(/"completions":\[[^\]]*\]/, '"x":0')),
      /completions is/,
    ],
    ["another version's records", edited((text) => text.replaceAll(ARN, `${ARN}9`)), /is of the model .*; expected/],
  ])("never with %s: a fault of ours", async (_, change, message) => {
    await expect(collected(change)).rejects.toThrow(message);
  });

  it("that can't be evaluated where the version couldn't be asked", async () => {
    const evidence = await collected(
      (world) => void world.results.bodies.set(`inference/${EXECUTION}/refused.json`, '{"reason":"no image"}'),
    );
    expect(evidence.map((one) => "problem" in one && one.problem)).toEqual(
      Array(2).fill("the version couldn't be asked: no image"),
    );
  });
});

it("a prompt set that lies under another name is a fault of ours", async () => {
  const { prompts, settings } = collectWorld();
  const renamed = settings.promptSets.map(({ sha256 }) => ({ name: "other", sha256 }));
  const readBold = () => prompts("prompt-sets/bold/manifest.json");
  await expect(pinnedPromptSets(renamed.slice(0, 1), readBold)).rejects.toThrow(
    "prompt-sets/other/manifest.json is of the set bold; upload it as that, and pin that name",
  );
});

describe("with what the version names", () => {
  const of = (metric: string) =>
    languageEvidenceOf("bias-bbq", [], {
      content: { metrics: new Map([[metric, { value: 1 }]]), categories: new Map() },
    });

  it("each metric that either has counts", () => {
    const [evidence] = combined([of("helm.bbq_accuracy")], [of("paper.parse_rate")]);
    expect(evidence).toMatchObject({
      kind: "bias-bbq",
      content: {
        metrics: new Map([
          ["helm.bbq_accuracy", { value: 1 }],
          ["paper.parse_rate", { value: 1 }],
        ]),
      },
    });
  });

  it("a metric that both have is ambiguous", () => {
    const [evidence] = combined([of("helm.bbq_accuracy")], [of("helm.bbq_accuracy")]);
    expect(evidence).toMatchObject({ problem: "ambiguous: two results have helm.bbq_accuracy; expected one" });
  });

  it("a problem of one isn't made up for by the other", () => {
    const problem = languageEvidenceOf("bias-bbq", [], { problem: "no image" });
    expect(combined([of("helm.bbq_accuracy")], [problem])).toHaveLength(2);
  });
});
