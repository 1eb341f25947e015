import { arnParts } from "../arns";
import { nameOf, requireKnownInputs, text } from "../inputs";
import { AwsError, type Caller, type DeclaredResource, type Surroundings } from "../service";
import type { Version } from "./version";

/** A group with its versions, the first at index 0. */
export interface Group {
  name: string;
  resource: DeclaredResource;
  policy: DeclaredResource | undefined;
  versions: Version[];
}

export const GROUP = "aws:sagemaker/modelPackageGroup:ModelPackageGroup";
export const GROUP_POLICY = "aws:sagemaker/modelPackageGroupPolicy:ModelPackageGroupPolicy";
const INPUTS = ["modelPackageGroupName", "modelPackageGroupDescription", "tags", "tagsAll", "region"];
const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;
const LONGEST_POLICY = 20_480;

/** The declared groups with their policies. */
export function declaredGroups(around: Surroundings): Group[] {
  const groups = around.declared(GROUP).map((resource): Group => {
    requireKnownInputs(resource, INPUTS);
    const name = text(resource, "modelPackageGroupName");
    if (!NAME.test(name)) throw new Error(`${nameOf(resource)}: ${name} must match ${NAME.source}`);
    return { name, resource, policy: undefined, versions: [] };
  });
  for (const policy of around.declared(GROUP_POLICY)) attach(policy, groups, around);
  return groups;
}

function attach(policy: DeclaredResource, groups: readonly Group[], around: Surroundings): void {
  requireKnownInputs(policy, ["modelPackageGroupName", "resourcePolicy", "region"]);
  const name = text(policy, "modelPackageGroupName");
  const { account, region } = policy;
  const group = groups.find(({ resource, name: of }) => of === name && isIn(resource, { account, region }));
  if (group === undefined) throw new Error(`${nameOf(policy)}: model package group ${name} doesn't exist`);
  if (group.policy !== undefined) throw new Error(`${nameOf(policy)}: overwrites ${nameOf(group.policy)}`);
  const { length } = text(policy, "resourcePolicy");
  if (length > LONGEST_POLICY) throw new Error(`${nameOf(policy)}: ${length} characters, at most ${LONGEST_POLICY}`);
  around.requirePrincipals(policy.inputs.resourcePolicy, policy);
  group.policy = policy;
}

const isIn = (resource: DeclaredResource, { account, region }: { account: string; region: string }): boolean =>
  resource.account === account && resource.region === region;

/** A group by name in the caller's own account, by ARN in any, in the Region that is called. */
export function groupFor(groups: readonly Group[], name: string, caller: Caller, around: Surroundings): Group {
  const arn = arnParts(name);
  const wanted = arn?.resource.replace(/^model-package-group\//, "") ?? name;
  const account = arn?.account ?? caller.account;
  const { region } = caller;
  const group = groups.find(({ name: of, resource }) => of === wanted && isIn(resource, { account, region }));
  if (group === undefined || (arn !== undefined && arn.region !== region)) {
    throw new AwsError("ValidationException", `ModelPackageGroup ${name} does not exist.`);
  }
  admit(group, caller, around);
  return group;
}

/** Lets callers of the group's own account in, and of others those whom its policy names. */
export function admit({ name, resource, policy }: Group, caller: Caller, around: Surroundings): void {
  if (caller.account === resource.account) return;
  if (policy !== undefined && around.admits(policy.inputs.resourcePolicy, caller)) return;
  const why = `the policy of model package group ${name} doesn't let ${caller.principal} in`;
  throw new AwsError("AccessDeniedException", why, 403);
}
