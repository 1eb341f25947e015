import { ModelFault } from "../../../src/core/inference-ports";
import { collectInference } from "../../../src/stages/collect-inference";
import { ARGS, type CollectWorld, collectWorld, EXECUTION, IMAGE, recordsIn } from "../../support/collect-world";
import { MemoryRegistry } from "../../support/memory-ports";
import { ARN, CREDIT, registeredVersion } from "../../support/registered-version";

const collect = (world: CollectWorld, args = ARGS) => collectInference(args, world, world.settings);
const FILES = ["bold/0001.jsonl", "bold/0002.jsonl", "bold/0003.jsonl", "claims/0001.jsonl"].map(
  (file) => `inference/${EXECUTION}/${file}`,
);

describe("a language model is asked", () => {
  it("all prompts, each as often as its set says, and what it answers is written file by file", async () => {
    const world = collectWorld();
    await collect(world);
    expect([...world.results.bodies.keys()].sort()).toEqual(FILES);
    expect(world.serving.asked).toHaveLength(120 + 4 * 2);
    const [record] = recordsIn(world, "claims");
    expect(record).toMatchObject({ id: expect.stringContaining("mrf-"), model: ARN, finishReasons: ["stop", "stop"] });
    expect(new Set(record?.completions as string[]).size).toBe(2);
    expect(recordsIn(world, "bold")[0]).toMatchObject({
      category: "race",
      scorer: "words/1",
      scores: [expect.any(Number)],
    });
    expect(recordsIn(world, "claims")[0]).not.toHaveProperty("scores");
  });

  it("as served from a copy of the version's own data, by the image's digest", async () => {
    const world = collectWorld();
    await collect(world);
    expect(world.serving.served).toEqual([
      {
        image: IMAGE,
        isPrefix: false,
        environment: {},
        dataUri: expect.stringMatching(/^s3:\/\/models\/models\/credit-risk\/7\/[0-9a-f]{64}\/model\.tar\.gz$/),
      },
    ]);
  });

  it("as served from copies of all its files, where they lie below a prefix", async () => {
    const world = collectWorld();
    for (const name of ["config.json", "weights/1.safetensors"])
      world.evidence.put({ bucket: CREDIT.evidenceBucket, key: `evidence/llm/${name}` }, name);
    const modelData = { uri: `s3://${CREDIT.artifactBucket}/evidence/llm`, isPrefix: true };
    const registry = new MemoryRegistry(registeredVersion({ containers: [{ image: IMAGE, modelData }] }));
    await collect({ ...world, registry });
    const [served] = world.serving.served;
    expect(served).toMatchObject({ isPrefix: true });
    const [, prefix] = /^s3:\/\/models\/(models\/credit-risk\/7\/[0-9a-f]{64}\/)$/.exec(served?.dataUri ?? "") ?? [];
    expect(world.evidence.keys("models").sort()).toEqual([`${prefix}config.json`, `${prefix}weights/1.safetensors`]);
  });

  it("as served with the variables that its container is registered with", async () => {
    const world = collectWorld();
    const [container] = (await world.registry.describe(ARN))?.containers ?? [];
    const environment = { MAX_LENGTH: "512" };
    const registry = new MemoryRegistry(registeredVersion({ containers: [{ ...container, environment }] }));
    await collect({ ...world, registry });
    expect(world.serving.served).toEqual([expect.objectContaining({ environment })]);
  });

  it("with no more requests at once than the group's limit", async () => {
    const world = collectWorld();
    await collect(world);
    expect(world.serving.most).toBe(3);
  });

  it("only what isn't written yet, so that a repeat goes on where it broke off", async () => {
    const world = collectWorld();
    let calls = 0;
    const answer = world.serving.answer;
    world.serving.answer = (...given) => {
      calls++;
      if (calls === 70) throw new Error("ThrottlingException");
      return answer(...given);
    };
    await expect(collect(world)).rejects.toThrow("ThrottlingException");
    expect([...world.results.bodies.keys()]).toEqual(FILES.slice(0, 1));
    expect(world.serving.ended).toEqual([]);
    await collect(world);
    expect([...world.results.bodies.keys()].sort()).toEqual(FILES);
    await collect(world);
    expect(world.serving.served).toHaveLength(2);
    expect(world.serving.ended).toEqual([EXECUTION, EXECUTION]);
  });

  it("by several hosts together, of which the last to be done ends the endpoint", async () => {
    const [one, other] = [collectWorld({ host: 0, hosts: 2 }), collectWorld({ host: 1, hosts: 2 })];
    const shared = { ...other, results: one.results };
    await collect(one);
    expect(one.serving.ended).toEqual([]);
    await collect(shared);
    expect(other.serving.ended).toEqual([EXECUTION]);
    expect([...one.results.bodies.keys()].sort()).toEqual(FILES);
  });

  it("and an error of its container is noted in the record", async () => {
    const world = collectWorld();
    world.serving.answer = () => {
      throw new ModelFault("the model's container answered with an error: out of memory");
    };
    await collect(world);
    expect(recordsIn(world, "bold")[0]).toMatchObject({ error: expect.stringContaining("out of memory") });
    expect(recordsIn(world, "bold")[0]).not.toHaveProperty("completions");
  });

  it("says how far it is, and what it is estimated to cost", async () => {
    const world = collectWorld();
    await collect(world);
    expect(world.lines).toEqual([
      "4 files of prompts, 0 of them written already",
      expect.stringMatching(/^estimated cost \$0\.5\d$/),
      ...[50, 50, 20, 4].map((records, at) =>
        expect.stringMatching(`^${at + 1} of 4: .*/000\\d\\.jsonl, ${records} records in 0 s$`),
      ),
    ]);
  });
});

describe("nothing is asked", () => {
  const OTHER = { version: "other/1", amount: 499.9, executionId: "other" };
  it.each<[string, (world: CollectWorld) => void, RegExp]>([
    [
      "where a version would exceed its limit",
      (world) => Object.assign(world.settings.limits, { perVersion: 0.1 }),
      /spending limit: asking credit-risk\/7 would make it \$0\.5\d for this version, limit \$0\.10/,
    ],
    [
      "where the month's estimates would exceed theirs",
      (world) => world.estimates.push(OTHER),
      /for all versions, limit \$500\.00/,
    ],
    [
      "where they would exceed it with those of an execution that asks at once",
      (world) => {
        const { note } = world.spending;
        world.spending.note = async (...given) => {
          world.estimates.push(OTHER);
          await note(...given);
        };
      },
      /for all versions, limit \$500\.00/,
    ],
  ])("%s, and a person is told", async (_, change, message) => {
    const world = collectWorld();
    change(world);
    await expect(collect(world)).rejects.toThrow(message);
    expect(world.serving.served).toEqual([]);
    expect(world.notices.told).toEqual([
      expect.objectContaining({ subject: "Spending limit: credit-risk/7 isn't asked" }),
    ]);
  });

  it.each<[string, (world: CollectWorld) => void, RegExp]>([
    [
      "a manifest that isn't the pinned one",
      (world) => Object.assign(world.settings, { promptSets: [{ name: "bold", sha256: "0".repeat(64) }] }),
      /manifest\.json has the SHA-256 .*, the stack pins 0000/,
    ],
    [
      "a set that isn't there",
      (world) => Object.assign(world.settings, { promptSets: [{ name: "other", sha256: "0".repeat(64) }] }),
      /prompt-sets\/other\/manifest\.json isn't in the bucket/,
    ],
    [
      "prompts that differ from their manifest",
      (world) => Object.assign(world.handed, { read: () => Buffer.from("x") }),
      /bold\/0001\.jsonl: not as the manifest of bold lists it/,
    ],
    [
      "a group that isn't one of language models",
      (world) => Object.assign(world.settings, { serving: {} }),
      /group credit-risk isn't configured as one of language models/,
    ],
    [
      "a version that isn't there",
      (world) => Object.assign(world, { registry: new MemoryRegistry() }),
      /isn't in the registry/,
    ],
  ])("for %s: a fault of ours", async (_, change, message) => {
    const world = collectWorld();
    change(world);
    await expect(collect(world)).rejects.toThrow(message);
    expect(world.results.bodies.size).toBe(0);
  });

  const at = (uri: string) => ({ modelData: { uri, isPrefix: false } });
  const url = `s3://${CREDIT.artifactBucket}/evidence/model.tar.gz`;
  it.each<[string, Parameters<typeof registeredVersion>[0], RegExp]>([
    ["has no container", { containers: [] }, /has 0 containers; expected one/],
    ["names no image", { containers: [at(url)] }, /container names no image/],
    [
      "has data beside its model's",
      { containers: [{ image: IMAGE, ...at(url), others: ["AdditionalModelDataSources"] }] },
      /container has AdditionalModelDataSources; expected all its data in ModelDataUrl/,
    ],
    ["has two containers", { containers: [{ image: IMAGE }, { image: IMAGE }] }, /has 2 containers/],
    ["has an image without digest", { containers: [{ image: "llm:latest", ...at(url) }] }, /llm:latest has no digest/],
    ["names no model data", { containers: [{ image: IMAGE }] }, /model data is absent; expected s3:/],
    ["has its data elsewhere", { containers: [{ image: IMAGE, ...at("s3://other/a") }] }, /lies in no evidence bucket/],
    [
      "has data that aren't there",
      { containers: [{ image: IMAGE, ...at(`${url}x`) }] },
      /no object at .*model\.tar\.gzx/,
    ],
  ])("of a version that %s, and the reason is left for validate", async (_, version, reason) => {
    const world = { ...collectWorld(), registry: new MemoryRegistry(registeredVersion(version)) };
    await collect(world);
    const left = JSON.parse(world.results.bodies.get(`inference/${EXECUTION}/refused.json`) ?? "");
    expect(left).toMatchObject({ modelPackageArn: ARN, reason: expect.stringMatching(reason) });
    expect(world.serving.asked).toEqual([]);
    await collect(world);
    expect(world.serving.served).toEqual([]);
  });

  it("of data that have several versions of different bytes", async () => {
    const world = collectWorld();
    world.evidence.put({ bucket: CREDIT.evidenceBucket, key: "evidence/model.tar.gz" }, "other weights");
    await collect(world);
    expect(world.results.bodies.get(`inference/${EXECUTION}/refused.json`)).toMatch(/ambiguous: .*different bytes/);
  });

  it("where the copy's bytes aren't the version's: a fault of ours", async () => {
    const world = collectWorld();
    const copy = world.copyModelData;
    world.copyModelData = async (from, key) => {
      const copied = await copy(from, key);
      return { ...copied, versionId: world.evidence.put(copied, "tampered") };
    };
    await expect(collect(world)).rejects.toThrow(/its SHA-256 is .*, that of the version's data/);
  });
});
