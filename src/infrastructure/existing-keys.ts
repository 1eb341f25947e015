import type { Grant, Made, Statement } from "./permissions/grant";
import { keyAdmissions } from "./permissions/key-policy";
import { PUBLISHERS_OF, publishingService } from "./permissions/messaging-policy";
import type { DevConfig, GovernanceConfig, StackConfig } from "./stack-config";

/** A key of this account that the stack uses and doesn't make. */
export interface ExistingKey {
  arn: string;
  /** Where the stack file names it; one key may serve several uses. */
  settings: readonly string[];
  /** Whom its policy must let in. */
  statements: readonly Statement[];
}

interface KeyUse {
  setting: string;
  arn: string | undefined;
  key: Made;
}

const usesOf = (config: StackConfig): KeyUse[] => (config.role === "dev" ? devUses(config) : governanceUses(config));

const devUses = ({ artifactKeyArn, noticeKeyArn }: DevConfig): KeyUse[] => [
  { setting: "artifactKeyArn", arn: artifactKeyArn, key: "artifact-key" },
  { setting: "noticeKeyArn", arn: noticeKeyArn, key: "notice-key" },
];

const governanceUses = ({ signingKeys, devAccounts, ...config }: GovernanceConfig): KeyUse[] => [
  { setting: "verdictKeyArn", arn: config.verdictKeyArn, key: "verdict-key" },
  { setting: "recordKeyArn", arn: config.recordKeyArn, key: "record-key" },
  { setting: "signingKeys.records", arn: signingKeys.records, key: "record-signing-key" },
  { setting: "signingKeys.checkpoints", arn: signingKeys.checkpoints, key: "checkpoint-signing-key" },
  { setting: "signingKeys.verdicts", arn: signingKeys.verdicts, key: "verdict-signing-key" },
  { setting: "signingKeys.revocations", arn: signingKeys.revocations, key: "revocation-signing-key" },
  { setting: "noticeKeyArn", arn: config.noticeKeyArn, key: "notice-key" },
  ...devAccounts.map(
    ({ account, evidenceKeyArn }, at): KeyUse => ({
      setting: `devAccounts[${at}].evidenceKeyArn`,
      arn: evidenceKeyArn,
      key: `evidence-key-${account}`,
    }),
  ),
];

/** The existing keys that a stack's configuration names, and what their policies need. */
export function existingKeys(config: StackConfig, table: readonly Grant[]): ExistingKey[] {
  const uses = usesOf(config);
  const services = (key: Made) =>
    key === "notice-key" ? PUBLISHERS_OF[config.role].map((publisher) => publishingService(publisher)) : [];
  const arns = new Set(uses.flatMap(({ arn }) => arn ?? []));
  return [...arns].map((arn) => {
    const of = uses.filter((use) => use.arn === arn);
    return {
      arn,
      settings: of.map(({ setting }) => setting),
      statements: of.flatMap(({ key }) => keyAdmissions(table, key, services(key))),
    };
  });
}
