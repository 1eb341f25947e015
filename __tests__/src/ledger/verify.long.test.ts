import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { writeLargeLedger } from "../../support/large-ledger";

const folder = mkdtempSync(path.join(tmpdir(), "ledger-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("100,000 records are verified in a heap that holds a fraction of them", async () => {
  const { recordKey, checkpointKey, now } = await writeLargeLedger(folder, {
    ...{ records: 100_000, perCheckpoint: 1000, findings: 5 },
  });
  const command = path.join(__dirname, "..", "..", "..", "bin", "governance.js");
  const keys = ["--trusted-key", recordKey, "--checkpoint-key", checkpointKey, "--now", now.toISOString()];
  // The records are some 500 MB; ts-node and the compiled schemas take about half of this heap.
  const heap = "--max-old-space-size=128";
  const told = execFileSync(process.execPath, [heap, command, "ledger", "verify", folder, ...keys], {
    encoding: "utf8",
  });
  expect(told).toContain("The ledger holds: 100000 records, 100 checkpoints");
}, 1_200_000);
