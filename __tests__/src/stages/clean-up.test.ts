import { cleanUp, type TemporaryThing } from "../../../src/stages/clean-up";
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

  it("that can't be taken away are a fault", async () => {
    expect((await cleaned([thing("a", { expires: at("09:00") })], "a")).names).toBe("Error: AccessDenied");
  });
});
