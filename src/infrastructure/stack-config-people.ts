import { parseArn } from "../contract/arn";
import type { GovernanceConfig } from "./stack-config";
import { type ConfigMistake, shown } from "./stack-config-mistakes";
import { objectOf, ROLE_ARN, type ValueSchema } from "./stack-config-values";

/** Names of sessions, as STS takes them. */
const NAME = "[\\w+=,.@-]{2,64}";

const EXAMPLE_ROLE =
  "arn:aws:iam::444455556666:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_ModelReview_0123456789abcdef";

export const TEAM_SCHEMA: ValueSchema = {
  type: "array",
  uniqueItems: true,
  items: { type: "string", pattern: `^${NAME}$`, description: "a person's user name", examples: ["ann"] },
  description: "a list of the user names of the team that owns the group; none of them decides on its versions",
  examples: [["ann"]],
};

export const OWNER_SCHEMA: ValueSchema = {
  type: "string",
  pattern: "^\\S+@\\S+$",
  description: "the mail address of the group's owner, who is reminded each week of versions that wait for a person",
  examples: ["credit-risk-owner@example.com"],
};

export const REVIEWERS_SCHEMA: ValueSchema = {
  ...objectOf(
    {
      users: {
        type: "array",
        minItems: 1,
        uniqueItems: true,
        items: {
          type: "string",
          pattern: `^arn:aws[a-z-]*:iam::\\d{12}:user/([\\w+=,.@-]+/)*${NAME}$`,
          description: "the ARN of an IAM user",
          examples: ["arn:aws:iam::444455556666:user/bob"],
        },
        description: "a list of the ARNs of the IAM users who decide",
        examples: [["arn:aws:iam::444455556666:user/bob"]],
      },
      permissionSetRole: {
        ...objectOf(
          {
            arn: {
              type: "string",
              pattern: `^${ROLE_ARN}$`,
              description: "the ARN of the role that Identity Center made of a permission set",
              examples: [EXAMPLE_ROLE],
            },
            id: {
              type: "string",
              pattern: "^AROA[A-Z0-9]{12,28}$",
              description: "the role's unique id; `aws iam get-role` has it as RoleId",
              examples: ["AROA1234567890EXAMPLE"],
            },
          },
          ["arn", "id"],
        ),
        description: "the role that Identity Center made of a permission set: arn and id",
        examples: [{ arn: EXAMPLE_ROLE, id: "AROA1234567890EXAMPLE" }],
      },
    },
    [],
  ),
  description: "who decides by hand: users, or permissionSetRole",
  examples: [{ users: ["arn:aws:iam::444455556666:user/bob"] }],
};

/** What is wrong with people who decide, and with the teams that they mustn't be of. */
export function peopleMistakes({ reviewers, groups = [], account }: Partial<GovernanceConfig>): ConfigMistake[] {
  if (reviewers === undefined) return [];
  const { users = [], permissionSetRole } = reviewers;
  const one = users.length > 0 !== (permissionSetRole !== undefined);
  const names = users.map((arn) => arn.slice(arn.lastIndexOf("/") + 1).toLowerCase());
  const twice = users.filter((_, at) => names.indexOf(names[at] ?? "") !== at);
  const owner = permissionSetRole && parseArn(permissionSetRole.arn)?.account;
  return [
    ...(one ? [] : [{ key: "reviewers", problem: "expected one of users and permissionSetRole" }]),
    ...twice.map((arn) => ({
      key: "reviewers.users",
      problem: `found ${shown(arn)}, whose name another one has; a person is known by it, so each needs their own`,
    })),
    ...(owner === undefined || account === undefined || owner === account
      ? []
      : [
          {
            key: "reviewers.permissionSetRole.arn",
            problem: `found a role of account ${owner}; expected one of ${account}`,
          },
        ]),
    ...groups.flatMap(({ team }, at) =>
      team !== undefined
        ? []
        : [
            {
              key: `groups[${at}].team`,
              problem:
                'is missing; with governance:reviewers, expected the user names of the team that owns the group, none of whom decides on its versions, for example ["ann"]',
            },
          ],
    ),
  ];
}
