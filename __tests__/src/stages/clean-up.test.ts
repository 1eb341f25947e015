import type { Notices } from "../../../src/core/ports";
import { cleanUp, type TemporaryThing, type TemporaryThings } from "../../../src/stages/clean-up";
import { MemoryNotices } from "../../support/memory-ports";

const NOW = new Date("2026-11-20T12:00:00Z");
const at = (time: string) => new Date(`2026-11-20T${time}:00Z`);
const thing = (name: string, change: Partial<TemporaryThing>): TemporaryThing => ({
  kind: "endpoint",
  name,
  expires: undefined,
  createdAt: at("11:30"),
  ...change,
});

async function cleaned(all: readonly TemporaryThing[], refuse?: string) {
  const removed: string[] = [];
  const notices = new MemoryNotices();
  const things = {
    list: async () => all,
    async remove({ name }: TemporaryThing) {
      if (name === refuse) throw new Error("AccessDenied");
      removed.push(name);
    },
  };
  const names = await cleanUp([things], notices, NOW).catch(String);
  return { removed, names, told: notices.told };
}

describe("temporary things", () => {
  it.each<[string, Partial<TemporaryThing>, boolean]>([
    ["before its time", { expires: at("12:01") }, false],
    ["at its time", { expires: at("12:00") }, true],
    ["past its time", { expires: at("09:00") }, true],
    ["young and without a time", { createdAt: at("11:30") }, false],
    ["an hour old and without a time", { createdAt: at("11:00") }, true],
  ])("%s", async (_, change, gone) => {
    expect((await cleaned([thing("a", change)])).removed).toEqual(gone ? ["a"] : []);
  });

  it("are named to people when they were left behind, and nobody is told otherwise", async () => {
    const expired = { expires: at("09:00") };
    const { told } = await cleaned([thing("a", expired), thing("b", { ...expired, kind: "model" }), thing("c", {})]);
    expect(told).toEqual([expect.objectContaining({ text: expect.stringContaining("endpoint a, model b") })]);
    expect((await cleaned([thing("c", {})])).told).toEqual([]);
  });

  it("that can't be taken away are a fault, and keep no other there", async () => {
    const expired = { expires: at("09:00") };
    const { names, removed, told } = await cleaned([thing("a", expired), thing("b", expired)], "a");
    expect(names).toBe("AggregateError: 1 of its calls failed: Error: AccessDenied");
    expect(removed).toEqual(["b"]);
    expect(told).toEqual([expect.objectContaining({ text: expect.stringMatching(/: endpoint b\. /) })]);
  });

  it.each<[string, TemporaryThings["list"], Notices["tell"], string]>([
    ["a place can't be listed", () => Promise.reject(new Error("Throttled")), async () => {}, "Throttled"],
    ["nobody can be told", async () => [], () => Promise.reject(new Error("no topic")), "no topic"],
  ])("are taken away where %s, which is a fault", async (_, list, tell, message) => {
    const removed: string[] = [];
    const remove = async ({ name }: TemporaryThing) => void removed.push(name);
    const other = { list: async () => [thing("b", { expires: at("09:00") })], remove };
    await expect(cleanUp([{ list, remove }, other], { tell }, NOW)).rejects.toThrow(message);
    expect(removed).toEqual(["b"]);
  });
});
