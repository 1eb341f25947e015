import { Command, Option } from "commander";
import { parseModelPackageArn } from "../../contract/arn";
import { parseS3Uri } from "../../contract/evidence-uri";
import { bundleKey, policyKey } from "../../contract/names";
import { distinctObjects, type PinnedObject } from "../../core/evidence";
import { BrokenLink, type LedgerCopy } from "../../ledger/copy";
import {
  type DecisionRecord,
  decisionKeys,
  isJudged,
  type PolicyRecord,
  requireRecordSignature,
} from "../../ledger/decision-record";
import { checkpointOf, type FoundRecord, type NamedVersion, recordsIn } from "../../ledger/find-records";
import { LedgerError, type TrustedKeys } from "../../ledger/signed";
import { readPinned, readVerdict } from "../../ledger/verify/evidence";
import { overdueRecord } from "../../ledger/verify/terms";
import { UsageError } from "../errors";
import { renderVerdict } from "../render-verdict";
import { keptBytes } from "./kept";
import { BROKEN, type Io, ofVersion, openCopy, readKeys, time } from "./options";

const HELP = `
What it verifies of one record: its signature, that a checkpoint has it, that the policy, the checks' bundle and the
evidence are what it names. Whether the checkpoints themselves hold, and nothing is missing, says \`ledger verify\`.

Exit status
  0  all of it holds; or evidence isn't in the copy, or the record is too new for a checkpoint
  1  something doesn't hold
  2  wrong use, or there is no such record

Examples
  governance ledger show credit-risk/7 DIR --trusted-key records.pem
  governance ledger show arn:aws:sagemaker:us-east-1:444455556666:model-package/credit-risk/7 DIR --trusted-key records.pem --format json
`;

interface Options {
  trustedKey: string[];
  format: "text" | "json";
  now?: Date;
}

/** What was found of one point; `holds` is undefined where the copy can't tell. */
interface Point {
  point: string;
  says: string;
  holds: boolean | undefined;
}

/** `governance ledger show`. */
export const showCommand = ({ print, exit }: Io): Command =>
  ofVersion(new Command("show"))
    .summary("show the decision on a version in words")
    .description("Shows who decided on a version, when, why and by which evidence, and whether that verifies.")
    .addOption(new Option("--format <format>", "how to print it").choices(["text", "json"]).default("text"))
    .option("--now <TIME>", "when the copy was made, where that isn't now", time)
    .addHelpText("after", HELP)
    .action(async (named: NamedVersion, folder: string, { trustedKey, format, now = new Date() }: Options) => {
      const keys = readKeys("--trusted-key", trustedKey);
      const copy = await openCopy(folder);
      let shown = 0;
      let holds = true;
      for await (const found of recordsIn(copy, named)) {
        const points = await pointsOf(copy, found, keys, now);
        print(format === "json" ? json(found, points) : text(found, points));
        shown += 1;
        holds &&= points.every((point) => point.holds !== false);
      }
      if (shown === 0) throw new UsageError(`${folder} has no record of ${named.group} version ${named.version}`);
      exit(holds ? 0 : BROKEN);
    });

async function pointsOf(copy: LedgerCopy, found: FoundRecord, keys: TrustedKeys, now: Date): Promise<Point[]> {
  const { signed } = found;
  const { body } = signed;
  return [
    await point("signature", `by ${body.signedWith.keyArn}`, async () =>
      requireRecordSignature(signed, decisionKeys(keys)),
    ),
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
  const says = `${key} of ${takenAt}${same ? "" : " names it with another version or SHA-256 than here"}`;
  return { point, says, holds: same };
}

async function point(name: string, says: string, verify: () => Promise<unknown>): Promise<Point> {
  try {
    await verify();
    return { point: name, says, holds: true };
  } catch (error) {
    if (!(error instanceof LedgerError) && !(error instanceof BrokenLink)) throw error;
    return { point: name, says: error.message, holds: false };
  }
}

async function evidence(
  copy: LedgerCopy,
  object: PinnedObject,
  name: string,
  verify: () => Promise<unknown>,
): Promise<Point> {
  const { uri, versionId, sha256 } = object;
  const says = `${uri} version ${versionId ?? "none"} SHA-256 ${sha256}`;
  const at = parseS3Uri(uri);
  if (at !== undefined && (await copy.readCited(at, versionId)) === undefined)
    return { point: name, says, holds: undefined };
  return point(name, says, verify);
}

const MARKS = { true: "holds", false: "BROKEN", undefined: "not told by this copy" };

function text({ signed: { name, sha256, body }, version }: FoundRecord, points: readonly Point[]): string {
  const id = parseModelPackageArn(body.modelPackageArn);
  if (id === undefined)
    throw new LedgerError(`${name}: is of ${body.modelPackageArn}, which is no versioned model package`);
  const head = isJudged(body)
    ? renderVerdict(body, id, "text").trimEnd()
    : `${body.decision}: ${id.group} version ${id.version}`;
  return [
    head,
    "",
    `  version     ${body.modelPackageArn}`,
    `  attempt     ${body.attempt}`,
    `  decided     ${body.decidedAt} by ${whoDecided(body)}`,
    ...(body.binding ? [] : ["  effect      recorded only; the registry keeps its status"]),
    ...(body.previous === null ? [] : [`  goes on from attempt ${body.previous.attempt}, ${body.previous.sha256}`]),
    `  why         ${body.reason}`,
    `  record      ${name} version ${version.versionId} SHA-256 ${sha256}`,
    ...points.map(({ point: of, says, holds }) => `  ${of.padEnd(11)} ${MARKS[`${holds}`]}: ${says}`),
    "",
    "",
  ].join("\n");
}

function whoDecided({ decidedBy }: DecisionRecord): string {
  switch (decidedBy.kind) {
    case "policy":
      return `the policy, in execution ${decidedBy.executionId}`;
    case "people":
      return decidedBy.people.map(({ name, askedAt, reason }) => `${name} at ${askedAt} (${reason})`).join(", ");
    case "watcher":
      return "the watcher";
    case "before":
      return "whoever decided before this ledger";
  }
}

const json = ({ signed: { name, sha256, body }, version }: FoundRecord, points: readonly Point[]): string =>
  `${JSON.stringify({ key: name, versionId: version.versionId, sha256, points, body })}\n`;
