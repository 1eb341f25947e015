import { readFileSync } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import { copyDirectory, whyNoCopy } from "../../adapters/copy-directory";
import type { LedgerCopy } from "../../ledger/copy";
import type { RecordKeys } from "../../ledger/decision-record";
import { type NamedVersion, parseNamedVersion } from "../../ledger/find-records";
import type { TrustedKeys } from "../../ledger/signed";
import { trustedKeys } from "../../ledger/trusted-keys";
import type { KnownCheckpoint } from "../../ledger/verify/terms";
import { UsageError } from "../errors";

/** Where a command prints, and what it ends with. */
export interface Io {
  print(text: string): void;
  exit(status: number): void;
}

/** Exit status of what was looked at and doesn't hold. */
export const BROKEN = 1;

/** A command about the records of one version in a copy. */
export const ofVersion = (command: Command): Command =>
  believing(
    command
      .argument("<VERSION>", "ARN of the version, or GROUP/VERSION", namedVersion)
      .argument("<DIR>", "folder with the copy"),
  );

/** What such a command is told of keys. */
export interface KeyFiles {
  trustedKey: string[];
  revocationKey?: string[];
}

/** A command that looks at the signatures of records. */
export const believing = (command: Command): Command =>
  command
    .requiredOption(
      "--trusted-key <PEM>",
      "file of a public key that signs, or has signed, records; may be given several times",
      several,
    )
    .option(
      "--revocation-key <PEM>",
      "the same for revocations; no other key is believed for them, nor these for decisions",
      several,
    );

/** @throws UsageError for a file that can't be read or is no public key */
export const recordKeysIn = ({ trustedKey, revocationKey = [] }: KeyFiles): RecordKeys => ({
  decisions: readKeys("--trusted-key", trustedKey),
  revocations: readKeys("--revocation-key", revocationKey),
});

/** An option that may be given several times. */
export const several = (one: string, before: readonly string[] | undefined): string[] => [...(before ?? []), one];

/** @throws UsageError for a folder that is no copy of a ledger, or can't be read */
export function openCopy(folder: string): LedgerCopy {
  const why = whyNoCopy(folder);
  if (why === undefined) return copyDirectory(folder);
  throw new UsageError(`${why}; \`governance ledger fetch --bucket BUCKET --to DIR\` makes a copy`);
}

/** @throws UsageError for a file that can't be read or is no public key */
export function readKeys(option: string, files: readonly string[]): TrustedKeys {
  return new Map(files.flatMap((file) => [...readKey(option, file)]));
}

function readKey(option: string, file: string): TrustedKeys {
  const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));
  let pem: string;
  try {
    pem = readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${option}: ${file} can't be read (${said(error)})`);
  }
  try {
    return trustedKeys([pem]);
  } catch (error) {
    throw new UsageError(
      `${option}: ${file} ${said(error)}. The right one: aws kms get-public-key --key-id KEY_ARN --query PublicKey --output text | base64 -d | openssl pkey -pubin -inform der -out key.pem`,
    );
  }
}

/** Reads a time such as `2026-11-28T10:00:00Z`. */
export function time(text: string): Date {
  const at = new Date(text);
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/.test(text) && !Number.isNaN(at.getTime())) return at;
  throw new InvalidArgumentError("expected a time in UTC such as 2026-11-28T10:00:00Z");
}

/** Reads `41`, or `41:<SHA-256>`. */
export function knownCheckpoint(text: string): KnownCheckpoint {
  const [, number, sha256] = /^([1-9]\d{0,8})(?::([0-9a-f]{64}))?$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError("expected a checkpoint's number, or NUMBER:SHA256");
  return { number: Number(number), ...(sha256 !== undefined && { sha256 }) };
}

/** Reads a version's ARN, or `group/version`. */
export function namedVersion(text: string): NamedVersion {
  const named = parseNamedVersion(text);
  if (named !== undefined) return named;
  throw new InvalidArgumentError(
    "expected the ARN of a versioned model package, or GROUP/VERSION such as credit-risk/7",
  );
}

/** Reads 1, 2, 3… */
export function attemptNumber(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("expected a whole number from 1");
}
