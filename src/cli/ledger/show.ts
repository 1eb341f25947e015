import { Command, Option } from "commander";
import { parseModelPackageArn } from "../../contract/arn";
import { parseS3Uri } from "../../contract/evidence-uri";
import { bundleKey, keptPromptSetKey, policyKey } from "../../contract/names";
import { distinctObjects, type PinnedObject } from "../../core/evidence";
import type { SeenObject } from "../../core/verdict";
import { chainOf } from "../../ledger/chain";
import { BrokenLink, type LedgerCopy } from "../../ledger/copy";
import {
  type DecisionRecord,
  isBaseline,
  isJudged,
  type PolicyRecord,
  type RecordKeys,
  requireRecordSignature,
} from "../../ledger/decision-record";
import { checkpointOf, type FoundRecord, isUnreadable, type NamedVersion, recordsIn } from "../../ledger/find-records";
import { LedgerError, type Signed } from "../../ledger/signed";
import { readPinned, readVerdict } from "../../ledger/verify/evidence";
import { keptBytes } from "../../ledger/verify/kept";
import { requireKey } from "../../ledger/verify/records";
import { overdueRecord } from "../../ledger/verify/terms";
import { renderVerdict } from "../render-verdict";
import { whoDecided } from "../who-decided";
import { attemptNumber, BROKEN, type Io, type KeyFiles, ofVersion, openCopy, recordKeysIn, time } from "./options";
import { recordsOf } from "./records-of";

const HELP = `
What it verifies of one record: its signature and place, that the policy, the checks' bundle, the evidence and the prompt sets
are what it names. Which checkpoint names it is said, and that it names it as it is here; whether that checkpoint was signed and its
chain holds, and nothing is missing, says \`ledger verify\` alone. Which record is in force is told of those whose signatures hold.

Exit status
  0  all that it verifies holds; or evidence isn't in the copy, or the record is too new for a checkpoint
  1  something doesn't hold, or another record of the version can't be read
  2  wrong use, or there is no such record

Examples
  governance ledger show credit-risk/7 DIR --trusted-key records.pem
  governance ledger show arn:aws:sagemaker:us-east-1:444455556666:model-package/credit-risk/7 DIR --trusted-key records.pem --format json
`;

interface Options extends KeyFiles {
  format: "text" | "json";
  attempt?: number;
  now?: Date;
}

/** What was found of one point; `holds` is undefined where the copy can't tell, or it isn't verified here. */
interface Point {
  point: string;
  says: string;
  holds: boolean | undefined;
  /** How it is printed where that isn't by `holds`. */
  mark?: string;
}

/** `governance ledger show`. */
export const showCommand = ({ print, exit }: Io): Command =>
  ofVersion(new Command("show"))
    .summary("show the decision on a version in words")
    .description("Shows who decided on a version, when, why and by which evidence, and whether that verifies.")
    .addOption(new Option("--format <format>", "how to print it").choices(["text", "json"]).default("text"))
    .option(
      "--attempt <NUMBER>",
      "which attempt, where a version has several records; all where not said",
      attemptNumber,
    )
    .option("--now <TIME>", "when the copy was made, where that isn't now", time)
    .addHelpText("after", HELP)
    .action(async (named: NamedVersion, folder: string, options: Options) => {
      const { format, attempt, now = new Date() } = options;
      const keys = recordKeysIn(options);
      const copy = openCopy(folder);
      const shown: FoundRecord[] = [];
      const unreadable: string[] = [];
      for await (const found of recordsOf(copy, named, attempt, folder, unreadable)) shown.push(found);
      const inForce = unreadable.length > 0 ? { unreadable } : { is: await recordInForce(copy, named, keys) };
      let hold = unreadable.length === 0;
      for (const found of shown) {
        const points = await pointsOf(copy, found, keys, now);
        print(format === "json" ? json(found, points, inForce) : text(found, points, inForce));
        hold &&= brokenOf(points).length === 0;
      }
      exit(hold ? 0 : BROKEN);
    });

/** Which record of a version is in force; or why others can't be read, which may be. */
type InForce = { is: Signed<DecisionRecord> | undefined } | { unreadable: readonly string[] };

/** The version's last record that the registry is to say, of those whose signatures hold. */
async function recordInForce(
  copy: LedgerCopy,
  named: NamedVersion,
  keys: RecordKeys,
): Promise<Signed<DecisionRecord> | undefined> {
  const believed: Signed<DecisionRecord>[] = [];
  for await (const { signed } of recordsIn(copy, named)) {
    const { holds } = await point("signature", "", async () => {
      requireRecordSignature(signed, keys);
      requireKey(signed);
    });
    if (holds) believed.push(signed);
  }
  return chainOf(believed)?.inForce;
}

async function pointsOf(copy: LedgerCopy, found: FoundRecord, keys: RecordKeys, now: Date): Promise<Point[]> {
  const { signed } = found;
  const { body } = signed;
  return [
    await point("signature", `by ${body.signedWith.keyArn}`, async () => requireRecordSignature(signed, keys)),
    await point("key", signed.name, async () => requireKey(signed)),
    await inCheckpoint(copy, found, now),
    ...(isJudged(body) ? await pointsOfJudged(copy, signed.name, body) : []),
  ];
}

async function pointsOfJudged(copy: LedgerCopy, name: string, body: PolicyRecord): Promise<Point[]> {
  const policy = policyKey(body.policy.digest);
  const bundle = bundleKey(body.checks.bundleSha256);
  return [
    await point("policy", policy, () => keptBytes(copy, policy, body.policy.digest)),
    await point("checks", `${bundle} of image ${body.checks.imageDigest}`, () =>
      keptBytes(copy, bundle, body.checks.bundleSha256),
    ),
    await evidence(copy, body.verdict, "checks.json", () => readVerdict(copy, name, body.verdict)),
    ...(await Promise.all(
      distinctObjects(body.evidence).map((one) => evidence(copy, one, "evidence", () => readPinned(copy, name, one))),
    )),
    ...(await pointsOfVerdict(copy, name, body.verdict)),
  ];
}

async function inCheckpoint(copy: LedgerCopy, found: FoundRecord, now: Date): Promise<Point> {
  const checkpoint = await checkpointOf(copy, found);
  const point = "checkpoint";
  if (checkpoint === undefined) {
    const wrong = overdueRecord(found.signed.body.decidedAt, { now });
    if (wrong !== undefined) return { point, says: wrong, holds: false };
    return { point, says: "none has it yet", holds: undefined };
  }
  const { key, takenAt, same } = checkpoint;
  if (!same)
    return { point, says: `${key} of ${takenAt} names it with another version or SHA-256 than here`, holds: false };
  // Its signature and chain aren't looked at here.
  return {
    point,
    says: `${key} of ${takenAt} names it; whether that holds says governance ledger verify`,
    holds: undefined,
    mark: NOT_VERIFIED,
  };
}

async function point(name: string, says: string, verify: () => Promise<unknown>): Promise<Point> {
  try {
    await verify();
    return { point: name, says, holds: true };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return { point: name, says: error.message, holds: false };
  }
}

async function evidence(
  copy: LedgerCopy,
  object: PinnedObject,
  name: string,
  verify: () => Promise<unknown>,
): Promise<Point> {
  const { uri, versionId, sha256, size } = object;
  const says = `${uri} version ${versionId ?? "none"} SHA-256 ${sha256}`;
  const at = parseS3Uri(uri);
  return pointOfCopy(name, says, async () => at && copy.readCited(at, versionId, size), verify);
}

/** What checks.json alone names; nothing where that doesn't hold, which is a point of its own. */
async function pointsOfVerdict(copy: LedgerCopy, record: string, { uri, ...object }: PinnedObject): Promise<Point[]> {
  const verdict = await readVerdict(copy, record, { uri, ...object }).catch((error: unknown) => {
    if (error instanceof BrokenLink) return undefined;
    throw error;
  });
  const asked = (verdict?.promptSets ?? []).map(({ name, sha256 }) => {
    const key = keptPromptSetKey(sha256);
    return point("prompt set", `${name} ${key}`, () => keptBytes(copy, key, sha256));
  });
  return [...(await Promise.all(asked)), ...(verdict?.seen ?? []).map(pointOfSeen)];
}

/** No copy has its bytes: that it was as said, checks.json alone tells. */
function pointOfSeen({ uri, versions }: SeenObject): Point {
  const named = versions
    .slice(0, SEEN_SHOWN)
    .map(({ versionId, size, sha256 }) =>
      [`version ${versionId ?? "none"} of ${size} bytes`, ...(sha256 === undefined ? [] : [`SHA-256 ${sha256}`])].join(
        " ",
      ),
    );
  const left = versions.length - named.length;
  const says = [...named, ...(left > 0 ? [`and ${left} older`] : [])].join("; ");
  return { point: "not taken", says: `${uri} ${says}`, holds: undefined, mark: "as checks.json says" };
}

/** Versions of one object that are printed at most. */
const SEEN_SHOWN = 5;

/** A point about what a copy may lack. */
const pointOfCopy = (
  name: string,
  says: string,
  read: () => Promise<Uint8Array | undefined>,
  verify: () => Promise<unknown>,
): Promise<Point> =>
  point(name, says, verify).then(async (verified) =>
    verified.holds === false && (await isMissing(read)) ? { ...verified, says, holds: undefined } : verified,
  );

const isMissing = (read: () => Promise<Uint8Array | undefined>): Promise<boolean> =>
  read().then(
    (bytes) => bytes === undefined,
    () => false,
  );

const brokenOf = (points: readonly Point[]): Point[] => points.filter(({ holds }) => holds === false);

const NOT_VERIFIED = "not verified here";
const MARKS = { true: "holds", false: "BROKEN", undefined: "not told by this copy" };

function text(
  { signed: { name, sha256, body }, version }: FoundRecord,
  points: readonly Point[],
  inForce: InForce,
): string {
  const id = parseModelPackageArn(body.modelPackageArn);
  if (id === undefined)
    throw new LedgerError(`${name}: is of ${body.modelPackageArn}, which is no versioned model package`);
  const broken = brokenOf(points).map(({ point: of, says }) => `${of}: ${says}`);
  const head = isJudged(body)
    ? renderVerdict(body, id, "text").trimEnd()
    : `${body.decision}: ${id.group} version ${id.version}`;
  return [
    ...(broken.length === 0 ? [] : [`This record doesn't hold: ${broken.join("; ")}`, ""]),
    head,
    "",
    `  version     ${body.modelPackageArn}`,
    `  attempt     ${body.attempt}`,
    `  decided     ${isBaseline(body) ? `before ${body.decidedAt}, when it was recorded,` : body.decidedAt} by ${whoDecided(body)}`,
    ...(body.binding ? [] : ["  effect      recorded only; the registry keeps its status"]),
    ...(body.previous === null ? [] : [`  goes on from attempt ${body.previous.attempt}, ${body.previous.sha256}`]),
    `  in force    ${whichIsInForce(name, inForce)}`,
    `  why         ${body.reason}`,
    `  record      ${name} version ${version.versionId} SHA-256 ${sha256}`,
    ...points.map(({ point: of, says, holds, mark }) => `  ${of.padEnd(11)} ${mark ?? MARKS[`${holds}`]}: ${says}`),
    "",
    "",
  ].join("\n");
}

function whichIsInForce(name: string, inForce: InForce): string {
  if ("unreadable" in inForce)
    return `can't be told: another record of this version can't be read: ${inForce.unreadable.join("; ")}`;
  if (inForce.is === undefined) return "no record of this version is";
  if (inForce.is.name === name) return "this record, the last of this version that the registry is to say";
  const { attempt, decision, decidedAt } = inForce.is.body;
  return `no: that of attempt ${attempt} is, ${decision} at ${decidedAt}`;
}

const json = (
  { signed: { name, sha256, body }, version }: FoundRecord,
  points: readonly Point[],
  inForce: InForce,
): string =>
  `${JSON.stringify({
    ...{ key: name, versionId: version.versionId, sha256, holds: brokenOf(points).length === 0 },
    ...("unreadable" in inForce
      ? { isInForce: null, inForce: null, unreadable: inForce.unreadable }
      : { isInForce: inForce.is?.name === name, inForce: inForce.is?.name ?? null }),
    points: points.map(({ mark: _, ...one }) => one),
    body,
  })}\n`;
