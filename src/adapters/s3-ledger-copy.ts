import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { ObjectLocation } from "../contract/evidence-uri";
import { parseS3Uri } from "../contract/evidence-uri";
import { BUNDLES_PREFIX, POLICIES_PREFIX, PROMPT_SETS_PREFIX, RECORDS_PREFIX } from "../contract/names";
import type { PinnedObject } from "../core/evidence";
import { type CopiedVersion, keysOf, type LedgerCopy, LIST_FILE } from "../ledger/copy";
import { isJudged, readDecisionRecord } from "../ledger/decision-record";
import { isUnreadable } from "../ledger/find-records";
import { isAwsError } from "./aws-error";
import { digestOf, sizeOf, writeWhole } from "./copied-file";
import { citedFile, copyDirectory, objectFile } from "./copy-directory";
import { versionsInOrder } from "./s3-keys";

/** Downloads beside each other. */
const AT_ONCE = 16;

export interface FetchLedger {
  s3: S3Client;
  /** The record bucket. */
  bucket: string;
  /** Account of that bucket and of those with evidence: twelve digits. */
  owner: string;
  /** Folder of the copy. */
  folder: string;
}

/** What a fetch did. */
export interface Fetched {
  /** Object versions that were downloaded, and those that were there already. */
  downloaded: number;
  kept: number;
  /** URIs of what records cite and S3 doesn't have. */
  missing: string[];
  /** Of records that can't be read, why: what those cite nobody can fetch. */
  unreadable: string[];
}

const nothingYet = (): Fetched => ({ downloaded: 0, kept: 0, missing: [], unreadable: [] });

/**
 * Copies the record bucket with all versions and delete markers. A fetch that was broken off goes on where it was: a file
 * has its name once it is whole, the list once all files are there.
 * @throws what S3 refuses
 */
export async function fetchLedger({ s3, bucket, owner, folder }: FetchLedger): Promise<Fetched> {
  const fetched = nothingYet();
  const list = path.join(folder, LIST_FILE);
  await mkdir(folder, { recursive: true });
  // Keys are listed in their order: a policy that came with its first record in between would lack, so those are listed last.
  const first = `${LIST_FILE}.first`;
  await pipeline(listed(s3, { bucket, key: "" }, owner), linesOf, createWriteStream(path.join(folder, first)));
  const others = without(KEPT_BEFORE_RECORDS, copyDirectory(folder, first).versions());
  const all = inOrder(others, eachListed(s3, bucket, owner, KEPT_BEFORE_RECORDS));
  await pipeline(all, linesOf, createWriteStream(`${list}.part`));
  await rm(path.join(folder, first));
  await eachAtOnce(copyDirectory(folder, `${LIST_FILE}.part`).versions(), async ({ key, versionId, ...one }) => {
    if (one.isDeleteMarker) return;
    const file = objectFile(folder, key, versionId);
    if ((await sizeOf(file)) === one.size) fetched.kept += 1;
    else {
      await download(s3, { bucket, key }, versionId, owner, file);
      fetched.downloaded += 1;
    }
  });
  await rename(`${list}.part`, list);
  return fetched;
}

/**
 * Copies the object versions that the records of a copy cite. One that is there with its digest is left alone.
 * @throws what S3 refuses; what it doesn't have is told in the result, as is a record that can't be read
 */
export async function fetchCited({ s3, owner, folder }: Omit<FetchLedger, "bucket">): Promise<Fetched> {
  const fetched = nothingYet();
  // Several slots and records may cite one version; two downloads at once would write one file.
  const begun = new Set<string>();
  await eachAtOnce(cited(folder, fetched.unreadable), async ({ uri, versionId, sha256: digest }) => {
    const at = parseS3Uri(uri);
    if (at === undefined) return void fetched.missing.push(uri);
    const file = citedFile(folder, at, versionId);
    if (begun.has(file)) return;
    begun.add(file);
    if ((await digestOf(file)) === digest) fetched.kept += 1;
    else if (await download(s3, at, versionId, owner, file)) fetched.downloaded += 1;
    else fetched.missing.push(uri);
  });
  return fetched;
}

/** A damaged record hides no other's evidence. */
async function* cited(folder: string, unreadable: string[]): AsyncGenerator<PinnedObject> {
  const copy = copyDirectory(folder);
  for await (const { key, versions } of keysOf(copy, RECORDS_PREFIX)) {
    for (const { isDeleteMarker, ...version } of versions) {
      if (isDeleteMarker) continue;
      try {
        yield* await citedBy(copy, key, version);
      } catch (error) {
        if (!isUnreadable(error)) throw error;
        unreadable.push(error.message);
      }
    }
  }
}

async function citedBy(
  copy: LedgerCopy,
  key: string,
  { versionId, size }: Pick<CopiedVersion, "versionId" | "size">,
): Promise<PinnedObject[]> {
  const bytes = await copy.read(key, versionId, size);
  if (bytes === undefined) return [];
  const { body } = readDecisionRecord(bytes, key);
  return isJudged(body) ? [body.verdict, ...body.evidence] : [];
}

/** What is there before the first record that names it; in the order of keys. */
const KEPT_BEFORE_RECORDS = [BUNDLES_PREFIX, POLICIES_PREFIX, PROMPT_SETS_PREFIX];

async function* listed(s3: S3Client, at: ObjectLocation, owner: string): AsyncGenerator<CopiedVersion> {
  for await (const one of versionsInOrder(s3, at, owner)) yield { ...one, writtenAt: one.writtenAt.toISOString() };
}

async function* eachListed(
  s3: S3Client,
  bucket: string,
  owner: string,
  beginnings: readonly string[],
): AsyncGenerator<CopiedVersion> {
  for (const key of beginnings) yield* listed(s3, { bucket, key }, owner);
}

async function* without(
  beginnings: readonly string[],
  versions: AsyncIterable<CopiedVersion>,
): AsyncGenerator<CopiedVersion> {
  for await (const one of versions) if (!beginnings.some((beginning) => one.key.startsWith(beginning))) yield one;
}

/** Two lists, each in the order of keys and none with a key of the other, as one. */
async function* inOrder(
  one: AsyncGenerator<CopiedVersion>,
  other: AsyncGenerator<CopiedVersion>,
): AsyncGenerator<CopiedVersion> {
  let next = await other.next();
  for await (const version of one) {
    for (; next.done !== true && next.value.key < version.key; next = await other.next()) yield next.value;
    yield version;
  }
  for (; next.done !== true; next = await other.next()) yield next.value;
}

async function* linesOf(versions: AsyncIterable<CopiedVersion>): AsyncGenerator<string> {
  for await (const version of versions) yield `${JSON.stringify(version)}\n`;
}

async function eachAtOnce<Item>(items: AsyncIterable<Item>, work: (item: Item) => Promise<void>): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  const worker = async (): Promise<void> => {
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** @returns whether S3 has it */
async function download(
  s3: S3Client,
  { bucket, key }: ObjectLocation,
  versionId: string | null,
  owner: string,
  file: string,
): Promise<boolean> {
  const at = { Bucket: bucket, Key: key, ExpectedBucketOwner: owner };
  try {
    const { Body } = await s3.send(
      new GetObjectCommand({ ...at, ...(versionId !== null && { VersionId: versionId }) }),
    );
    if (Body === undefined) throw new Error(`s3://${bucket}/${key}: S3 answered without a body`);
    if (!(Symbol.asyncIterator in Body)) throw new Error("the SDK's body can't be streamed");
    await writeWhole(file, Body);
    return true;
  } catch (error) {
    if (isAwsError(error, "NoSuchKey") || isAwsError(error, "NoSuchVersion")) return false;
    throw error;
  }
}
