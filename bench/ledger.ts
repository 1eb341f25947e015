import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { writeLargeLedger } from "../__tests__/support/large-ledger";
import { createProgram } from "../src/cli/program";

// Prints how long `governance ledger verify` takes, without evidence, and the memory that it took at most.
const { values } = parseArgs({
  options: {
    records: { type: "string", default: "100000" },
    "per-checkpoint": { type: "string", default: "1000" },
    findings: { type: "string", default: "10" },
  },
});

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "ledger-"));
  try {
    const size = {
      records: Number(values.records),
      perCheckpoint: Number(values["per-checkpoint"]),
      findings: Number(values.findings),
    };
    console.log(`Writing ${size.records} signed records of ${size.findings} findings ...`);
    const { recordKey, checkpointKey, now } = await writeLargeLedger(folder, size);
    const keys = ["--trusted-key", recordKey, "--checkpoint-key", checkpointKey, "--now", now.toISOString()];
    const begun = performance.now();
    const status = await createProgram(process.stdout, process.stderr).run(["ledger", "verify", folder, ...keys]);
    const seconds = (performance.now() - begun) / 1000;
    console.log(
      `${seconds.toFixed(1)} s, ${Math.round(size.records / seconds)} records a second; the process took at most ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB, writing included`,
    );
    process.exitCode = status;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
