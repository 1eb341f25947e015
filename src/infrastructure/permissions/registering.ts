import { modelPackageArnPattern, modelPackageGroupArn, type Place } from "../../contract/names";
import { PENDING } from "../../contract/registry-event";
import type { Grant, Principal } from "./grant";

/**
 * What the roles that register versions do in one group: register as pending, and read. Nothing here changes a status.
 * The governance stack writes it into the group's policy, the dev stack into the policy of the registering roles.
 * @param governance where the registry is
 */
export const registering = (who: readonly Principal[], governance: Place, group: string): Grant[] => {
  const versions = [{ arn: modelPackageArnPattern(governance, group) }];
  return [
    {
      sid: "RegisterPending",
      who,
      may: ["sagemaker:CreateModelPackage"],
      on: versions,
      when: { StringEquals: { "sagemaker:ModelApprovalStatus": PENDING } },
    },
    { sid: "ReadVersions", who, may: ["sagemaker:DescribeModelPackage", "sagemaker:ListModelPackages"], on: versions },
    {
      sid: "ReadGroup",
      who,
      may: ["sagemaker:DescribeModelPackageGroup"],
      on: [{ arn: modelPackageGroupArn(governance, group) }],
    },
  ];
};

/**
 * The same for several groups in one statement each, since a policy of an account's own role has room for
 * few characters.
 */
export const registeringIn = (who: readonly Principal[], governance: Place, groups: readonly string[]): Grant[] =>
  acrossGroups(groups.map((group) => registering(who, governance, group)));

/** The same grants in several groups, each in one statement. */
export function acrossGroups(byGroup: readonly (readonly Grant[])[]): Grant[] {
  const [first = []] = byGroup;
  return first.map((grant, at) => ({ ...grant, on: byGroup.flatMap((grants) => grants[at]?.on ?? []) }));
}
