import {
  FAILURE_RULE,
  REQUEST_DEAD_LETTERS,
  REVOCATION_DEAD_LETTERS,
  scheduleRule,
  WATCH_QUEUE,
  WATCH_RULE,
} from "../contract/governance-outputs";
import {
  APPROVAL_RULE,
  bucketArn,
  evidenceBucketName,
  type FunctionOf,
  functionArn,
  functionName,
  ofLanguage,
  pipelineArn,
  recordBucketName,
} from "../contract/names";
import { APPROVAL_PATTERN, DECIDED_PATTERN, failedExecutionPattern } from "../contract/registry-event";
import { SCHEDULE_MINUTES, scheduleExpression } from "../contract/schedule";
import { canonical } from "../core/canonical";
import { guardrails } from "../infrastructure/permissions/guardrails";
import { placeOf } from "../infrastructure/stack-config";
import { type Expected, madeArn, scheduledIn } from "./expected";
import { missingStatements } from "./policy-differences";
import type { FoundRule } from "./ports";
import type { Probe } from "./probe";
import { type FeedingQueue, queuesIn } from "./queues";
import { stuckVersions } from "./stuck-versions";

const UPDATE = "`pulumi up --refresh` of the governance stack puts it back";

/** What should run does, and nothing lies about undone. */
export const runningProbes = (expected: Expected): Probe[] => [
  ...eventRules(expected),
  ...queuesIn(expected).map((queue) => feed(expected, queue)),
  failureRule(expected),
  ...scheduledIn(expected.config).map((of) => schedule(expected, of)),
  ...deadLetters(expected),
  ...expected.config.groups.map(({ name }) => stuckVersions(expected, name)),
  image(expected),
  trail(expected),
  ...controlPolicies(expected),
];

/** The rules of the flow, each of which shows versions to the queue of one function. */
function eventRules(expected: Expected): Probe[] {
  const reconciled = "until then the reconciler";
  return [
    eventRule(
      { name: APPROVAL_RULE, pattern: APPROVAL_PATTERN, queue: madeArn(expected, "queue") },
      `${reconciled} takes new versions up`,
    ),
    eventRule(
      { name: ruleName(expected, WATCH_RULE), pattern: DECIDED_PATTERN, queue: madeArn(expected, WATCH_QUEUE) },
      `${reconciled} alone looks at decided versions, and tells`,
    ),
  ];
}

const ruleName = (expected: Expected, of: string): string => madeArn(expected, of).replace(/^arn:.*:rule\//, "");

const eventRule = (
  { name, pattern, queue }: { name: string; pattern: object; queue: string },
  meanwhile: string,
): Probe => ({
  name: `rule ${name}`,
  mend: `${UPDATE}; ${meanwhile}`,
  async problems({ account }) {
    const found = await account.rule(name);
    if (found === undefined) return ["there is no such rule"];
    const target = found.targets.find(({ arn }) => arn === queue);
    return [
      ...ruleProblems(found, pattern),
      ...targetProblems(found, queue),
      ...(target?.hasDeadLetters === false ? ["its target has no queue of dead letters"] : []),
      ...found.targets.filter((one) => one !== target).map(({ arn }) => `it has another target, ${arn}`),
    ];
  },
});

const ruleProblems = ({ isEnabled, pattern }: FoundRule, expected: object): string[] => [
  ...(isEnabled ? [] : ["it is disabled"]),
  ...(isPattern(pattern, expected) ? [] : [`its pattern is ${pattern ?? "missing"}`]),
];

function isPattern(found: string | undefined, expected: object): boolean {
  try {
    return found !== undefined && canonical(JSON.parse(found)) === canonical(expected);
  } catch {
    return false;
  }
}

const feed = ({ config }: Expected, { arn, feeds: of }: FeedingQueue): Probe => {
  const name = functionName(config.prefix, of);
  return {
    name: `function ${name} takes the queue's messages`,
    mend: UPDATE,
    async problems({ account }) {
      const feeds = await account.feeds(name);
      return [
        ...(feeds.some(({ queueArn, isEnabled }) => queueArn === arn && isEnabled)
          ? []
          : [`nothing feeds it from ${arn}`]),
        ...feeds.filter(({ queueArn }) => queueArn !== arn).map(({ queueArn }) => `it is fed from ${queueArn} too`),
      ];
    },
  };
};

const failureRule = (expected: Expected): Probe => ({
  name: "rule that tells of failed executions",
  mend: UPDATE,
  async problems({ account }) {
    const found = await account.rule(ruleName(expected, FAILURE_RULE));
    if (found === undefined) return ["there is no such rule"];
    const topic = madeArn(expected, "notice-topic");
    const pipeline = pipelineArn(placeOf(expected.config));
    return [
      ...ruleProblems(found, failedExecutionPattern([pipeline, ofLanguage(pipeline)])),
      ...targetProblems(found, topic),
    ];
  },
});

const schedule = (expected: Expected, of: FunctionOf): Probe => ({
  name: `schedule of ${functionName(expected.config.prefix, of)}`,
  mend: UPDATE,
  async problems({ account }) {
    const { config } = expected;
    const found = await account.rule(ruleName(expected, scheduleRule(of)));
    if (found === undefined) return ["there is no such rule"];
    const wanted = scheduleExpression(SCHEDULE_MINUTES);
    return [
      ...(found.isEnabled ? [] : ["it is disabled"]),
      ...(found.schedule === wanted ? [] : [`it is ${found.schedule ?? "missing"}, expected ${wanted}`]),
      ...targetProblems(found, functionArn(config.prefix, of, placeOf(config))),
    ];
  },
});

const targetProblems = ({ targets }: FoundRule, target: string): string[] =>
  targets.some(({ arn }) => arn === target) ? [] : [`${target} isn't its target`];

const ASKED_AGAIN: readonly string[] = [REQUEST_DEAD_LETTERS, REVOCATION_DEAD_LETTERS];

const deadLetters = ({ outputs }: Expected): Probe[] =>
  [...outputs.deadLetters].map(([output, url]) => ({
    name: `dead letters ${output}`,
    mend: ASKED_AGAIN.includes(output)
      ? "read one, mend the cause, then ask again with the command: docs/operate.md"
      : "read one, mend the cause, then redrive the queue: docs/operate.md",
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
  const targets = [
    { account: config.account, of: "governance" as const },
    ...config.devAccounts.map(({ account }) => ({ account, of: "dev" as const })),
  ];
  return targets.map(({ account, of }) => ({
    name: `service control policies of account ${account}`,
    mend: "`governance guardrails` prints them, with --outputs as here; it is looked at with --organization-profile PROFILE",
    async problems({ organization }) {
      if (organization === undefined) return undefined;
      const wanted = guardrails(config, { made: outputs.made, ...(deployer !== undefined && { deployer }) })[of];
      const missing = missingStatements(wanted, await organization.policiesOf(account));
      return missing.map((sid) => `statement ${sid} is missing or was changed`);
    },
  }));
}
