import type { PolicyDocument } from "../../src/infrastructure/permissions/grant";
import { type DevConfig, type GovernanceConfig, parseStackConfig } from "../../src/infrastructure/stack-config";
import { devValues, governanceValues } from "./stack-values";

/** The configuration of the sample values with some of them changed. */
export const governance = (change: Readonly<Record<string, unknown>> = {}): GovernanceConfig =>
  parseStackConfig(governanceValues(change), "Pulumi.test.yaml") as GovernanceConfig;
export const dev = (change: Readonly<Record<string, unknown>> = {}): DevConfig =>
  parseStackConfig(devValues(change), "Pulumi.test.yaml") as DevConfig;

export const allowed = ({ Statement }: PolicyDocument) => Statement.filter(({ Effect }) => Effect === "Allow");
export const denied = ({ Statement }: PolicyDocument) => Statement.filter(({ Effect }) => Effect === "Deny");

/** How a policy names a role of the project: S3, KMS and SQS would refuse it by name before it exists. */
export const byCondition = (account: string, role: string) => ({
  Principal: { AWS: `arn:aws:iam::${account}:root` },
  Condition: { ArnEquals: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/${role}` } },
});
