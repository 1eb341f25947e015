import { parseModelPackageArn } from "../contract/arn";
import { isBeforeCutOver, leftAsItIs, type TakeOver } from "../contract/cut-over";
import { attemptOfKey, judgedAgainKey, requestKey, requestsAbout, startMarkersOfVersion } from "../contract/names";
import { type PersonRequest, parsePersonRequest, type Sent, senderOf } from "../contract/person-request";
import { canonical } from "../core/canonical";
import type { ModelPackage, StartQueue } from "../core/ports";
import { DESCRIPTION_LIMIT, shorten } from "../core/verdict";
import { linkTo, type RecordChain } from "../ledger/chain";
import {
  type DecidedBy,
  type DecisionRecord,
  isAskedBy,
  isJudged,
  isPerson,
  type Person,
} from "../ledger/decision-record";
import { type Signer, seal } from "../ledger/signed";
import { type ApplyPorts, type ApplySettings, applyRecord } from "./apply-record";
import { baselineOf, statusBefore } from "./baseline";
import { judgedBy, type KeepPorts, type KeepSettings, keepWhatJudged } from "./keep-what-judged";
import { mayDecide, samePerson } from "./may-decide";
import { addRecord, chainOfVersion, nextAttempt, type RecordPorts } from "./version-records";

export interface ReviewPorts extends ApplyPorts, RecordPorts, KeepPorts {
  signer: Signer;
  /** Start's queue. */
  queue: StartQueue;
}

export interface ReviewSettings extends ApplySettings, TakeOver, KeepSettings {
  /** The registry's own account and Region. */
  registry: { account: string; region: string };
  /** Model package group -> people of the team that owns it. */
  teams: Readonly<Record<string, readonly string[]>>;
  /** Unique id of the role that people ask under. */
  reviewerRoleId: string;
}

/** What became of a person's request. */
export interface ReviewResult {
  /** `kept`: another person has to ask the same. `asked`: start judges it again. `recorded`: it has its baseline. */
  effect: "decided" | "kept" | "asked" | "recorded" | "refused";
  reason: string;
}

/** A request that may be had, and what it is about. */
interface Asking {
  request: PersonRequest;
  person: Person;
  version: ModelPackage;
  chain: RecordChain | undefined;
  /** The attempt that a record of it is. */
  attempt: number;
}

/**
 * Does what a person asks for: records the decision and makes the version what it says, has it judged again, or records
 * how it was before this project and changes nothing. Who asks is who SQS says, never what the body says. What is refused
 * is told, and done: it doesn't come again.
 * @throws what is a fault of ours: a record that no key of ours signed, an AWS error; then the message comes again
 */
export async function review(
  body: string,
  sent: Sent,
  ports: ReviewPorts,
  settings: ReviewSettings,
  now: Date,
): Promise<ReviewResult> {
  const refuse = async (why: string, about = "a version"): Promise<ReviewResult> => {
    const text = `${sent.senderId} asked in message ${sent.messageId}; refused: ${why}`;
    await ports.notices.tell(`A request about ${about} was refused`, text);
    return { effect: "refused", reason: why };
  };
  const sender = senderOf(sent);
  if (sender?.roleId !== settings.reviewerRoleId) return refuse("its sender isn't a person under the reviewer role");
  const { name } = sender;
  const request = parsePersonRequest(body);
  if (request === undefined)
    return refuse("its body isn't a request; send it with governance decide, reevaluate or baseline");
  const id = parseModelPackageArn(request.modelPackageArn);
  if (id === undefined) return refuse("it names no versioned model package");
  const about = `${id.group} version ${id.version}`;
  const { account, region } = settings.registry;
  if (id.account !== account || id.region !== region || !Object.hasOwn(settings.teams, id.group))
    return refuse(`${id.arn} isn't of a group that is configured here`);
  const version = await ports.registry.describe(id.arn);
  if (version === undefined) return refuse("there is no such version", about);
  const asksForBaseline = request.request === "baseline";
  if (!asksForBaseline && isBeforeCutOver(settings.cutOvers, id.group, version.createdAt))
    return refuse(leftAsItIs(settings.cutOvers, id.group), about);

  // Before the records: one that comes in between takes this attempt.
  const attempt = await nextAttempt(id, ports);
  const chain = await chainOfVersion(id, ports);
  if (asksForBaseline && chain !== undefined && baselineOf(chain) !== undefined) return HAS_BASELINE;
  if (chain !== undefined && isAnswered(chain, sent)) return applied(chain, version, ports, settings);
  const ruling = mayDecide(request, { ...settings, name, version, chain, now });
  const { messageId, sentAt } = sent;
  if ("refused" in ruling) {
    const asked = judgedAgainKey(id.group, id.version, messageId);
    const wasAsked = request.request === "reevaluate" && (await ports.verdicts.has(asked));
    return wasAsked ? JUDGED_SINCE : refuse(ruling.refused, about);
  }
  const person = {
    ...{ roleId: settings.reviewerRoleId, name, messageId },
    ...{ askedAt: sentAt.toISOString(), reason: request.reason },
  };
  const asking: Asking = { request, person, version, chain, attempt };
  if (request.request === "reevaluate") return judgeAgain(asking, ports);
  if (request.request === "baseline") {
    const found = baselineOf(await record(asking, asFound(asking), ports, now));
    return found === undefined ? refuse(ANOTHER_CAME_FIRST, about) : HAS_BASELINE;
  }
  const people = ruling.peopleNeeded === 1 ? [person] : await withOthers(asking, ports, settings);
  if (!people.some((one) => one.messageId === messageId)) return refuse(`${name} has asked for it before`, about);
  if (people.length < ruling.peopleNeeded) return askAnother(asking, ports);
  if (request.request === "approve") await keepAgain(chain, ports, settings, now);
  const recorded = await record(asking, byPeople(request.request, people), ports, now);
  if (!isAnswered(recorded, sent)) return refuse(ANOTHER_CAME_FIRST, about);
  return applied(recorded, version, ports, settings);
}

const ANOTHER_CAME_FIRST = "another record came first; look at that, and ask again";

const JUDGED_SINCE: ReviewResult = { effect: "asked", reason: "it was judged again, as this message asked" };

const HAS_BASELINE: ReviewResult = { effect: "recorded", reason: "it has its baseline; its status stays" };

/** Whether that message has its record: it came twice, or again after it failed. */
const isAnswered = ({ records }: RecordChain, { messageId }: Sent): boolean =>
  records.some(({ body }) => isAskedBy(body, messageId));

async function applied(
  chain: RecordChain,
  version: ModelPackage,
  ports: ReviewPorts,
  settings: ReviewSettings,
): Promise<ReviewResult> {
  const { ApprovalStatus, Effect } = await applyRecord(chain, version, ports, settings);
  return { effect: "decided", reason: `${ApprovalStatus}, ${Effect}` };
}

/** In an attempt of its own: one that was asked for before may have ended without a record. */
async function judgeAgain(asking: Asking, { queue, verdicts }: ReviewPorts): Promise<ReviewResult> {
  const { request, person, version, chain } = asking;
  if (chain === undefined) throw new Error(`${version.id.arn} has no record to go on from`);
  const { group, version: number } = version.id;
  const started = (await verdicts.keys(startMarkersOfVersion(group, number))).flatMap((key) => attemptOfKey(key) ?? []);
  const key = judgedAgainKey(group, number, person.messageId);
  await verdicts.write(
    key,
    canonical({ schemaVersion: 1, attempt: Math.max(asking.attempt, ...started.map((one) => one + 1)) }),
  );
  const attempt = attemptIn(await verdicts.read(key), key);
  // Waits: nobody else would ask again for a version that is decided.
  const again = { modelPackageArn: version.id.arn, attempt, judgesAgain: chain.last.sha256, waits: 1 };
  await queue.send(again, 0);
  return { effect: "asked", reason: `attempt ${attempt}: ${request.reason}` };
}

function attemptIn(bytes: Uint8Array | undefined, key: string): number {
  const { attempt }: { attempt?: unknown } = JSON.parse(Buffer.from(bytes ?? "{}").toString());
  if (typeof attempt !== "number") throw new Error(`${key}: expected an attempt; look who wrote it`);
  return attempt;
}

/**
 * Keeps the request, then looks who else has asked for the same on the same record: of two at once, one sees both.
 * @returns the people, in the order in which they asked
 */
async function withOthers(
  { person, version: { id }, chain, request }: Asking,
  { verdicts }: ReviewPorts,
  { teams, reviewerRoleId }: ReviewSettings,
): Promise<Person[]> {
  const seen = chain?.last.sha256 ?? "";
  const kept = { schemaVersion: 1, request: request.request, modelPackageArn: id.arn, recordSha256: seen, person };
  await verdicts.write(requestKey(id.group, id.version, seen, person.name), canonical(kept));
  const keys = await verdicts.keys(requestsAbout(id.group, id.version, seen));
  const people = await Promise.all(keys.map(async (key) => personIn(await verdicts.read(key), key)));
  const team = teams[id.group] ?? [];
  return people
    .filter(({ name, roleId }) => roleId === reviewerRoleId && !team.some((member) => samePerson(member, name)))
    .sort((one, other) => (one.askedAt + one.messageId < other.askedAt + other.messageId ? -1 : 1));
}

function personIn(bytes: Uint8Array | undefined, key: string): Person {
  if (bytes === undefined) throw new Error(`${key} is listed and can't be read`);
  const { person }: { person?: unknown } = JSON.parse(Buffer.from(bytes).toString("utf8"));
  if (!isPerson(person)) throw new Error(`${key}: person isn't one`);
  return person;
}

async function askAnother({ person, version: { id } }: Asking, { notices }: ReviewPorts): Promise<ReviewResult> {
  await notices.tell(
    `A second person must approve ${id.group} version ${id.version}`,
    `${person.name} asks to approve ${id.arn}, which didn't pass or was revoked: ${person.reason}\nSomebody else has to ask for the same, or nothing happens: governance decide ${id.group}/${id.version} --approve`,
  );
  return { effect: "kept", reason: "another person has to ask for the same" };
}

/** Approved long after it was judged, a version would rest on what nothing keeps any more. */
async function keepAgain(
  chain: RecordChain | undefined,
  ports: ReviewPorts,
  settings: ReviewSettings,
  now: Date,
): Promise<void> {
  const judged = chain?.records.map(({ body }) => body).findLast(isJudged);
  if (judged !== undefined) await keepWhatJudged(await judgedBy(judged, ports.verdicts), ports, settings, now);
}

/** What a record says that isn't so of every record of people's. */
interface Said extends Pick<DecisionRecord, "decision" | "reason"> {
  decidedBy: Exclude<DecidedBy, { kind: "policy" }>;
}

function byPeople(request: "approve" | "reject", people: readonly Person[]): Said {
  const decision = request === "approve" ? "Approved" : "Rejected";
  const reason = `${decision} by ${people.map(({ name, reason }) => `${name} (${reason})`).join(", ")}`;
  return { decision, reason: shorten(reason, DESCRIPTION_LIMIT), decidedBy: { kind: "people", people } };
}

function asFound({ version, person: { name, reason } }: Asking): Said {
  const decision = statusBefore(version);
  return {
    ...{ decision, decidedBy: { kind: "before" } },
    reason: shorten(`${decision} before this ledger; recorded as ${name} asked (${reason})`, DESCRIPTION_LIMIT),
  };
}

async function record(
  { version: { id, fingerprint }, chain, attempt }: Asking,
  said: Said,
  ports: ReviewPorts,
  now: Date,
): Promise<RecordChain> {
  const text = await seal<DecisionRecord>(
    {
      ...{ schemaVersion: 2, kind: "decision", modelPackageArn: id.arn, attempt, fingerprint, ...said },
      decidedAt: now.toISOString(),
      binding: true,
      previous: chain === undefined ? null : linkTo(chain.last),
    },
    ports.signer,
  );
  return addRecord(id, attempt, text, ports);
}
