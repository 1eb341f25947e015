import type { EvidenceSource } from "../contract/evidence-uri";
import { evidenceBucketName } from "../contract/names";
import { artifactBucketOf, devPlaceOf, type GovernanceConfig, type GroupConfig } from "./stack-config";

/** Both buckets of each dev account. */
export const evidenceSources = (config: GovernanceConfig): EvidenceSource[] =>
  config.devAccounts.map((dev) => ({
    account: dev.account,
    artifactBucket: artifactBucketOf(config.prefix, devPlaceOf(config, dev), dev.artifactBucket),
    evidenceBucket: evidenceBucketName(config.prefix, dev.account, config.region),
  }));

/** Groups whose versions are language models. */
export const languageGroups = ({ groups }: GovernanceConfig): readonly GroupConfig[] =>
  groups.filter(({ language }) => language !== undefined);

/** What those groups are served by. */
export const servicesOf = (config: GovernanceConfig): string[] => [
  ...new Set(languageGroups(config).flatMap(({ language }) => language?.service ?? [])),
];

/** Dev accounts that may register, by group. */
export const groupAccounts = ({ groups }: GovernanceConfig): Record<string, string[]> =>
  Object.fromEntries(groups.map(({ name, accounts }) => [name, [...accounts]]));
