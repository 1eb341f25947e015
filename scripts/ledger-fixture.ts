import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ledgerOfKinds } from "../__tests__/support/ledger-of-kinds";
import { smallLedger } from "../__tests__/support/ledger-world";
import { writeLedgerCopy } from "../__tests__/support/write-ledger-copy";

// Once for each schema version of records, checkpoints, checks.json or policies, before it is first deployed:
//   npx ts-node scripts/ledger-fixture.ts schema-2
//   npx ts-node scripts/ledger-fixture.ts schema-2-kinds     what people, the watcher and others decided
// What lies there stays: what was written once must be readable and verifiable for ever. The keys that sign are thrown
// away; their public halves lie beside the copy.
const [name] = process.argv.slice(2);
const folder = path.join(__dirname, "..", "__tests__", "fixtures", "ledger", name ?? "");
if (name === undefined || !/^schema-\d+(-kinds)?$/.test(name) || existsSync(folder)) {
  console.error(`expected schema-<number> or schema-<number>-kinds of a folder that isn't there yet, found ${name}`);
  process.exitCode = 2;
} else {
  void (name.endsWith("-kinds") ? writeKinds() : smallLedger().then(write));
}

function write(ledger: Awaited<ReturnType<typeof smallLedger>>): void {
  writeLedgerCopy(folder, ledger);
  console.log(`wrote ${folder}; the copy was made at ${ledger.now.toISOString()}`);
}

async function writeKinds(): Promise<void> {
  const { ledger, revocations } = await ledgerOfKinds();
  write(ledger);
  const pem = revocations.publicKey.export({ type: "spki", format: "pem" });
  writeFileSync(path.join(folder, "revocations.pem"), pem);
}
