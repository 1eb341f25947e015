import { parseArn } from "../contract/arn";
import {
  checksRepositoryName,
  evidenceBucketName,
  functionName,
  PROCESSES_WITH_FUNCTION,
  promptBucketName,
  ROLES,
  roleName,
  verdictBucketName,
} from "../contract/names";
import { namesPrompt } from "../contract/serving";
import type { DevConfig, GovernanceConfig } from "./stack-config";
import { type ConfigMistake, shown } from "./stack-config-mistakes";
import { peopleMistakes } from "./stack-config-people";
import { readerMistakes } from "./stack-config-readers";
import { ownBucketMistakes, takeOverMistakes } from "./stack-config-takeover";

/** Longest names that AWS takes. */
const LONGEST = { bucket: 63, role: 64, function: 64, repository: 256 };

/**
 * What is wrong with values that are sound one by one. A key that isn't sound is absent, and rules about it rest.
 * @param values the keys as they are in the file
 */
export function governanceMistakes(
  config: Partial<GovernanceConfig>,
  values: Readonly<Record<string, unknown>>,
): ConfigMistake[] {
  return [
    ...oneImage(values),
    ...distinctAccounts(config),
    ...distinctGroups(config),
    ...knownAccounts(config),
    ...languageTogether(config, values),
    ...instanceOfEndpoints(config),
    ...promptInRequests(config),
    ...takeOverMistakes(config),
    ...imageInThisAccount(config),
    ...rolesInTheirAccount(config),
    ...deployRoleInThisAccount(config),
    ...ownBoundary(config),
    ...peopleMistakes(config),
    ...readerMistakes(config),
    ...ownKeys(config, {
      noticeKeyArn: config.noticeKeyArn,
      verdictKeyArn: config.verdictKeyArn,
      ...Object.fromEntries(
        (config.devAccounts ?? []).map((dev, at) => [`devAccounts[${at}].evidenceKeyArn`, dev.evidenceKeyArn]),
      ),
    }),
    ...longNames(governanceNames(config)),
  ];
}

/** @param values the keys as they are in the file: a bucket that is named wrongly is still an existing one */
export function devMistakes(config: Partial<DevConfig>, values: Readonly<Record<string, unknown>>): ConfigMistake[] {
  return [
    ...otherAccountThanGovernance(config),
    ...keyOfGovernance(config),
    ...existingBucket(config, values),
    ...ownBucketMistakes(values),
    ...disjointPrefixes(config),
    ...ownRoles(config.registeringRoles, config.account, "registeringRoles"),
    ...deployRoleInThisAccount(config),
    ...ownBoundary(config),
    ...ownKeys(config, { noticeKeyArn: config.noticeKeyArn, artifactKeyArn: config.artifactKeyArn }),
    ...longNames(devNames(config)),
  ];
}

const twice = <T>(items: readonly T[]): T[] => [...new Set(items.filter((item, at) => items.indexOf(item) !== at))];

function distinctAccounts({ account, devAccounts }: Partial<GovernanceConfig>): ConfigMistake[] {
  const accounts = (devAccounts ?? []).map((dev) => dev.account);
  const repeated = twice(accounts).map((found) => ({
    key: "devAccounts",
    problem: `has account ${shown(found)} twice; expected one entry an account`,
  }));
  if (account === undefined || !accounts.includes(account)) return repeated;
  return [
    ...repeated,
    {
      key: `devAccounts[${accounts.indexOf(account)}].account`,
      problem: `found ${shown(account)}, the governance account itself; expected the account of a dev team`,
    },
  ];
}

const distinctGroups = ({ groups }: Partial<GovernanceConfig>): ConfigMistake[] =>
  twice((groups ?? []).map(({ name }) => name)).map((name) => ({
    key: "groups",
    problem: `has ${shown(name)} twice; expected one entry a group, with all its accounts`,
  }));

function knownAccounts({ devAccounts, groups }: Partial<GovernanceConfig>): ConfigMistake[] {
  if (devAccounts === undefined || groups === undefined) return [];
  const known = devAccounts.map((dev) => dev.account);
  return groups.flatMap(({ accounts }, at) =>
    accounts
      .filter((account) => !known.includes(account))
      .map((account) => ({
        key: `groups[${at}].accounts`,
        problem: `found ${shown(account)}, expected accounts of governance:devAccounts: ${known.join(", ")}`,
      })),
  );
}

/** Groups of language models, and how they are asked, go together. */
function languageTogether(
  { groups }: Partial<GovernanceConfig>,
  { language }: Readonly<Record<string, unknown>>,
): ConfigMistake[] {
  const of = (groups ?? []).filter((group) => group.language !== undefined).map(({ name }) => name);
  if (groups === undefined || of.length > 0 === (language !== undefined)) return [];
  const problem =
    of.length > 0
      ? `is missing; the groups ${of.join(", ")} are of language models, so say what they are asked: promptSets and spendingLimits`
      : "is there, and no entry of governance:groups has language; expected both or neither";
  return [{ key: "language", problem }];
}

const instanceOfEndpoints = ({ groups }: Partial<GovernanceConfig>): ConfigMistake[] =>
  (groups ?? []).flatMap(({ language }, at) =>
    language?.service === "endpoint" && language.instanceType === undefined
      ? [
          {
            key: `groups[${at}].language.instanceType`,
            problem: "is missing; expected the instance type of the temporary endpoint, for example ml.g5.xlarge",
          },
        ]
      : [],
  );

const promptInRequests = ({ groups }: Partial<GovernanceConfig>): ConfigMistake[] =>
  (groups ?? []).flatMap(({ language }, at) =>
    language === undefined || namesPrompt(language.request)
      ? []
      : [
          {
            key: `groups[${at}].language.request`,
            problem:
              'has no $prompt in its texts; expected it where the prompt goes, for example {"inputs": "$prompt"}',
          },
        ],
  );

/** Two ways to an image, and a stack goes one. */
function oneImage({ checksImage, checksImageBuild }: Readonly<Record<string, unknown>>): ConfigMistake[] {
  const key = "checksImage";
  if (checksImage !== undefined && checksImageBuild !== undefined) {
    const problem = "found governance:checksImageBuild as well; expected one: an image that is pushed, or one to build";
    return [{ key, problem }];
  }
  if (checksImage !== undefined || checksImageBuild !== undefined) return [];
  const problem = `is missing; expected the checks' image by digest, or governance:checksImageBuild: {} to build it, for example\n  governance:checksImage: 444455556666.dkr.ecr.us-east-1.amazonaws.com/mg/checks@sha256:${"0".repeat(64)}`;
  return [{ key, problem }];
}

function imageInThisAccount({ checksImage, account, region, partition }: Partial<GovernanceConfig>): ConfigMistake[] {
  if (checksImage === undefined || account === undefined || region === undefined) return [];
  const registry = `${account}.dkr.ecr.${region}.amazonaws.com${partition === "aws-cn" ? ".cn" : ""}/`;
  if (checksImage.startsWith(registry)) return [];
  const problem = `found ${shown(checksImage)}, expected an image of this account and Region, since Lambda runs no other; push it to a repository under ${registry}`;
  return [{ key: "checksImage", problem }];
}

const rolesInTheirAccount = ({ devAccounts }: Partial<GovernanceConfig>): ConfigMistake[] =>
  (devAccounts ?? []).flatMap(({ account, registeringRoles }, at) =>
    ownRoles(registeringRoles, account, `devAccounts[${at}].registeringRoles`),
  );

function ownRoles(roles: readonly string[] | undefined, account: string | undefined, key: string): ConfigMistake[] {
  if (account === undefined) return [];
  const foreign = (roles ?? []).filter((role) => (parseArn(role)?.account ?? account) !== account);
  return foreign.map((role) => ({ key, problem: `found ${shown(role)}, expected a role of account ${account}` }));
}

const deployRoleInThisAccount = ({ assumeRole, account }: { assumeRole?: string; account?: string }): ConfigMistake[] =>
  ownRoles(assumeRole === undefined ? [] : [assumeRole], account, "assumeRole");

function ownBoundary({
  permissionsBoundary,
  account,
}: Partial<GovernanceConfig> | Partial<DevConfig>): ConfigMistake[] {
  const owner = permissionsBoundary === undefined ? undefined : parseArn(permissionsBoundary)?.account;
  if (owner === undefined || account === undefined || owner === account || owner === "aws") return [];
  const problem = `found a policy of account ${shown(owner)}; expected one of this account, ${account}, or of AWS, since IAM takes no other`;
  return [{ key: "permissionsBoundary", problem }];
}

/** S3 and SNS take a key of their own Region. One of another account would be open to whom that account lets in. */
const ownKeys = (
  { account, region }: { account?: string; region?: string },
  keys: Readonly<Record<string, string | undefined>>,
): ConfigMistake[] =>
  Object.entries(keys).flatMap(([key, arn]) => {
    const found = arn === undefined ? undefined : parseArn(arn);
    if (found === undefined || account === undefined || region === undefined) return [];
    if (found.account === account && found.region === region) return [];
    const problem = `found a key of account ${found.account} in ${found.region}; expected one of this stack's account and Region, ${account} in ${region}`;
    return [{ key, problem }];
  });

function otherAccountThanGovernance({ account, governanceAccount }: Partial<DevConfig>): ConfigMistake[] {
  if (account === undefined || account !== governanceAccount) return [];
  const problem = `found ${shown(account)}, this stack's own account; expected the account of the governance stack`;
  return [{ key: "governanceAccount", problem }];
}

function keyOfGovernance(config: Partial<DevConfig>): ConfigMistake[] {
  const { evidenceKeyArn, governanceAccount, region } = config;
  const key = evidenceKeyArn === undefined ? undefined : parseArn(evidenceKeyArn);
  const governanceRegion = config.governanceRegion ?? region;
  if (key === undefined || governanceAccount === undefined || governanceRegion === undefined) return [];
  if (key.account === governanceAccount && key.region === governanceRegion) return [];
  const problem = `found ${shown(evidenceKeyArn)}, expected a key of account ${governanceAccount} in ${governanceRegion}; \`pulumi stack output evidenceKeyArns --stack governance\` prints it`;
  return [{ key: "evidenceKeyArn", problem }];
}

function existingBucket(config: Partial<DevConfig>, values: Readonly<Record<string, unknown>>): ConfigMistake[] {
  if (values.artifactBucket === undefined || values.evidencePrefixes !== undefined) return [];
  const problem = `is missing; the bucket ${shown(config.artifactBucket ?? values.artifactBucket)} exists already and may hold training data and checkpoints, which stay where they are, so say which keys are evidence, for example\n  governance:evidencePrefixes: ["evidence/"]`;
  return [{ key: "evidencePrefixes", problem }];
}

function disjointPrefixes({ evidencePrefixes }: Partial<DevConfig>): ConfigMistake[] {
  const prefixes = evidencePrefixes ?? [];
  return prefixes.flatMap((prefix) =>
    prefixes
      .filter((other) => other !== prefix && other.startsWith(prefix))
      .map((other) => ({
        key: "evidencePrefixes",
        problem: `found ${shown(prefix)} and ${shown(other)}, which lies inside; keep the first alone`,
      })),
  );
}

interface Name {
  of: keyof typeof LONGEST;
  name: string;
}

function governanceNames(config: Partial<GovernanceConfig>): Name[] {
  const { prefix, account, region, partition = "aws", devAccounts = [] } = config;
  if (prefix === undefined || account === undefined || region === undefined) return [];
  return [
    ...devAccounts.map((dev): Name => ({ of: "bucket", name: evidenceBucketName(prefix, dev.account, region) })),
    { of: "bucket", name: verdictBucketName(prefix, { partition, region, account }) },
    ...(config.language === undefined
      ? []
      : [{ of: "bucket" as const, name: promptBucketName(prefix, { partition, region, account }) }]),
    { of: "repository", name: checksRepositoryName(prefix) },
    ...namesOfProcesses(prefix, region),
  ];
}

function devNames({ prefix, account, region, governanceRegion = region }: Partial<DevConfig>): Name[] {
  if (prefix === undefined || account === undefined || region === undefined || governanceRegion === undefined)
    return [];
  return [
    { of: "bucket", name: evidenceBucketName(prefix, account, governanceRegion) },
    { of: "bucket", name: `${prefix}-artifacts-${account}-${region}` },
    ...namesOfProcesses(prefix, region),
  ];
}

const namesOfProcesses = (prefix: string, region: string): Name[] => [
  ...ROLES.map((of): Name => ({ of: "role", name: roleName(prefix, of, region) })),
  ...PROCESSES_WITH_FUNCTION.map((of): Name => ({ of: "function", name: functionName(prefix, of) })),
];

/** The prefix is the one part of a name that a person chooses. */
function longNames(names: readonly Name[]): ConfigMistake[] {
  const long = names.filter(({ of, name }) => name.length > LONGEST[of]);
  return long.map(({ of, name }) => ({
    key: "prefix",
    problem: `makes the ${of} name ${name} of ${name.length} characters; expected ${LONGEST[of]} at most, so shorten the prefix by ${name.length - LONGEST[of]}`,
  }));
}
