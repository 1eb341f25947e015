import type { Decision } from "../../../src/core/verdict";
import { reconcile } from "../../../src/stages/reconcile";
import { DECIDE_SETTINGS } from "../../support/decide-world";
import { keep, later, reconcileWorld, recordOf, SETTINGS } from "../../support/reconcile-world";
import { ARN, arnOf } from "../../support/registered-version";

describe("decided versions", () => {
  it("of an observed group are noted as others set them, so that it isn't wrong once people decide on record", async () => {
    const { ports } = reconcileWorld();
    ports.overview.add(ARN, "Approved");
    ports.overview.add(arnOf("credit-risk/8"), "Approved");
    const text = await recordOf("Rejected", { ...DECIDE_SETTINGS, observedGroups: ["credit-risk"] });
    keep(ports, text);
    await reconcile(ports, { ...SETTINGS, observedGroups: ["credit-risk"] }, later(30));
    ports.records.bodies.set("records/credit-risk/8/1.json", text.replaceAll("credit-risk/7", "credit-risk/8"));
    await reconcile(ports, { ...SETTINGS, peopleOnRecord: true }, later(45));
    expect(ports.notices.told).toEqual([
      {
        subject: "Decided otherwise than recorded: versions of credit-risk",
        text: expect.not.stringContaining("credit-risk/7"),
      },
    ]);
  });

  it("without a record are told of once, in one notice", async () => {
    const { ports } = reconcileWorld();
    const decided = Array.from({ length: 60 }, (_, index) => arnOf(`credit-risk/${index + 1}`));
    for (const arn of decided) ports.overview.add(arn, "Approved");
    keep(ports, await recordOf("Approved"));
    for (const minutes of [30, 45]) await reconcile(ports, SETTINGS, later(minutes));
    const [told, ...others] = ports.notices.told;
    expect([told?.subject, others]).toEqual(["Decided without a record: versions of credit-risk", []]);
    expect(told?.text).toContain("credit-risk/1, ");
    expect(told?.text).toContain(" and 9 more");
    expect(told?.text).not.toContain("credit-risk/7,");
  });

  it.each<[Decision, string, string[]]>([
    ["Approved", "Approved", []],
    ["Rejected", "Rejected", []],
    ["PendingManualApproval", "Approved", []],
    ["PendingManualApproval", "Rejected", []],
    ["Rejected", "Approved", ["Decided otherwise than recorded: versions of credit-risk"]],
    ["Approved", "Rejected", ["Decided otherwise than recorded: versions of credit-risk"]],
  ])("recorded as %s and %s in the registry", async (decision, status, subjects) => {
    const { ports } = reconcileWorld();
    ports.overview.add(ARN, status);
    keep(ports, await recordOf(decision));
    const read = jest.spyOn(ports.records, "read");
    for (const minutes of [30, 45]) await reconcile(ports, SETTINGS, later(minutes));
    expect(ports.notices.told.map(({ subject }) => subject)).toEqual(subjects);
    // What is as recorded is noted, and not looked at again.
    expect(read).toHaveBeenCalledTimes(subjects.length === 0 ? 1 : 2);
  });

  it("are looked at again when their status changes", async () => {
    const { ports } = reconcileWorld();
    ports.overview.add(ARN, "Rejected");
    keep(ports, await recordOf("Rejected"));
    await reconcile(ports, SETTINGS, later(30));
    ports.overview.listed.length = 0;
    ports.overview.add(ARN, "Approved");
    await reconcile(ports, SETTINGS, later(45));
    expect(ports.notices.told.map(({ subject }) => subject)).toEqual([
      "Decided otherwise than recorded: versions of credit-risk",
    ]);
  });

  it("while reconcile runs are no news: records are listed after the versions", async () => {
    const { ports } = reconcileWorld();
    ports.overview.add(ARN, "Approved");
    const text = await recordOf("Approved");
    const versions = ports.overview.versions.bind(ports.overview);
    jest.spyOn(ports.overview, "versions").mockImplementation(async (group, status) => {
      const listed = await versions(group, status);
      if (listed.length > 0) keep(ports, text);
      return listed;
    });
    await reconcile(ports, SETTINGS, later(30));
    expect(ports.notices.told).toEqual([]);
  });

  it.each<[string, Decision | undefined, string, looks: number]>([
    ["approved without a record", undefined, "Approved", 2],
    ["approved against its record", "Rejected", "Approved", 2],
    ["rejected without a record", undefined, "Rejected", 0],
    ["approved as recorded", "Approved", "Approved", 0],
  ])("%s: the watcher is asked to look as long as it is so, where it has approvals revoked", async (...row) => {
    const [, decision, status, looks] = row;
    const { ports, lookedAt } = reconcileWorld();
    ports.overview.add(ARN, status);
    if (decision !== undefined) keep(ports, await recordOf(decision));
    for (const minutes of [30, 45]) await reconcile(ports, SETTINGS, later(minutes));
    expect(lookedAt).toEqual([]);
    for (const minutes of [60, 75]) await reconcile(ports, { ...SETTINGS, revokes: true }, later(minutes));
    expect(lookedAt).toEqual(Array.from({ length: looks }, () => ARN));
  });

  it("that the watcher can't be asked about are news to the next run", async () => {
    const { ports, lookedAt } = reconcileWorld();
    ports.overview.add(ARN, "Approved");
    jest.spyOn(ports.watchQueue, "lookAgain").mockRejectedValueOnce(new Error("throttled"));
    const revokes = { ...SETTINGS, revokes: true };
    await expect(reconcile(ports, revokes, later(30))).rejects.toThrow("throttled");
    await reconcile(ports, revokes, later(45));
    expect([lookedAt, ports.notices.told.length]).toEqual([[ARN], 1]);
  });
});
