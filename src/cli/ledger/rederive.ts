import { Command } from "commander";
import { bundleKey, keptPromptSetKey } from "../../contract/names";
import { canonical } from "../../core/canonical";
import { distinctObjects } from "../../core/evidence";
import { type Finding, formatFinding } from "../../core/finding";
import { sha256, singleLine, type VerdictRecord } from "../../core/verdict";
import { BrokenLink, type LedgerCopy, UnreadableCopy } from "../../ledger/copy";
import { isJudged, type PolicyRecord, requireRecordSignature } from "../../ledger/decision-record";
import type { FoundRecord, NamedVersion } from "../../ledger/find-records";
import { LedgerError } from "../../ledger/signed";
import { parseVerdictText, readStoredVerdict } from "../../ledger/verdict-record";
import { readPinned, readVerdict } from "../../ledger/verify/evidence";
import { keptBytes, policyText } from "../../ledger/verify/kept";
import { requireKey } from "../../ledger/verify/records";
import type { StoredInputs, StoredObject } from "../../stages/judge-again";
import { UsageError } from "../errors";
import { whoDecided } from "../who-decided";
import { loadBundle } from "./kept-bundle";
import { attemptNumber, BROKEN, type Io, type KeyFiles, ofVersion, openCopy, recordKeysIn } from "./options";
import { recordsOf } from "./records-of";

const HELP = `
Runs the very checks that judged then: the bundle that lies beside the records. It is run only once its SHA-256 is what a
record names that a trusted key signed. DIR must have the evidence, which \`governance ledger fetch --evidence\` brings.

Exit status
  0  the same, bit for bit
  1  another result, or something was changed or is missing
  2  wrong use

Example
  governance ledger rederive credit-risk/7 DIR --trusted-key records.pem
`;

interface Options extends KeyFiles {
  attempt?: number;
}

/** `governance ledger rederive`. */
export const rederiveCommand = ({ print, exit }: Io): Command =>
  ofVersion(new Command("rederive"))
    .summary("judge a version's stored evidence again, by the checks and policy of then")
    .description("Judges the stored evidence of a decision again, and compares the result bit for bit.")
    .option(
      "--attempt <NUMBER>",
      "which attempt, where a version has several records; the last where not said",
      attemptNumber,
    )
    .addHelpText("after", HELP)
    .action(async (named: NamedVersion, folder: string, options: Options) => {
      const keys = recordKeysIn(options);
      const copy = openCopy(folder);
      const { signed } = await chosen(copy, named, options.attempt, folder);
      const { name, body } = signed;
      requireRecordSignature(signed, keys);
      requireKey(signed);
      if (!isJudged(body))
        throw new UsageError(
          `${name} isn't the policy's decision but of ${whoDecided(body)}; nothing was judged, so there is nothing to judge again`,
        );
      const stored = Buffer.from(await readPinned(copy, name, body.verdict));
      const before = await readVerdict(copy, name, body.verdict);
      const again = await judgedAgain(copy, name, body, stored);
      const differences = compare(body, before, stored, again);
      print(told(name, body, stored, differences));
      exit(differences.length === 0 ? 0 : BROKEN);
    });

async function chosen(
  copy: LedgerCopy,
  named: NamedVersion,
  attempt: number | undefined,
  folder: string,
): Promise<FoundRecord> {
  const found: FoundRecord[] = [];
  for await (const one of recordsOf(copy, named, attempt, folder)) found.push(one);
  const judged = found.filter(({ signed }) => isJudged(signed.body));
  return (judged.length === 0 ? found : judged).reduce((last, one) =>
    one.signed.body.attempt > last.signed.body.attempt ? one : last,
  );
}

/** The checks.json that came out. */
interface Again {
  text: string;
  record: VerdictRecord;
}

/** @throws LedgerError where its own checks can't judge what it rests on */
async function judgedAgain(copy: LedgerCopy, record: string, body: PolicyRecord, verdict: Uint8Array): Promise<Again> {
  const { bundleSha256 } = body.checks;
  const judgeAgain = loadBundle(
    (await keptBytes(copy, bundleKey(bundleSha256), bundleSha256)).toString(),
    bundleSha256,
  );
  const policy = await policyText(copy, body.policy.digest);
  try {
    const text = await judgeAgain({
      ...{ verdict, verdictUri: body.verdict.uri, policy, objects: objectsOf(copy, record, body) },
      promptSet: (digest) => keptBytes(copy, keptPromptSetKey(digest), digest),
    });
    return { text, record: parseVerdictText(text) };
  } catch (error) {
    if (isTold(error)) throw error;
    throw cannot(record, bundleSha256, error);
  }
}

const isTold = (error: unknown): boolean => error instanceof BrokenLink || error instanceof UnreadableCopy;

const cannot = (record: string, bundle: string, cause: unknown): LedgerError =>
  new LedgerError(
    `${record}: the checks of then, bundle ${bundle}, can't judge it again: ${cause instanceof Error ? cause.message : cause}`,
    { cause },
  );

/** What the record cites, each from the copy once it is what the record says. */
function objectsOf(copy: LedgerCopy, record: string, { evidence }: PolicyRecord): StoredInputs["objects"] {
  const cited = distinctObjects(evidence);
  return async (uri) => {
    const objects: StoredObject[] = [];
    for (const one of cited.filter((object) => object.uri === uri))
      objects.push({ versionId: one.versionId, bytes: await readPinned(copy, record, one) });
    return objects;
  };
}

/** Lines that say what differs; none where all is the same. */
function compare(body: PolicyRecord, before: VerdictRecord, stored: Buffer, again: Again): string[] {
  const { text } = readStoredVerdict(stored);
  const lines = [
    ...(canonical(body.findings) === canonical(before.findings)
      ? []
      : ["the record's findings aren't those of checks.json"]),
    ...(body.decision === before.decision ? [] : [`the record says ${body.decision}, checks.json ${before.decision}`]),
  ];
  if (text === again.text) return lines;
  const values = verdictDifferences(before, again);
  const bytes = `the bytes differ, though no value does: SHA-256 ${sha256(text)} then, ${sha256(again.text)} now`;
  return [...lines, ...(values.length === 0 ? [bytes] : values)];
}

function verdictDifferences(before: VerdictRecord, { record: again }: Again): string[] {
  const findings = before.findings.flatMap((finding, at) => {
    const other = again.findings[at];
    if (other !== undefined && canonical(finding) === canonical(other)) return [];
    return [`finding ${at + 1}: then ${sentence(finding)}; now ${other === undefined ? "none" : sentence(other)}`];
  });
  const fields = Object.entries(before)
    .filter(([name]) => name !== "findings")
    .filter(
      ([name, value]) => canonical(value) !== canonical(Object.entries(again).find(([of]) => of === name)?.[1] ?? null),
    )
    .map(([name]) => `${name} differs`);
  const more = again.findings.length - before.findings.length;
  return [...fields, ...findings, ...(more > 0 ? [`${more} findings more than then`] : [])];
}

const sentence = (finding: Finding): string => `${finding.outcome}, ${singleLine(formatFinding(finding))}`;

/** Differences that are printed at most. */
const SHOWN = 20;

function told(
  name: string,
  { decision, findings }: PolicyRecord,
  stored: Buffer,
  differences: readonly string[],
): string {
  if (differences.length === 0) {
    return `${name}: judged again, the same bit for bit: ${decision}, ${findings.length} findings, checks.json of ${stored.length} bytes with the SHA-256 ${sha256(stored)}\n`;
  }
  const shown = differences.slice(0, SHOWN);
  const left = differences.length - shown.length;
  const lines = [...shown, ...(left > 0 ? [`and ${left} more`] : [])];
  return [`${name}: judged again, and NOT the same`, ...lines.map((line) => `  ${line}`), ""].join("\n");
}
