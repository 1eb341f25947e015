import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fetchCited, fetchLedger } from "../../src/adapters/s3-ledger-copy";
import { runGovernance } from "../support/run-governance";
import { type Deployment, GOVERNANCE } from "./deployment";

/** Copies the deployed ledger and its public keys into a folder, as an auditor does, and verifies it there. */
export async function verifiedLedger(deployed: Deployment): Promise<{ status: number; out: string; err: string }> {
  const folder = mkdtempSync(path.join(tmpdir(), "ledger-"));
  const copy = { s3: deployed.s3(GOVERNANCE.account), owner: GOVERNANCE.account, folder };
  await fetchLedger({ ...copy, bucket: deployed.output("recordBucket") });
  await fetchCited(copy);
  const records = await publicKey(deployed, folder, "recordSigningKeyArn");
  const checkpoints = await publicKey(deployed, folder, "checkpointSigningKeyArn");
  const keys = ["--trusted-key", records, "--checkpoint-key", checkpoints];
  return runGovernance("ledger", "verify", folder, ...keys, "--evidence");
}

async function publicKey({ emulator, output }: Deployment, folder: string, name: string): Promise<string> {
  const { account, region } = GOVERNANCE;
  const answer = await emulator.json(account, region, "kms", "TrentService.GetPublicKey", { KeyId: output(name) });
  const file = path.join(folder, `${name}.pem`);
  const lines = String(answer.PublicKey).match(/.{1,64}/g) ?? [];
  writeFileSync(file, ["-----BEGIN PUBLIC KEY-----", ...lines, "-----END PUBLIC KEY-----", ""].join("\n"));
  return file;
}
