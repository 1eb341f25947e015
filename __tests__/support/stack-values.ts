import { parseStackConfig } from "../../src/infrastructure/stack-config";

/** Values of stack files as people write them, for tests to change one at a time. */
export const IMAGE_DIGEST = `sha256:${"a".repeat(64)}`;

export const governanceValues = (change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  role: "governance",
  account: "444455556666",
  region: "us-east-1",
  checksImage: `444455556666.dkr.ecr.us-east-1.amazonaws.com/mg/checks@${IMAGE_DIGEST}`,
  retention: { mode: "GOVERNANCE", days: 1 },
  devAccounts: [
    { account: "111122223333", transfer: "copy", registeringRoles: ["ml-build"] },
    { account: "222233334444", transfer: "replication", registeringRoles: ["ml-build"] },
  ],
  groups: [
    { name: "credit-risk", accounts: ["111122223333"] },
    { name: "payment-fraud", accounts: ["222233334444"] },
  ],
  ...change,
});

export const EVIDENCE_KEY = "arn:aws:kms:us-east-1:444455556666:key/11111111-2222-4333-8444-555555555555";

export const devValues = (change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  role: "dev",
  account: "111122223333",
  region: "us-east-1",
  governanceAccount: "444455556666",
  evidenceKeyArn: EVIDENCE_KEY,
  transfer: "copy",
  registeringRoles: ["ml-build"],
  groups: ["credit-risk"],
  ...change,
});

/** The lines of the error, without the file's name. */
export function configMistakes(values: Readonly<Record<string, unknown>>): string[] {
  try {
    parseStackConfig(values, "Pulumi.test.yaml");
  } catch (error) {
    const lines = String((error as Error).message).split("Pulumi.test.yaml: ");
    return lines.filter((line) => line !== "").map((line) => line.trim());
  }
  return [];
}

export const without = (values: Readonly<Record<string, unknown>>, key: string) =>
  Object.fromEntries(Object.entries(values).filter(([name]) => name !== key));
