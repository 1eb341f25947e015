import type { CreatedObject } from "../../../src/stages/copy";
import { type ArtifactVersions, askCopy, type CopyQueue, lookAtReplication } from "../../../src/stages/sync";

const object = (key: string, size = 10): CreatedObject => ({
  ...{ bucket: "artifacts", key, versionId: `v-${key}`, etag: `e-${key}`, size },
});

/** A bucket that lists by prefix, and its objects' replication. */
function bucket(objects: readonly CreatedObject[], statuses: Readonly<Record<string, string>> = {}) {
  const listed: string[] = [];
  let [underWay, most] = [0, 0];
  const versions: ArtifactVersions = {
    async *current(prefix) {
      listed.push(prefix);
      yield* objects.filter(({ key }) => key.startsWith(prefix));
    },
    async replicationStatus({ key }) {
      most = Math.max(most, ++underWay);
      await new Promise(setImmediate);
      underWay -= 1;
      return statuses[key];
    },
  };
  return { versions, listed, most: () => most };
}

/** A queue of calls of at most two messages, which doesn't take some keys. */
function queue(...refused: string[]) {
  const calls: string[][] = [];
  const port: CopyQueue = {
    most: 2,
    async send(objects) {
      calls.push(objects.map(({ key }) => key));
      return objects.flatMap((one) => (refused.includes(one.key) ? [{ object: one, reason: "Full" }] : []));
    },
  };
  return { port, calls };
}

describe("asking copy", () => {
  it("sends every object under the prefixes, in the queue's batches", async () => {
    const { port, calls } = queue();
    const objects = ["evidence/a", "evidence/b", "evidence/c", "models/m"].map((key) => object(key));
    expect(await askCopy(["evidence/"], bucket(objects).versions, port)).toEqual({
      ...{ objects: 3, bytes: 30, notSent: [] },
    });
    expect(calls).toEqual([["evidence/a", "evidence/b"], ["evidence/c"]]);
  });

  it.each<[string, string[], string[]]>([
    ["that begin alike", ["evidence/a/", "evidence/", "evidence/a/b/"], ["evidence/"]],
    ["named twice", ["evidence/", "evidence/"], ["evidence/"]],
    ["apart", ["evidence/", "reports/"], ["evidence/", "reports/"]],
  ])("lists prefixes %s once each", async (_, prefixes, expected) => {
    const { versions, listed } = bucket([object("evidence/a/b/1")]);
    const { port, calls } = queue();
    await askCopy(prefixes, versions, port);
    expect(listed).toEqual(expected);
    expect(calls).toEqual([["evidence/a/b/1"]]);
  });

  it("of nothing sends nothing", async () => {
    const { port, calls } = queue();
    expect(await askCopy(["evidence/"], bucket([]).versions, port)).toEqual({ objects: 0, bytes: 0, notSent: [] });
    expect(calls).toEqual([]);
  });

  it("goes on after what the queue didn't take, and says it", async () => {
    const objects = ["evidence/a", "evidence/b", "evidence/c"].map((key) => object(key));
    const told: string[] = [];
    const { port } = queue("evidence/a");
    const sent = await askCopy(["evidence/"], bucket(objects).versions, port, ({ key }) => told.push(key));
    expect(sent).toEqual({ objects: 2, bytes: 20, notSent: [{ object: object("evidence/a"), reason: "Full" }] });
    expect(told).toEqual(["evidence/b", "evidence/c"]);
  });
});

describe("looking at replication", () => {
  it.each<[string, string | undefined, "done" | "pending" | "left"]>([
    ["evidence/done", "COMPLETED", "done"],
    ["evidence/done-too", "COMPLETE", "done"],
    ["evidence/soon", "PENDING", "pending"],
    ["evidence/failed", "FAILED", "left"],
    ["evidence/before", undefined, "left"],
    ["evidence/replica", "REPLICA", "left"],
    ["evidence/new-word", "DEFERRED", "left"],
  ])("%s (%s) is %s", async (key, status, expected) => {
    const { versions } = bucket([object(key)], status === undefined ? {} : { [key]: status });
    const none = { objects: 0, bytes: 0 };
    const one = { objects: 1, bytes: 10 };
    expect(await lookAtReplication(["evidence/"], versions)).toEqual({
      seen: one,
      pending: expected === "pending" ? one : none,
      left: expected === "left" ? [{ object: object(key), status: status ?? "never replicated" }] : [],
    });
  });

  it("asks of sixteen objects at once", async () => {
    const { versions, most } = bucket(Array.from({ length: 40 }, (_, at) => object(`evidence/${at}`)));
    expect((await lookAtReplication(["evidence/"], versions)).seen).toEqual({ objects: 40, bytes: 400 });
    expect(most()).toBe(16);
  });
});
