import { keysOf } from "../contract/governance-outputs";
import {
  APPROVAL_RULE,
  bucketArn,
  evidenceBucketName,
  type FunctionOf,
  functionArn,
  functionName,
  pipelineArn,
  recordBucketName,
} from "../contract/names";
import { APPROVAL_PATTERN } from "../contract/registry-event";
import { canonical } from "../core/canonical";
import { guardrails } from "../infrastructure/permissions/guardrails";
import { placeOf } from "../infrastructure/stack-config";
import { type Expected, madeArn } from "./expected";
import { missingStatements } from "./policy-differences";
import type { FoundRule } from "./ports";
import type { Probe } from "./probe";
import { stuckVersions } from "./stuck-versions";

const UPDATE = "`pulumi up --refresh` of the governance stack puts it back";

/** What should run does, and nothing lies about undone. */
export const runningProbes = (expected: Expected): Probe[] => [
  approvalRule(expected),
  startFeed(expected),
  failureRule(expected),
  ...scheduledIn(expected).map((of) => schedule(expected, of)),
  ...deadLetters(expected),
  ...expected.config.groups.map(({ name }) => stuckVersions(expected, name)),
  image(expected),
  trail(expected),
  ...controlPolicies(expected),
];

const approvalRule = (expected: Expected): Probe => ({
  name: `rule ${APPROVAL_RULE}`,
  mend: `${UPDATE}; until then the reconciler takes new versions up`,
  async problems({ account }) {
    const found = await account.rule(APPROVAL_RULE);
    if (found === undefined) return ["there is no such rule"];
    const queue = madeArn(expected, "queue");
    const target = found.targets.find(({ arn }) => arn === queue);
    return [
      ...ruleProblems(found),
      ...(isPattern(found.pattern, APPROVAL_PATTERN) ? [] : [`its pattern is ${found.pattern ?? "missing"}`]),
      ...(target === undefined ? [`${queue} isn't its target`] : []),
      ...(target?.hasDeadLetters === false ? ["its target has no queue of dead letters"] : []),
      ...found.targets.filter((one) => one !== target).map(({ arn }) => `it has another target, ${arn}`),
    ];
  },
});

const ruleProblems = ({ isEnabled }: FoundRule): string[] => (isEnabled ? [] : ["it is disabled"]);

function isPattern(found: string | undefined, expected: object): boolean {
  try {
    return found !== undefined && canonical(JSON.parse(found)) === canonical(expected);
  } catch {
    return false;
  }
}

const startFeed = (expected: Expected): Probe => {
  const start = functionName(expected.config.prefix, "start");
  return {
    name: `function ${start} takes the queue's messages`,
    mend: UPDATE,
    async problems({ account }) {
      const feeds = await account.feeds(start);
      const queue = madeArn(expected, "queue");
      return [
        ...(feeds.some(({ queueArn, isEnabled }) => queueArn === queue && isEnabled)
          ? []
          : [`nothing feeds it from ${queue}`]),
        ...feeds.filter(({ queueArn }) => queueArn !== queue).map(({ queueArn }) => `it is fed from ${queueArn} too`),
      ];
    },
  };
};

const failureRule = (expected: Expected): Probe => ({
  name: "rule that tells of failed executions",
  mend: UPDATE,
  async problems({ account }) {
    const rules = await account.rulesOf(madeArn(expected, "notice-topic"));
    const [found] = rules.filter(({ pattern }) => pattern?.includes(`"${pipelineArn(placeOf(expected.config))}"`));
    return found === undefined ? ["no rule tells the topic of them"] : ruleProblems(found);
  },
});

/** Functions that a schedule calls. */
const scheduledIn = ({ config }: Expected): FunctionOf[] => [
  "reconcile",
  "checkpoint",
  ...(config.language === undefined ? [] : (["clean-up"] as const)),
];

const schedule = ({ config }: Expected, of: FunctionOf): Probe => ({
  name: `schedule of ${functionName(config.prefix, of)}`,
  mend: UPDATE,
  async problems({ account }) {
    const rules = await account.rulesOf(functionArn(config.prefix, of, placeOf(config)));
    const scheduled = rules.filter((rule) => rule.schedule !== undefined);
    if (scheduled.length === 0) return ["no schedule calls it"];
    return scheduled.some(({ isEnabled }) => isEnabled) ? [] : ["its schedule is disabled"];
  },
});

const deadLetters = ({ outputs }: Expected): Probe[] =>
  [...outputs.deadLetters].map(([output, url]) => ({
    name: `dead letters ${output}`,
    mend: "read one, mend the cause, then redrive the queue: docs/operate.md",
    async problems({ account }) {
      const messages = await account.messages(url);
      if (messages === undefined) return [`there is no queue ${url}`];
      return messages === 0 ? [] : [`${messages} in ${url}`];
    },
  }));

/** `444455556666.dkr.ecr.us-east-1.amazonaws.com/mg/checks@sha256:…` */
const image = ({ outputs }: Expected): Probe => ({
  name: `image ${outputs.checksImage}`,
  mend: "push it again by its digest (docs/image.md), or update the stack to another",
  async problems({ account }) {
    const [, repository = "", digest = ""] = /^[^/]+\/(.+)@(sha256:[0-9a-f]{64})$/.exec(outputs.checksImage) ?? [];
    if (repository === "") return ["it isn't named by digest"];
    return (await account.hasImage(repository, digest)) ? [] : ["the repository doesn't have it"];
  },
});

function trail({ config }: Expected): Probe {
  const { prefix, region, partition } = config;
  const buckets = [
    ...config.devAccounts.map(({ account }) => evidenceBucketName(prefix, account, region)),
    recordBucketName(prefix, placeOf(config)),
  ].map((bucket) => `${bucketArn(partition, bucket)}/`);
  return {
    name: "CloudTrail's data events of evidence and records",
    mend: "have a trail log the write events of S3 objects in these buckets; the trail is usually the organisation's",
    async problems({ account }) {
      const below = (await account.trails())
        .filter(({ isLogging }) => isLogging)
        .flatMap((one) => one.writesLoggedBelow);
      return buckets
        .filter((bucket) => !below.some((beginning) => bucket.startsWith(beginning)))
        .map((bucket) => `no trail that is logging has those of ${bucket}`);
    },
  };
}

/** What binds the administrators; seen with a profile of the organisation alone. */
function controlPolicies({ config, deployer, outputs }: Expected): Probe[] {
  const keys = keysOf(outputs);
  const targets = [
    { account: config.account, of: "governance" as const },
    ...config.devAccounts.map(({ account }) => ({ account, of: "dev" as const })),
  ];
  return targets.map(({ account, of }) => ({
    name: `service control policies of account ${account}`,
    mend: "`governance guardrails` prints them, with --outputs as here; it is looked at with --organization-profile PROFILE",
    async problems({ organization }) {
      if (organization === undefined) return undefined;
      const wanted = guardrails(config, { keys, ...(deployer !== undefined && { deployer }) })[of];
      const missing = missingStatements(wanted, await organization.policiesOf(account));
      return missing.map((sid) => `statement ${sid} is missing or was changed`);
    },
  }));
}
