import { parseArn } from "../../contract/arn";
import {
  modelPackageArnPattern,
  modelPackageGroupArn,
  type Place,
  recordBucketName,
  recordsOfGroup,
} from "../../contract/names";
import { type ConsumerConfig, type GovernanceConfig, placeOf } from "../stack-config";
import type { Grant, Principal } from "./grant";
import { existingRole } from "./principals";
import { acrossGroups } from "./registering";
import { believedOnRecords } from "./watch-table";

/**
 * The role that deploys versions, in whatever account it is. Another account may delete it and make it anew at any time, so
 * buckets and keys name it as roles of this project; groups, in whose policies conditions are unproven, name it as it is.
 */
const principalOf = (config: GovernanceConfig, { role }: ConsumerConfig): Principal => ({
  ...existingRole(role, { ...placeOf(config), account: parseArn(role)?.account ?? "" }),
  kind: "own-role",
});

/** Roles that deploy versions of a group. */
export const consumersOf = (config: GovernanceConfig, group: string): Principal[] =>
  config.consumers.filter(({ groups }) => groups.includes(group)).map((consumer) => principalOf(config, consumer));

/**
 * What roles that deploy versions do in one group: see them, and make models of them in their own account. Nothing here
 * changes a version, which AWS's own sample of such a policy lets them.
 * @param governance where the registry is
 */
export const consuming = (who: readonly Principal[], governance: Place, group: string): Grant[] => [
  {
    sid: "DeployVersions",
    who,
    may: ["sagemaker:DescribeModelPackage", "sagemaker:ListModelPackages", "sagemaker:CreateModel"],
    on: [{ arn: modelPackageArnPattern(governance, group) }],
  },
  {
    sid: "SeeGroup",
    who,
    may: ["sagemaker:DescribeModelPackageGroup"],
    on: [{ arn: modelPackageGroupArn(governance, group) }],
  },
];

/** What deployment accounts do: read versions, their records, and the keys that verify those. They change nothing. */
export function consumerTable(config: GovernanceConfig): Grant[] {
  const everyone = config.consumers.map((consumer) => principalOf(config, consumer));
  if (everyone.length === 0) return [];
  return [
    ...config.consumers.flatMap((consumer) => groupGrants(config, consumer)),
    { sid: "OpenRecords", who: everyone, may: ["kms:Decrypt"], on: [{ made: "record-key" }] },
    { sid: "ReadBelievedKeys", who: everyone, may: ["kms:GetPublicKey"], on: believedOnRecords(config) },
  ];
}

function groupGrants(config: GovernanceConfig, consumer: ConsumerConfig): Grant[] {
  const who = [principalOf(config, consumer)];
  const bucket = recordBucketName(config.prefix, placeOf(config));
  const keys = consumer.groups.map(recordsOfGroup);
  return [
    ...acrossGroups(consumer.groups.map((group) => consuming(who, placeOf(config), group))),
    { sid: "ReadRecords", who, may: ["s3:GetObject"], on: keys.map((beginning) => ({ bucket, keys: beginning })) },
    {
      sid: "ListRecords",
      who,
      may: ["s3:ListBucket"],
      on: [{ bucket }],
      when: { StringLike: { "s3:prefix": keys.map((beginning) => `${beginning}*`) } },
    },
  ];
}
