import { parseModelPackageArn } from "../../contract/arn";
import { attemptOfKey } from "../../contract/names";
import type { LedgerCopy } from "../../ledger/copy";
import { type FoundRecord, type NamedVersion, recordsIn } from "../../ledger/find-records";
import { UsageError } from "../errors";

/**
 * The records of a version that a person named, in the order of keys.
 * @param attempt that one alone
 * @param folder how messages name the copy
 * @param others gets why other attempts than that one can't be read
 * @throws UsageError where there is none, or the copy is of another registry than the ARN that was given; BrokenLink or
 * LedgerError for one that was asked for and can't be read
 */
export async function* recordsOf(
  copy: LedgerCopy,
  named: NamedVersion,
  attempt: number | undefined,
  folder: string,
  others: string[] = [],
): AsyncGenerator<FoundRecord> {
  let none = true;
  const records = recordsIn(copy, named, (error, key) => {
    if (attempt === undefined || attemptOfKey(key) === attempt) throw error;
    others.push(error.message);
  });
  for await (const found of records) {
    const { body } = found.signed;
    requireRegistry(body.modelPackageArn, named, folder);
    if (attempt !== undefined && body.attempt !== attempt) continue;
    none = false;
    yield found;
  }
  if (!none) return;
  const which = attempt === undefined ? "" : ` of attempt ${attempt}`;
  throw new UsageError(`${folder} has no record${which} of ${named.group} version ${named.version}`);
}

/** A record of another version lies at another's key; that is no registry's fault. */
function requireRegistry(recorded: string, { arn, group, version }: NamedVersion, folder: string): void {
  const of = parseModelPackageArn(recorded);
  if (arn === undefined || recorded === arn || of?.group !== group || of.version !== version) return;
  throw new UsageError(
    `${folder} is a copy of another registry's ledger: its record of ${group} version ${version} is of ${recorded}, not of ${arn}; give the copy of that account and Region`,
  );
}
