import { BrokenLink } from "../../../src/ledger/copy";
import type { RecordLink } from "../../../src/ledger/decision-record";
import { verifyRecords } from "../../../src/ledger/verify/records";
import { checkpointIn, decideIn, linkIn, MemoryLedger, personDecidesIn } from "../../support/ledger-world";

const key = (attempt: number, version = 8) => `records/credit-risk/${version}/${attempt}.json`;

/** A version with forty records, more than are read at once, each of which goes on from the one before; and one before and after it in the order of keys. */
async function manyRecords(): Promise<MemoryLedger> {
  const ledger = new MemoryLedger();
  let last: RecordLink = linkIn(ledger, await decideIn(ledger, 8));
  for (let attempt = 2; attempt <= 40; attempt += 1) last = await personDecidesIn(ledger, 8, attempt, last);
  for (const version of [7, 9]) await decideIn(ledger, version);
  return ledger;
}

/** The first broken link, with windows of so many records. */
async function firstOf(ledger: MemoryLedger, size: number): Promise<string | undefined> {
  try {
    await verifyRecords(ledger.copy(), await ledger.terms(), size);
    return undefined;
  } catch (error) {
    if (error instanceof BrokenLink) return error.message;
    throw error;
  }
}

// The order of keys is 1, 10, 11, …, 2, 20, …: some of them name one that comes later.
describe.each([1, 1000])("the records of a version, in windows of %d", (size) => {
  it("hold where each names the one before it", async () => {
    expect(await firstOf(await manyRecords(), size)).toBeUndefined();
  });

  it.each([
    [1, 2],
    [3, 4],
    [9, 10],
    [39, 40],
  ])("show that attempt %d was removed, which attempt %d names", async (removed, by) => {
    const ledger = await manyRecords();
    ledger.remove(key(removed));
    expect(await firstOf(ledger, size)).toBe(
      `${key(by)}: goes on from attempt ${removed}, ${key(removed)}, which isn't there: that record was removed`,
    );
  });

  it("show that one was signed anew", async () => {
    const ledger = await manyRecords();
    ledger.remove(key(2));
    await personDecidesIn(ledger, 8, 2, linkIn(ledger, key(1)), "another reason");
    expect(await firstOf(ledger, size)).toMatch(
      /^records\/credit-risk\/8\/3.json: goes on from attempt 2, .* with the SHA-256 [0-9a-f]{64}, here it is [0-9a-f]{64}: one of the two was replaced$/,
    );
  });

  it("name the record that is missing first, where a checkpoint has it", async () => {
    const ledger = await manyRecords();
    ledger.minutes(15);
    await checkpointIn(ledger);
    ledger.remove(key(1));
    expect(await firstOf(ledger, size)).toContain(`${key(1)}: is missing: checkpoints/000000001.json has it`);
  });

  it("name what comes first: another version's broken record, or the link", async () => {
    const [before, after] = [await manyRecords(), await manyRecords()];
    for (const [ledger, version] of [
      [before, 7],
      [after, 9],
    ] as const) {
      ledger.remove(key(11));
      ledger.put(key(1, version), undefined);
    }
    expect(await firstOf(before, size)).toContain(`${key(1, 7)}: has a delete marker`);
    expect(await firstOf(after, size)).toContain(`${key(12)}: goes on from attempt 11`);
  });
});
