import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fetchCited, fetchLedger } from "../../src/adapters/s3-ledger-copy";
import { runGovernance } from "../support/run-governance";
import { type Deployment, GOVERNANCE } from "./deployment";

/**
 * Copies the deployed ledger and its public keys into a folder, as an auditor does, and verifies it there.
 * @param former ARNs of keys that signed records before
 */
export async function verifiedLedger(
  deployed: Deployment,
  ...former: string[]
): Promise<{ status: number; out: string; err: string }> {
  const folder = mkdtempSync(path.join(tmpdir(), "ledger-"));
  const copy = { s3: deployed.s3(GOVERNANCE.account), owner: GOVERNANCE.account, folder };
  await fetchLedger({ ...copy, bucket: deployed.output("recordBucket") });
  await fetchCited(copy);
  const options: string[] = [];
  for (const arn of [deployed.output("recordSigningKeyArn"), ...former])
    options.push("--trusted-key", await publicKey(deployed, folder, arn));
  options.push("--checkpoint-key", await publicKey(deployed, folder, deployed.output("checkpointSigningKeyArn")));
  return runGovernance("ledger", "verify", folder, ...options, "--evidence");
}

async function publicKey({ emulator }: Deployment, folder: string, arn: string): Promise<string> {
  const { account, region } = GOVERNANCE;
  const answer = await emulator.json(account, region, "kms", "TrentService.GetPublicKey", { KeyId: arn });
  const file = path.join(folder, `${arn.slice(arn.lastIndexOf("/") + 1)}.pem`);
  const lines = String(answer.PublicKey).match(/.{1,64}/g) ?? [];
  writeFileSync(file, ["-----BEGIN PUBLIC KEY-----", ...lines, "-----END PUBLIC KEY-----", ""].join("\n"));
  return file;
}
