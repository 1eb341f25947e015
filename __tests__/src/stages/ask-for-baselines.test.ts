import type { TakeOver } from "../../../src/contract/cut-over";
import { askForBaselines, type VersionBefore, versionsBefore } from "../../../src/stages/ask-for-baselines";
import { review } from "../../../src/stages/review";
import { DECIDE_SETTINGS, NOW } from "../../support/decide-world";
import { ARN, arnOf, registeredVersion } from "../../support/registered-version";
import { REVIEW_SETTINGS, REVIEWER, ReviewWorld, VERDICTS } from "../../support/review-world";

const GROUP = "credit-risk";
const { createdAt } = registeredVersion();
const CUT_OVER: TakeOver = { observedGroups: [], cutOvers: { [GROUP]: "2026-11-20T10:15:41Z" } };
const OBSERVED: TakeOver = { observedGroups: [GROUP], cutOvers: {} };
const STATUSES = ["Approved", "Rejected", "PendingManualApproval"];

/** So many versions of each status, half of them registered after the cut-over, and a queue that review reads. */
async function registry(versions: number, takenOver = CUT_OVER) {
  const { ports } = await ReviewWorld.judged();
  const all = Array.from({ length: versions }, (_, at) =>
    registeredVersion(
      {
        approvalStatus: STATUSES[at % 3] ?? "",
        createdAt: new Date(createdAt.getTime() + (at < versions / 2 ? 0 : 5000)),
      },
      arnOf(`${GROUP}/${at + 1}`),
    ),
  );
  for (const one of all) ports.registry.set(one);
  const asked: string[] = [];
  const queue: { body: string; messageId: string }[] = [];
  /** Requests that wait at once, at most. */
  let most = 0;
  const client = {
    records: ports.records,
    overview: { versions: async (_: string, status: string) => all.filter((one) => one.approvalStatus === status) },
    async ask({ id }: VersionBefore["version"], expectedRecordSha256: string | null) {
      asked.push(id.arn);
      const body = { request: "baseline", modelPackageArn: id.arn, reason: "taken over", expectedRecordSha256 };
      most = Math.max(most, queue.push({ body: JSON.stringify(body), messageId: `m${asked.length}` }));
    },
    /** Review takes what there is. @param fails how many of them come again */
    async pause(fails = 0) {
      for (const { body, messageId } of queue.splice(0, queue.length - fails)) {
        const sent = { messageId, senderId: `${REVIEWER}:bob`, sentAt: NOW };
        await review(body, sent, ports, { ...REVIEW_SETTINGS, ...takenOver }, NOW);
      }
    },
  };
  return { ports, client, asked, most: () => most };
}

const numbers = (versions: readonly VersionBefore[]) => versions.map(({ version }) => version.id.version);

it("of a group, what was registered before its cut-over is recorded, each version once, and nothing else changes", async () => {
  const { ports, client, asked, most } = await registry(300);
  const { before, others } = await versionsBefore(GROUP, CUT_OVER, client);
  expect([numbers(before), others]).toEqual([Array.from({ length: 150 }, (_, at) => at + 1), 150]);
  const told: number[] = [];
  expect(await askForBaselines(before, GROUP, client, 1, (recorded) => told.push(recorded))).toEqual([]);
  expect([asked.length, most(), told]).toEqual([150, 100, [100, 150]]);
  const again = await versionsBefore(GROUP, CUT_OVER, client);
  expect(again.before.map(({ chain, version }) => [chain?.inForce?.body.decision, version.approvalStatus])).toEqual(
    Array.from({ length: 150 }, (_, at) => [STATUSES[at % 3], STATUSES[at % 3]]),
  );
  expect([ports.registry.changes, ports.notices.told, ports.records.bodies.size]).toEqual([[], [], 150]);
});

it("in an observed group without a cut-over it is what people decided", async () => {
  const { client } = await registry(6, OBSERVED);
  const { before, others } = await versionsBefore(GROUP, OBSERVED, client);
  expect([numbers(before), others]).toEqual([[1, 2, 4, 5], 2]);
});

it("what was recorded while its group was observed gets one too", async () => {
  const judged = await ReviewWorld.judged(VERDICTS.rejected, { ...DECIDE_SETTINGS, observedGroups: [GROUP] });
  const { ports, client } = await registry(14);
  const [key = "", text = ""] = [...judged.ports.records.bodies][0] ?? [];
  ports.records.bodies.set(key, text);
  Object.assign(ports, { recordKeys: judged.ports.recordKeys, signer: judged.ports.signer });
  const { before } = await versionsBefore(GROUP, CUT_OVER, client);
  expect(before.find(({ version }) => version.id.arn === ARN)?.chain?.last.name).toBe(key);
  expect(await askForBaselines(before, GROUP, client, 1, () => {})).toEqual([]);
  expect([...ports.records.bodies.keys()].filter((one) => one.startsWith("records/credit-risk/7/"))).toEqual([
    key,
    "records/credit-risk/7/2.json",
  ]);
});

it("what was broken off is taken up: what is missing is asked for, and nothing else", async () => {
  const { ports, client, asked } = await registry(40);
  const { before } = await versionsBefore(GROUP, CUT_OVER, client);
  const ask = client.ask.bind(client);
  jest.spyOn(client, "ask").mockImplementation(async (version, last) => {
    if (asked.length === 12) throw new Error("AccessDenied");
    return ask(version, last);
  });
  await expect(askForBaselines(before, GROUP, client, 1, () => {})).rejects.toThrow("AccessDenied");
  jest.restoreAllMocks();
  await client.pause();
  expect(ports.records.bodies.size).toBe(12);
  const left = (await versionsBefore(GROUP, CUT_OVER, client)).before.filter(({ chain }) => chain === undefined);
  expect(await askForBaselines(left, GROUP, client, 1, () => {})).toEqual([]);
  expect([asked.length, new Set(asked).size, ports.records.bodies.size]).toEqual([20, 20, 20]);
});

it("waits as long as records come, and names what has none then", async () => {
  const { client } = await registry(10);
  const { before } = await versionsBefore(GROUP, CUT_OVER, client);
  const looks: number[] = [];
  const slow = { ...client, pause: () => client.pause(looks.push(0) < 3 ? 3 : 1) };
  expect(numbers(await askForBaselines(before, GROUP, slow, 3, () => {}))).toEqual([5]);
  expect(looks).toHaveLength(6);
});
