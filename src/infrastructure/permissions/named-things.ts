import { formatArn } from "../../contract/arn";
import { APPROVAL_RULE, modelPackageGroupArn, pipelineArn, requestsName, revocationsName } from "../../contract/names";
import { type GovernanceConfig, placeOf } from "../stack-config";

/** Logical names of what Pulumi names itself: rules, queues, alarms, topics are called so, and something after a hyphen. */
const NAMED_BY_PULUMI = [
  ...["start", "reconcile", "checkpoint", "clean-up", "failed-executions", "notices"],
  ...["watch", "revocations", "requests"],
];

const arnIn = (config: GovernanceConfig, service: string, resource: string): string =>
  formatArn({ ...placeOf(config), service, resource });

const byPulumi = (config: GovernanceConfig, service: string, before = ""): string[] =>
  NAMED_BY_PULUMI.map((name) => arnIn(config, service, `${before}${name}-*`));

/** ARNs, or patterns of them, of what the stack makes. */
export const rulesOf = (config: GovernanceConfig): string[] => [
  arnIn(config, "events", `rule/${APPROVAL_RULE}`),
  ...byPulumi(config, "events", "rule/"),
];
export const queuesOf = (config: GovernanceConfig): string[] => [
  ...byPulumi(config, "sqs"),
  ...[requestsName, revocationsName].map((name) => arnIn(config, "sqs", name(config.prefix))),
];
export const alarmsOf = (config: GovernanceConfig): string[] => byPulumi(config, "cloudwatch", "alarm:");

/** Both pipelines, and their executions. */
export const pipelinesOf = (config: GovernanceConfig): string[] => [`${pipelineArn(placeOf(config))}*`];

export const groupArns = (config: GovernanceConfig): string[] =>
  config.groups.map(({ name }) => modelPackageGroupArn(placeOf(config), name));

/** Pattern of the names that begin with the prefix. */
export const named = (config: GovernanceConfig, service: string, before: string): string =>
  formatArn({ ...placeOf(config), service, resource: `${before}${config.prefix}-*` });

export const rolesOf = ({ prefix, rolePath, ...config }: GovernanceConfig): string =>
  formatArn({ ...config, service: "iam", region: "", resource: `role${rolePath}${prefix}-*-${config.region}` });
