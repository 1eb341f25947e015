import type { PersonRequest } from "../../src/contract/person-request";
import type { VerdictRecord } from "../../src/core/verdict";
import { readDecisionRecord } from "../../src/ledger/decision-record";
import { decide } from "../../src/stages/decide";
import { type ReviewSettings, review } from "../../src/stages/review";
import { chainOfVersion } from "../../src/stages/version-records";
import { DECIDE_SETTINGS, decideWorld, NOW } from "./decide-world";
import { MemoryQueue } from "./memory-ports";
import { ARN, GOVERNANCE, registeredVersion } from "./registered-version";
import { approvedRecord, finding, textOf } from "./verdict-record";

export const REVIEWER = "AROA1234567890EXAMPLE";
export const REVIEW_SETTINGS: ReviewSettings = {
  registry: GOVERNANCE,
  ...{ observedGroups: [], cutOvers: {} },
  teams: { "credit-risk": ["Tina"], "payment-fraud": [] },
  recordBucket: "records",
  retention: DECIDE_SETTINGS.retention,
  reviewerRoleId: REVIEWER,
};

const failed = finding({ value: 0.8, outcome: "fail", reason: "0.8 is below its bound" });
export const VERDICTS = {
  approved: {},
  rejected: { decision: "Rejected", findings: [failed] },
  forReview: { decision: "PendingManualApproval", findings: [failed] },
} satisfies Record<string, Partial<VerdictRecord>>;

/** A version that was judged so, or never, and the people who ask about it. */
export class ReviewWorld {
  readonly ports;
  /** Of the execution that judged it. */
  readonly args;
  private messages = 0;

  private constructor(world: ReturnType<typeof decideWorld>) {
    this.args = world.args;
    this.ports = { ...world.ports, queue: new MemoryQueue() };
  }

  static async judged(verdict?: Partial<VerdictRecord>, settings = DECIDE_SETTINGS): Promise<ReviewWorld> {
    const world = decideWorld(textOf(approvedRecord(verdict)));
    if (verdict !== undefined) await decide(world.args, world.ports, settings, NOW);
    const found = new ReviewWorld(world);
    found.ports.notices.told.length = 0;
    return found;
  }

  async lastRecord(): Promise<string | null> {
    return (await this.chain())?.last.sha256 ?? null;
  }

  /** The version's records. */
  chain() {
    const { id } = registeredVersion();
    return chainOfVersion(id, this.ports);
  }

  /** A person's message. @param changed what the body says otherwise; `senderId` and `messageId` are SQS's */
  async message(
    name: string,
    request: PersonRequest["request"],
    { senderId = `${REVIEWER}:${name}`, ...changed }: Readonly<Record<string, unknown>> & { senderId?: string } = {},
  ) {
    const asked = { request, modelPackageArn: ARN, reason: "MR-1", expectedRecordSha256: await this.lastRecord() };
    this.messages += 1;
    const sent = { messageId: `m${this.messages}`, senderId, sentAt: new Date(NOW.getTime() + this.messages * 1000) };
    return { body: JSON.stringify({ ...asked, ...changed }), sent };
  }

  /** What review makes of a message. */
  take(
    { body, sent }: Awaited<ReturnType<ReviewWorld["message"]>>,
    settings = REVIEW_SETTINGS,
    now = new Date(NOW.getTime() + 3_600_000),
  ) {
    return review(body, sent, this.ports, settings, now);
  }

  async ask(...asked: Parameters<ReviewWorld["message"]>) {
    return this.take(await this.message(...asked));
  }

  async status(): Promise<string | undefined> {
    return (await this.ports.registry.describe(ARN))?.approvalStatus;
  }

  /** Changes the version, as somebody else would. */
  change(changed: Parameters<typeof registeredVersion>[0]): void {
    this.ports.registry.set(registeredVersion(changed));
  }

  record(attempt: number) {
    const key = `records/credit-risk/7/${attempt}.json`;
    return readDecisionRecord(Buffer.from(this.ports.records.bodies.get(key) ?? ""), key).body;
  }
}
