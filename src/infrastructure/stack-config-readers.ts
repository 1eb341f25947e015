import type { GovernanceConfig } from "./stack-config";
import { type ConfigMistake, shown } from "./stack-config-mistakes";
import { objectOf, ROLE_ARN, type ValueSchema } from "./stack-config-values";

const CONSUMER = { role: "arn:aws:iam::777788889999:role/ml-deploy", groups: ["credit-risk"] };
const AUDITOR = "arn:aws:iam::444455556666:user/dora";

/** Who reads and changes nothing. */
export const READER_SCHEMAS: Readonly<Record<string, ValueSchema>> = {
  consumers: {
    type: "array",
    items: {
      ...objectOf(
        {
          role: {
            type: "string",
            pattern: `^${ROLE_ARN}$`,
            description: "the ARN of a role that exists, and deploys versions",
            examples: [CONSUMER.role],
          },
          groups: {
            type: "array",
            minItems: 1,
            uniqueItems: true,
            items: { type: "string", description: "the name of a model package group", examples: CONSUMER.groups },
            description: "a list of the model package groups whose versions it deploys",
            examples: [CONSUMER.groups],
          },
        },
        ["role", "groups"],
      ),
      description: "a role that deploys versions: role and groups",
      examples: [CONSUMER],
    },
    default: [],
    description: "a list of the roles, of any account, that deploy versions",
    examples: [[CONSUMER]],
  },
  auditors: {
    type: "array",
    uniqueItems: true,
    items: {
      type: "string",
      pattern: `^(${ROLE_ARN}|arn:aws[a-z-]*:iam::\\d{12}:user/[\\w+=,.@/-]{1,512})$`,
      description: "the ARN of an IAM user or of a role that exists",
      examples: [AUDITOR],
    },
    default: [],
    description: "a list of the ARNs of users and roles, of any account, that may take on the role which reads all",
    examples: [[AUDITOR]],
  },
};

/** What is wrong with roles that deploy versions. */
export function readerMistakes({ consumers = [], groups }: Partial<GovernanceConfig>): ConfigMistake[] {
  const known = groups?.map(({ name }) => name);
  return consumers.flatMap((consumer, at) => [
    ...(consumers.findIndex(({ role }) => role === consumer.role) === at
      ? []
      : [
          {
            key: `consumers[${at}].role`,
            problem: `found ${shown(consumer.role)} a second time; expected one entry a role, with all its groups`,
          },
        ]),
    ...consumer.groups
      .filter((group) => known?.includes(group) === false)
      .map((group) => ({
        key: `consumers[${at}].groups`,
        problem: `found ${shown(group)}, expected groups of governance:groups: ${known?.join(", ")}`,
      })),
  ]);
}
