import { VirtualClock } from "../../../../src/local/stand-in/clock";

const start = new Date("2026-11-20T10:00:00Z");

describe("VirtualClock", () => {
  it("runs in the order of time, without taking any", async () => {
    const clock = new VirtualClock(1, start);
    const seen: string[] = [];
    clock.after(86_400_000, () => void seen.push(clock.now().toISOString()));
    clock.after(1000, async () => {
      await clock.sleep(500);
      seen.push(clock.now().toISOString());
    });
    await clock.run();
    expect(seen).toEqual(["2026-11-20T10:00:01.500Z", "2026-11-21T10:00:00.000Z"]);
  });

  const orderOf = async (seed: number) => {
    const clock = new VirtualClock(seed, start);
    const seen: number[] = [];
    for (const i of [1, 2, 3, 4, 5, 6]) clock.after(10, () => void seen.push(i));
    await clock.run();
    return seen.join("");
  };

  it("orders what is at once by the seed", async () => {
    const orders = await Promise.all([1, 1, 2, 3, 4].map(orderOf));
    expect(orders[0]).toBe(orders[1]);
    expect(new Set(orders).size).toBeGreaterThan(2);
  });

  it("waits for real work of an action before time goes on", async () => {
    const clock = new VirtualClock(1, start);
    const seen: string[] = [];
    clock.after(1, async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      seen.push("first");
    });
    clock.after(2, () => void seen.push("second"));
    await clock.run();
    expect(seen).toEqual(["first", "second"]);
  });

  it("stops at an instant, and goes on from there", async () => {
    const clock = new VirtualClock(1, start);
    let done = false;
    clock.after(60_000, () => {
      done = true;
    });
    await clock.run(new Date("2026-11-20T10:00:30Z"));
    expect([done, clock.now().toISOString()]).toEqual([false, "2026-11-20T10:00:30.000Z"]);
    await clock.run();
    expect(done).toBe(true);
  });

  it("doesn't run what was called off, and raises what an action threw", async () => {
    const clock = new VirtualClock(1, start);
    clock.after(1000, () => {
      throw new Error("called off");
    })();
    await clock.run();
    expect(clock.now()).toEqual(start);
    clock.after(1, () => Promise.reject(new Error("thrown")));
    await expect(clock.run()).rejects.toThrow("thrown");
  });
});
