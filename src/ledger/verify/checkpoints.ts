import { CHECKPOINTS_PREFIX, checkpointKey, RECORDS_PREFIX } from "../../contract/names";
import { type Checkpoint, readCheckpoint } from "../checkpoint";
import { BrokenLink, type CopiedKey, keysOf, type LedgerCopy, onlyVersion } from "../copy";
import { LedgerError, requireSignature, type Signed } from "../signed";
import { type ChainEnd, type VerifyTerms, wrongAge, wrongInterval } from "./terms";

/**
 * Verifies the chain of checkpoints: numbers without gaps, each names the one before, signatures, times, sums. One
 * checkpoint is in memory at a time.
 * @throws BrokenLink the first that isn't so
 */
export async function verifyCheckpoints(copy: LedgerCopy, terms: VerifyTerms): Promise<ChainEnd> {
  let end: ChainEnd | undefined;
  for await (const one of keysOf(copy, CHECKPOINTS_PREFIX)) {
    requireNext(one.key, (end?.number ?? 0) + 1);
    const signed = await read(copy, one, terms);
    requireLink(signed, end, terms);
    const { number, takenAt, total } = signed.body;
    end = { number, sha256: signed.sha256, takenAt, total };
    requireKnown(end, terms);
  }
  return requireEnd(end, terms);
}

/** Checkpoints that were verified before, in order. */
export async function* readCheckpoints(copy: LedgerCopy): AsyncGenerator<Signed<Checkpoint>> {
  for await (const one of keysOf(copy, CHECKPOINTS_PREFIX)) {
    const { bytes } = await onlyVersion(copy, one);
    yield readCheckpoint(bytes, one.key);
  }
}

function requireNext(key: string, number: number): void {
  const expected = checkpointKey(number);
  if (key === expected) return;
  // The list is in order: a key before the expected one can only be none of a checkpoint.
  if (key < expected || !/^\d{9}\.json$/.test(key.slice(CHECKPOINTS_PREFIX.length)))
    throw new BrokenLink(key, `is no checkpoint's key; expected ${expected}`);
  throw new BrokenLink(expected, `is missing: the next checkpoint that is there is ${key}`);
}

async function read(copy: LedgerCopy, one: CopiedKey, { checkpoints }: VerifyTerms): Promise<Signed<Checkpoint>> {
  const { bytes } = await onlyVersion(copy, one);
  return asBrokenLink(one.key, () => {
    const signed = readCheckpoint(bytes, one.key);
    requireSignature(signed, checkpoints);
    return signed;
  });
}

/** What a document itself has wrong, as a broken link at its key. */
export function asBrokenLink<Result>(key: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw brokenBy(key, error);
  }
}

/** The same for an error that was caught; any other stays. */
export function brokenBy(key: string, error: unknown): unknown {
  if (!(error instanceof LedgerError)) return error;
  const named = `${key}: `;
  return new BrokenLink(key, error.message.startsWith(named) ? error.message.slice(named.length) : error.message);
}

function requireLink({ name, body }: Signed<Checkpoint>, before: ChainEnd | undefined, terms: VerifyTerms): void {
  const wrong = (what: string): BrokenLink => new BrokenLink(name, what);
  const number = (before?.number ?? 0) + 1;
  if (body.number !== number) throw wrong(`says that it is number ${body.number}, expected ${number}`);
  const previous = before?.sha256 ?? null;
  if (body.previous !== previous) {
    throw wrong(
      previous === null
        ? `names a checkpoint before it, ${body.previous}; the first has none`
        : `names ${body.previous} as the SHA-256 of the checkpoint before it, whose SHA-256 is ${previous}: one of the two was replaced`,
    );
  }
  const total = (before?.total ?? 0) + body.records.length;
  if (body.total !== total) throw wrong(`says that there are ${body.total} records in all, expected ${total}`);
  const disorder = body.records.find(
    ({ key }, at) => !key.startsWith(RECORDS_PREFIX) || key <= (body.records[at - 1]?.key ?? ""),
  );
  if (disorder !== undefined) throw wrong(`has ${disorder.key} out of order, twice, or as what is no record`);
  const interval = before && wrongInterval(before.takenAt, body.takenAt, terms);
  if (interval !== undefined) throw wrong(interval);
}

function requireKnown({ number, sha256 }: ChainEnd, { known }: VerifyTerms): void {
  if (known?.number !== number || known.sha256 === undefined || known.sha256 === sha256) return;
  throw new BrokenLink(
    checkpointKey(number),
    `has the SHA-256 ${sha256}, and had ${known.sha256} at an earlier audit: the chain was written anew`,
  );
}

function requireEnd(end: ChainEnd | undefined, terms: VerifyTerms): ChainEnd {
  const number = end?.number ?? 0;
  if (terms.known !== undefined && number < terms.known.number) {
    throw new BrokenLink(
      checkpointKey(number + 1),
      `is missing: the last checkpoint that is there is ${number}, and an earlier audit saw ${terms.known.number}; the tail was cut off`,
    );
  }
  if (end === undefined)
    throw new BrokenLink(
      checkpointKey(1),
      "is missing: there is no checkpoint at all, and the first is written within an hour",
    );
  const age = wrongAge(end, terms);
  if (age !== undefined) throw new BrokenLink(checkpointKey(number), age);
  return end;
}
