import type { ListedExecution, ListedVersion, ModelPackage, Overview } from "../../src/core/ports";
import { type Decision, sha256 } from "../../src/core/verdict";
import { decide } from "../../src/stages/decide";
import type { ReconcilePorts } from "../../src/stages/known-versions";
import { DECIDE_SETTINGS, decideWorld, NOW } from "./decide-world";
import { MemoryNotices, MemoryQueue, MemoryWriteOnce } from "./memory-ports";
import { ARN, registeredVersion } from "./registered-version";
import { approvedRecord, finding, textOf } from "./verdict-record";

const PATIENCE = { eventMinutes: 10, executionMinutes: 120, afterEndMinutes: 3, mostAttempts: 3 };
export const SETTINGS = {
  ...{ groups: ["credit-risk", "payment-fraud"], groupOfEachPipeline: ["payment-fraud"] },
  ...{ observedGroups: [], cutOvers: {}, peopleOnRecord: false, revokes: false },
  patience: () => PATIENCE,
};
const { createdAt } = registeredVersion();
/** So many minutes after the version was registered. */
export const later = (minutes: number) => new Date(createdAt.getTime() + minutes * 60_000);
const MARKER = (attempt: number) => `{"attempt":${attempt}}`;

/** A registry and its executions, as lists. */
export class MemoryOverview implements Overview {
  readonly listed: ListedVersion[] = [];
  readonly started: (ListedExecution & { endedAt?: Date })[] = [];
  readonly stopped: string[] = [];
  /** Whether an execution that is asked to stop does. */
  stops = true;
  /** SHA-256 of the record that set a version's status, by ARN. */
  readonly setBy = new Map<string, string>();

  add(arn = ARN, approvalStatus = "PendingManualApproval"): void {
    this.listed.push({ id: registeredVersion({}, arn).id, approvalStatus, createdAt });
  }

  /** The execution of an attempt; ended after so many minutes. */
  run(attempt: number, status: string, endedAfter?: number): void {
    const arn = `PIPELINE/execution/e${attempt}`;
    const description = `attempt ${attempt}, start ${sha256(MARKER(attempt))}`;
    this.started.push({
      ...{ arn, status, description, startedAt: createdAt },
      ...(endedAfter !== undefined && { endedAt: later(endedAfter) }),
    });
  }

  async versions(group: string, approvalStatus: string) {
    return this.listed.filter((one) => one.id.group === group && one.approvalStatus === approvalStatus);
  }

  /** As the list says, and set by the record that it names. */
  described(arn: string): ModelPackage | undefined {
    const listed = this.listed.find(({ id }) => id.arn === arn);
    const customerMetadata = new Map([["governance-record-sha256", this.setBy.get(arn) ?? ""]]);
    return listed && registeredVersion({ approvalStatus: listed.approvalStatus, customerMetadata }, arn);
  }

  async executions(_: string, since: Date) {
    return this.started.filter(({ startedAt }) => startedAt >= since);
  }

  async stateOf(arn: string) {
    const { endedAt, startedAt } = this.started.find((one) => one.arn === arn) ?? { startedAt: createdAt };
    return { hasEnded: endedAt !== undefined, since: endedAt ?? startedAt };
  }

  async stop(arn: string) {
    this.stopped.push(arn);
    for (const one of this.started) if (one.arn === arn && this.stops) one.status = "Stopping";
  }
}

export function reconcileWorld() {
  const repaired: string[] = [];
  const lookedAt: string[] = [];
  const overview = new MemoryOverview();
  const ports = {
    overview,
    registry: { describe: async (arn: string) => overview.described(arn) },
    markers: new MemoryWriteOnce(),
    records: new MemoryWriteOnce(),
    queue: new MemoryQueue(),
    watchQueue: { lookAgain: async (arn: string) => void lookedAt.push(arn) },
    notices: new MemoryNotices(),
    repair: async (arn: string, attempt: number) => {
      repaired.push(`${arn} ${attempt}`);
      return { ApprovalStatus: "Rejected", Effect: "set" };
    },
  } satisfies ReconcilePorts;
  const mark = (attempt: number) =>
    void ports.markers.bodies.set(`start-markers/credit-risk/7/${attempt}.json`, MARKER(attempt));
  return {
    ports,
    repaired,
    lookedAt,
    mark,
    effects: () => [ports.queue.messages, repaired, ports.overview.stopped, ports.notices.told],
  };
}

/** What decide records. */
export async function recordOf(decision: Decision, settings = DECIDE_SETTINGS): Promise<string> {
  const findings = decision === "Approved" ? [finding()] : [finding({ outcome: "fail" })];
  const { ports, args } = decideWorld(textOf(approvedRecord({ decision, findings })));
  await decide(args, ports, settings, NOW);
  return [...ports.records.bodies.values()][0] ?? "";
}

/** A record that set the version's status. */
export function keep({ records, overview }: ReturnType<typeof reconcileWorld>["ports"], text: string): void {
  records.bodies.set("records/credit-risk/7/1.json", text);
  overview.setBy.set(ARN, sha256(text));
}
