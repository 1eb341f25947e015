import fc from "fast-check";
import { canonical } from "../../../src/core/canonical";
import { verifyLedger } from "../../../src/ledger/verify/ledger";
import { verifyRecords } from "../../../src/ledger/verify/records";
import { firstBrokenLink } from "../../support/first-broken-link";
import { checkpointIn, decideIn, MemoryLedger, smallLedger } from "../../support/ledger-world";

async function withChain(...minutesBetween: number[]): Promise<MemoryLedger> {
  const ledger = new MemoryLedger();
  for (const [at, minutes] of minutesBetween.entries()) {
    await decideIn(ledger, at + 1);
    ledger.minutes(minutes);
    await checkpointIn(ledger);
  }
  return ledger;
}

describe("lateness", () => {
  it.each([
    { name: "a record without a checkpoint for exactly an hour", chain: [60, 15], broken: undefined },
    {
      name: "a record without a checkpoint for longer",
      chain: [61, 15],
      broken: /^records\/credit-risk\/1\/1.json was without a checkpoint for 61 minutes/,
    },
    {
      name: "checkpoints more than a day and an hour apart",
      chain: [15, 26 * 60],
      broken: /^checkpoints\/000000002.json was taken at .*, 26 hours after the one before; at most 25 are allowed/,
    },
  ])("$name", async ({ chain, broken }) => {
    const found = await firstBrokenLink(await withChain(...chain));
    if (broken === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(broken);
  });

  it("is no broken link once it was explained", async () => {
    const ledger = await withChain(61, 26 * 60);
    expect(await firstBrokenLink(ledger, { lateUntil: ledger.now })).toBeUndefined();
  });
});

describe("any change shows", () => {
  it("of a single bit of any object", async () => {
    const ledger = await smallLedger();
    const objects = ledger.kept.map((_, at) => at);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...objects), fc.nat(), fc.nat(7), async (at, position, bit) => {
        const kept = ledger.kept[at];
        if (kept?.bytes === undefined) throw new Error("a small ledger has no delete markers");
        const whole = kept.bytes;
        kept.bytes = Buffer.from(whole);
        const byte = position % whole.length;
        kept.bytes[byte] = (whole[byte] ?? 0) ^ (1 << bit);
        const found = await firstBrokenLink(ledger);
        kept.bytes = whole;
        expect(found).toContain(kept.key);
      }),
    );
  });

  it("of what records cite", async () => {
    const ledger = await smallLedger();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...ledger.cited.keys()), fc.nat(), async (of, position) => {
        const whole = ledger.cited.get(of) ?? Buffer.alloc(0);
        const changed = Buffer.from(whole);
        changed[position % whole.length] = (whole[position % whole.length] ?? 0) ^ 1;
        ledger.cited.set(of, changed);
        const found = await firstBrokenLink(ledger);
        ledger.cited.set(of, whole);
        expect(found).toContain("was changed");
      }),
      { numRuns: 50 },
    );
  });

  it("of anything that was taken out, and of what was there at an earlier audit to the last", async () => {
    const all = await smallLedger();
    // Bundles and policies are shared; the one record that no checkpoint has yet is what nothing can show.
    const keys = all.kept.map(({ key }) => key).filter((key) => key !== "records/credit-risk/7/1.json");
    await fc.assert(
      fc.asyncProperty(fc.subarray(keys, { minLength: 1 }), async (removed) => {
        const before = [...all.kept];
        for (const key of removed) all.remove(key);
        const found = await firstBrokenLink(all, { known: { number: 3 } });
        all.kept.splice(0, all.kept.length, ...before);
        expect(found).toBeDefined();
      }),
    );
  });

  it("where the list isn't in the order of keys", async () => {
    const ledger = await smallLedger();
    const copy = ledger.copy();
    const disordered = {
      ...copy,
      async *versions() {
        const all = [];
        for await (const one of copy.versions()) all.push(one);
        yield* all.reverse();
      },
    };
    await expect(verifyLedger(disordered, await ledger.terms())).rejects.toThrow("isn't in the order of keys");
  });
});

it("compares windows of any size alike", async () => {
  const ledger = await smallLedger();
  const terms = await ledger.terms();
  const expected = await verifyRecords(ledger.copy(), terms);
  expect(expected).toMatchObject({ records: 7, withoutCheckpoint: 1 });
  expect(canonical(await verifyRecords(ledger.copy(), terms, 1))).toBe(canonical(expected));
});
