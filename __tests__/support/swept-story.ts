import type { DecideOutputs } from "../../src/contract/pipeline-parameters";
import { canonical } from "../../src/core/canonical";
import { sha256 } from "../../src/core/verdict";
import { readDecisionRecord } from "../../src/ledger/decision-record";
import type { DecidePorts } from "../../src/stages/decide";
import type { ReviewResult } from "../../src/stages/review";
import type { Revoked } from "../../src/stages/revoke";
import { chainOfVersion } from "../../src/stages/version-records";
import { type decideWorld, NOW } from "./decide-world";
import { FailingCall } from "./failing-call";
import type { MemoryQueue } from "./memory-ports";
import { registeredVersion } from "./registered-version";

type Made = ReturnType<typeof decideWorld>["ports"];

/** What a stage answers. */
type Answer = Pick<ReviewResult | Revoked, "effect"> | DecideOutputs;

/** The messages that come to a version, and the ports on which they leave something. */
export interface Scene {
  ports: Pick<Made, "registry" | "cards" | "verdicts" | "records" | "notices" | "lock"> &
    Pick<DecidePorts, "recordKeys"> & { queue?: MemoryQueue };
  messages: readonly ((fault: FailingCall, now: Date) => Promise<Answer>)[];
}

/** When a message that failed comes again. */
export type ComesAgain = "at once" | "after the others";

export interface Swept {
  calls: number;
  /** Failures, and what didn't end then as where nothing fails. */
  broken: { fault: string; differs: Readonly<Record<string, string>> }[];
}

/** Calls that no scene has. */
const TOO_MANY = 500;

/**
 * Plays a scene once for each of its calls, which fails once, before its effect and after it. Then the message comes
 * again; and each that was taken comes a second time.
 */
export async function sweepCalls(scene: () => Promise<Scene>, again: ComesAgain = "at once"): Promise<Swept> {
  const calm = await endOf(await scene(), new FailingCall(0, "before"), again);
  const broken: Swept["broken"] = [];
  for (let at = 1; at < TOO_MANY; at += 1) {
    for (const moment of ["before", "after"] as const) {
      const fault = new FailingCall(at, moment);
      const end = await endOf(await scene(), fault, again);
      if (fault.failed === undefined) return { calls: at - 1, broken };
      const differs = Object.entries(end).filter(([name, value]) => value !== calm[name]);
      if (differs.length > 0)
        broken.push({ fault: `${moment} call ${at}, ${fault.failed}`, differs: Object.fromEntries(differs) });
    }
  }
  throw new Error(`a scene has ${TOO_MANY} calls or more`);
}

const takenAt = (delivery: number): Date => new Date(NOW.getTime() + (60 + delivery) * 60_000);

/** @returns what each message came to when it was first taken */
async function play({ messages }: Scene, fault: FailingCall, again: ComesAgain): Promise<string[]> {
  const answers: string[] = [];
  const waiting = [...messages.entries(), ...messages.entries()];
  for (let delivery = 0; waiting.length > 0; delivery += 1) {
    const [next] = waiting.splice(0, 1);
    if (next === undefined) break;
    const [at, take] = next;
    try {
      const answer = await take(fault, takenAt(delivery));
      answers[at] ??= "effect" in answer ? answer.effect : answer.ApprovalStatus;
    } catch (error) {
      if (error !== fault.error) throw error;
      if (again === "at once") waiting.unshift(next);
      else waiting.push(next);
    }
  }
  return answers;
}

/** All that is left, but for times, signatures and how often people were told. */
async function endOf(scene: Scene, fault: FailingCall, again: ComesAgain): Promise<Readonly<Record<string, string>>> {
  const answers = await play(scene, fault, again);
  const { registry, cards, verdicts, records, notices, lock, queue } = scene.ports;
  const { id } = registeredVersion();
  const version = await registry.describe(id.arn);
  const chain = await chainOfVersion(id, scene.ports);
  // Where another has asked meanwhile, nobody needs to be asked; and who is told, changes with the order.
  const isOrdered = again === "at once";
  const told = isOrdered
    ? notices.told.map(({ subject, text }) => `${subject}: ${text}`)
    : notices.told.map(({ subject }) => subject).filter((subject) => !subject.startsWith("A second person must"));
  const end = {
    answers: isOrdered ? answers : [],
    records: sorted(records.bodies).map(([key, text]) => [key, contentOf(key, text)]),
    chain: chain?.records.map(({ name }) => name) ?? [],
    registry: [version?.approvalStatus, sorted(version?.customerMetadata ?? [])],
    cards: sorted(cards.cards),
    verdicts: sorted(verdicts.bodies),
    lockedAnew: sorted(lock.kept).map(([one, until]) => [one, until >= takenAt(0)]),
    told: [...new Set(told)].sort(),
    asked: [...new Set(queue?.messages.map((one) => canonical(one)))].sort(),
  };
  const namedAgain = (text: string) =>
    [...records.bodies].reduce((said, [key, body]) => said.replaceAll(sha256(body), `<SHA-256 of ${key}>`), text);
  return Object.fromEntries(
    Object.entries(end).map(([name, value]) => [name, namedAgain(canonical(value)).replace(TIMES, "<then>")]),
  );
}

/** Of deliveries: they come from eleven o'clock on, and what was asked or decided before them has its time. */
const TIMES = /2026-11-20T1[12]:\d\d:00\.000Z/g;

const sorted = <Value>(pairs: Iterable<readonly [string, Value]>) =>
  [...pairs].sort(([one], [other]) => (one < other ? -1 : 1));

function contentOf(key: string, text: string): object {
  const { signedWith: _, ...content } = readDecisionRecord(Buffer.from(text), key).body;
  return content;
}
