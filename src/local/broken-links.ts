import { evidenceBucketName } from "../contract/names";
import { PENDING } from "../contract/registry-event";
import { brokenLedgerLinks, leftBehind } from "./broken-ledger-links";
import type { EvaluatedProgram } from "./evaluate-program";
import type { Ledger } from "./ledger";
import type { LocalWorld } from "./stand-in/create-world";
import type { Note } from "./stand-in/trace";
import type { Registered } from "./story";

/** What notes say where something didn't go on. */
const COMPLAINT =
  /fail|error|exception|pattern wants|disabled|no rule|not delivered|refuse|doesn't|does not|dead letter|timed out|missing|no events/i;

/**
 * Looks along the flow, link by link, for what didn't arrive: each report in the evidence bucket, each version's decision and
 * its record, no dead letters, no failed execution. Each answer says what the stand-in noted there.
 */
export async function brokenLinks(
  world: LocalWorld,
  told: readonly Registered[],
  program: EvaluatedProgram,
  ledger: Ledger,
): Promise<string[]> {
  const found = [
    ...told.flatMap((registered) => lostReports(registered, world, program)),
    ...told.flatMap((registered) => undecided(registered, world)),
    ...(await brokenLedgerLinks(ledger, world, told, program)),
    ...leftBehind(world, program),
    ...deadLetters(world),
    ...failures(world),
  ];
  return found.length === 0 ? [] : [...found, ...complaints(world)];
}

function lostReports({ sample }: Registered, world: LocalWorld, { governance }: EvaluatedProgram): string[] {
  const accounts = governance.groups.find(({ name }) => name === sample.group)?.accounts ?? [];
  const buckets = accounts.map((account) => evidenceBucketName(governance.prefix, account, governance.region));
  return sample.reports
    .filter(({ key, bytes }) => !buckets.some((bucket) => holds(world, bucket, key, bytes)))
    .map(
      ({ bucket, key }) => `report s3://${bucket}/${key} didn't arrive in ${buckets.join(" or ")}${saidOf(key, world)}`,
    );
}

/** What the last function that saw a key said of it. */
function saidOf(key: string, { logs }: LocalWorld): string {
  const last = logs.findLast(({ text }) => text.includes(JSON.stringify(key)));
  return last === undefined ? "" : `; ${last.function} said last: ${last.text}`;
}

function holds(world: LocalWorld, bucket: string, key: string, bytes: Uint8Array): boolean {
  return world.s3
    .stored(bucket, key)
    .some(({ content }) => "bytes" in content && Buffer.compare(content.bytes, bytes) === 0);
}

function undecided({ sample, arn }: Registered, world: LocalWorld): string[] {
  if (arn === "") return [`version ${sample.name} wasn't registered`];
  const version = world.sageMaker.versions().find((one) => one.arn === arn);
  const execution = world.sageMaker.executions().filter(({ parameters }) => [...parameters.values()].includes(arn));
  if (execution.length === 0) return [`version ${sample.name} (${arn}): no execution was started for it`];
  const failed = execution.filter(({ status }) => status !== "Succeeded");
  if (failed.length > 0)
    return failed.map(({ status, failure }) => `version ${sample.name}: its execution ${status}: ${failure}`);
  if (execution.length > 1)
    return [`version ${sample.name} (${arn}): ${execution.length} executions were started for it`];
  const left = world.notes.some(({ text }) => text.includes(`A person must decide`) && text.includes(arn));
  const pending = version?.fields.ModelApprovalStatus === PENDING && !left;
  return pending ? [`version ${sample.name} (${arn}): its execution succeeded, and it is still ${PENDING}`] : [];
}

const deadLetters = (world: LocalWorld): string[] =>
  [...world.depths()].filter(([, depth]) => depth > 0).map(([queue, depth]) => `${depth} message(s) left in ${queue}`);

/** Calls of functions that failed, and what they logged as errors: the next try may hide them. */
const failures = ({ notes, logs }: LocalWorld): string[] =>
  unique([
    ...notes.filter(({ text }) => /^function .* failed/.test(text)).map(lineOf),
    ...logs.filter(({ text }) => text.includes('"level":"ERROR"')).map(({ function: of, text }) => `${of}: ${text}`),
  ]);

/** What the stand-in noted of anything that didn't go on. */
const complaints = ({ notes }: LocalWorld): string[] =>
  unique(notes.filter(({ text }) => COMPLAINT.test(text)).map(lineOf));

const lineOf = ({ subject, text }: Note): string => `${subject}: ${text}`;
const unique = (lines: readonly string[]): string[] => [...new Set(lines)];
