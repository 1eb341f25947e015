import { keysOf } from "../contract/governance-outputs";
import {
  checksRepositoryName,
  evidenceBucketName,
  promptBucketName,
  recordBucketName,
  roleName,
  servedModelBucketName,
  verdictBucketName,
} from "../contract/names";
import type { Retention } from "../contract/retention";
import { existingKeys } from "../infrastructure/existing-keys";
import {
  evidencePolicy,
  type OwnedBucket,
  recordPolicy,
  tablePolicy,
  writeOncePolicy,
} from "../infrastructure/permissions/bucket-policy";
import { identityPolicy, type Made, type PolicyDocument } from "../infrastructure/permissions/grant";
import { policyOfGroup, registrarsOf } from "../infrastructure/permissions/group-policy";
import { keyPolicy } from "../infrastructure/permissions/key-policy";
import { PUBLISHERS_OF, publishingService, topicPolicy } from "../infrastructure/permissions/messaging-policy";
import { repositoryPolicy } from "../infrastructure/permissions/repository-policy";
import { trustPolicy } from "../infrastructure/permissions/trust-policy";
import { placeOf } from "../infrastructure/stack-config";
import { writesPolicyOf } from "../infrastructure/stack-config-takeover";
import { type Expected, madeArn, rolesIn } from "./expected";
import { functionProbes } from "./functions";
import { policyDifferences, policyGaps } from "./policy-differences";
import type { Probe } from "./probe";
import { deadLettersIn, queuesIn } from "./queues";

const UPDATE = "find in CloudTrail who changed it, then `pulumi up --refresh` of the governance stack puts it back";

/** Every policy of the governance account is what the configuration gives. */
export const policyProbes = (expected: Expected): Probe[] => [
  ...bucketsIn(expected).map((bucket) => bucketProbe(bucket)),
  ...rolesIn(expected).map((role) => roleProbe(expected, role)),
  ...keysIn(expected).map((key) => keyProbe(expected, key)),
  ...groupProbes(expected),
  ...messagingProbes(expected),
  ...functionProbes(expected),
];

interface ExpectedBucket {
  bucket: string;
  keyArn: string;
  policy: PolicyDocument;
  hasObjectLock: boolean;
  retention?: Retention;
}

function bucketsIn(expected: Expected): ExpectedBucket[] {
  const { config, table } = expected;
  const { prefix, assumeRole } = config;
  const place = placeOf(config);
  const owned = (bucket: string): OwnedBucket => ({ ...place, bucket });
  const verdicts = verdictBucketName(prefix, place);
  const records = recordBucketName(prefix, place);
  const evidence = config.devAccounts.map(({ account }): ExpectedBucket => {
    const bucket = evidenceBucketName(prefix, account, config.region);
    const keyArn = madeArn(expected, `evidence-key-${account}`);
    return { bucket, keyArn, policy: evidencePolicy(table, owned(bucket), keyArn), hasObjectLock: true };
  });
  const language = [promptBucketName(prefix, place), servedModelBucketName(prefix, place)].map((bucket) => ({
    bucket,
    keyArn: madeArn(expected, "language-key"),
    policy: tablePolicy(table, owned(bucket)),
    hasObjectLock: false,
  }));
  return [
    ...evidence,
    {
      bucket: verdicts,
      keyArn: madeArn(expected, "verdict-key"),
      policy: writeOncePolicy(table, owned(verdicts), assumeRole),
      hasObjectLock: true,
    },
    {
      bucket: records,
      keyArn: madeArn(expected, "record-key"),
      policy: recordPolicy(table, owned(records), assumeRole),
      hasObjectLock: true,
      retention: config.retention,
    },
    ...(config.language === undefined ? [] : language),
  ];
}

const bucketProbe = ({ bucket, keyArn, policy, hasObjectLock, retention }: ExpectedBucket): Probe => ({
  name: `bucket ${bucket}`,
  mend: UPDATE,
  async problems({ account }) {
    const found = await account.bucket(bucket);
    if (found === undefined) return ["there is no such bucket"];
    return [
      ...policyDifferences(policy, found.policy),
      ...(sameKey(found.keyArn, keyArn)
        ? []
        : [`it encrypts with ${found.keyArn ?? "no customer key"}, expected ${keyArn}`]),
      ...(found.isVersioned ? [] : ["it keeps no versions"]),
      ...(found.isClosedToPublic ? [] : ["its public access isn't blocked"]),
      ...(found.hasObjectLock || !hasObjectLock ? [] : ["Object Lock is off"]),
      ...lockProblems(retention, found.retention),
    ];
  },
});

/** S3 takes a key by its id as well. */
const sameKey = (found: string | undefined, arn: string): boolean =>
  found !== undefined && (found === arn || arn.endsWith(`:key/${found}`));

function lockProblems(expected: Retention | undefined, found: Retention | undefined): string[] {
  if (expected === undefined || (found?.mode === expected.mode && found.days === expected.days)) return [];
  const said = found === undefined ? "nothing" : `${found.mode} for ${found.days} days`;
  return [`each new version is locked by ${said}, expected ${expected.mode} for ${expected.days} days`];
}

function roleProbe({ config, table, outputs }: Expected, { of, arn }: ReturnType<typeof rolesIn>[number]): Probe {
  const name = roleName(config.prefix, of, config.region);
  return {
    name: `role ${name}`,
    mend: UPDATE,
    async problems({ account }) {
      const found = await account.role(name);
      if (found === undefined) return ["there is no such role"];
      const [inline, ...others] = found.inline;
      const boundary = config.permissionsBoundary;
      return [
        ...policyDifferences(trustPolicy(of, config), found.trust).map((text) => `who may take it on: ${text}`),
        ...policyDifferences(identityPolicy(table, arn, config.partition, outputs.made), inline),
        ...(others.length === 0 ? [] : [`it has ${others.length} policies inside it besides the program's`]),
        ...found.attached.map((policy) => `${policy} is attached to it`),
        ...(found.boundary === boundary
          ? []
          : [`its boundary is ${found.boundary ?? "missing"}, expected ${boundary ?? "none"}`]),
      ];
    },
  };
}

/** Keys that the stack makes; an existing one's policy is its owner's. */
function keysIn({ config, table, outputs }: Expected): Made[] {
  const existing = existingKeys(config, table).map(({ arn }) => arn);
  return Object.entries(keysOf(outputs))
    .filter(([, arn]) => !existing.includes(arn))
    .map(([of]) => of as Made);
}

const keyProbe = (expected: Expected, key: Made): Probe => ({
  name: `${key} ${madeArn(expected, key)}`,
  mend: UPDATE,
  async problems({ account }) {
    const found = await account.key(madeArn(expected, key));
    if (found === undefined) return ["there is no such key"];
    const services = key === "notice-key" ? PUBLISHERS_OF.governance.map(publishingService) : [];
    return [
      ...policyDifferences(keyPolicy(expected.table, key, placeOf(expected.config), services), found.policy),
      ...(found.isEnabled ? [] : ["it is disabled, or about to be deleted"]),
    ];
  },
});

const groupProbes = ({ config }: Expected): Probe[] =>
  config.groups.map((group) => {
    const isOurs = writesPolicyOf(group);
    const differences = isOurs ? policyDifferences : policyGaps;
    return {
      name: `policy of group ${group.name}`,
      mend: isOurs ? UPDATE : "add what `pulumi stack output addToGroupPolicies` prints",
      problems: async ({ account }) => differences(policyOfGroup(config, group), await account.groupPolicy(group.name)),
    };
  });

function messagingProbes(expected: Expected): Probe[] {
  const { config } = expected;
  const topic = madeArn(expected, "notice-topic");
  const registrars = registrarsOf(
    config,
    config.devAccounts.map(({ account }) => account),
  );
  const repository = checksRepositoryName(config.prefix);
  return [
    ...[...queuesIn(expected), ...deadLettersIn(expected)].map(
      ({ arn, policy }): Probe => ({
        name: `policy of queue ${arn}`,
        mend: UPDATE,
        problems: async ({ account }) => policyDifferences(policy, await account.queuePolicy(arn)),
      }),
    ),
    {
      name: `policy of topic ${topic}`,
      mend: UPDATE,
      problems: async ({ account }) =>
        policyDifferences(
          topicPolicy(topic, PUBLISHERS_OF.governance, placeOf(config)),
          await account.topicPolicy(topic),
        ),
    },
    {
      name: `policy of repository ${repository}`,
      mend: UPDATE,
      problems: async ({ account }) =>
        policyDifferences(repositoryPolicy(config, registrars), await account.repositoryPolicy(repository)),
    },
  ];
}
