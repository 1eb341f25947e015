import { BASE_IMAGE_PATTERN, DEFAULT_BASE_IMAGE, REGISTRY_PATTERN } from "../image/base-image";
import { LANGUAGE_SCHEMA, SERVING_SCHEMA } from "./stack-config-language";
import { LEDGER_SCHEMAS } from "./stack-config-ledger";
import { OWNER_SCHEMA, REVIEWERS_SCHEMA, TEAM_SCHEMA } from "./stack-config-people";
import { READER_SCHEMAS } from "./stack-config-readers";
import { OWNS_BUCKET_SCHEMA, TAKE_OVER_SCHEMAS } from "./stack-config-takeover";
import { existingKey, KEY_ARN, objectOf, ROLE_ARN, type ValueSchema } from "./stack-config-values";

const GROUP_NAME = "^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$";

const account: ValueSchema = {
  type: "string",
  pattern: "^\\d{12}$",
  description: "an account id: a text of twelve digits, in quotes",
  examples: ["111122223333"],
};
const region: ValueSchema = {
  type: "string",
  pattern: "^[a-z]{2}(-[a-z]+)+-\\d$",
  description: "the name of a Region",
  examples: ["us-east-1"],
};
const bucket: ValueSchema = {
  type: "string",
  pattern: "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
  description: "the name of a bucket",
  examples: ["team-artifacts"],
};
const transfer: ValueSchema = {
  enum: ["copy", "replication"],
  description: "how evidence is carried: copy (by a function) or replication (by S3)",
  examples: ["copy"],
};
const role: ValueSchema = {
  type: "string",
  pattern: `^([\\w+=,.@-]{1,64}|${ROLE_ARN})$`,
  description: "the name or the ARN of a role that exists",
  examples: ["ml-build"],
};
const registeringRoles: ValueSchema = {
  type: "array",
  minItems: 1,
  uniqueItems: true,
  items: role,
  description: "a list of the roles that register versions; they exist already",
  examples: [["ml-build"]],
};
const group: ValueSchema = {
  type: "string",
  pattern: GROUP_NAME,
  description: "the name of a model package group: up to 63 letters, digits and single hyphens between them",
  examples: ["credit-risk"],
};

const idList = (kind: string, what: string): ValueSchema => ({
  type: "array",
  minItems: 1,
  maxItems: 16,
  uniqueItems: true,
  items: {
    type: "string",
    pattern: `^${kind}-[0-9a-f]{8,32}$`,
    description: `an id: ${kind}- and hexadecimal digits`,
    examples: [`${kind}-0a1b2c3d`],
  },
  description: `a list of the ids of ${what}`,
  examples: [[`${kind}-0a1b2c3d`]],
});

const COMMON: Readonly<Record<string, ValueSchema>> = {
  account,
  region,
  partition: {
    enum: ["aws", "aws-us-gov", "aws-cn"],
    default: "aws",
    description: "the partition: aws, aws-us-gov or aws-cn",
    examples: ["aws"],
  },
  prefix: {
    type: "string",
    pattern: "^[a-z]([a-z0-9-]*[a-z0-9])?$",
    default: "mg",
    description: "what names begin with: small letters, digits and hyphens, the same in all stacks",
    examples: ["mg"],
  },
  rolePath: {
    type: "string",
    pattern: "^/([\\w+=,.@-]+/)*$",
    maxLength: 512,
    default: "/",
    description: "the IAM path of the roles, beginning and ending with /, the same in all stacks",
    examples: ["/ml-governance/"],
  },
  permissionsBoundary: {
    type: "string",
    pattern: "^arn:aws[a-z-]*:iam::(\\d{12}|aws):policy/[\\w+=,.@/-]{1,512}$",
    description: "the ARN of the policy that bounds every role of the stack",
    examples: ["arn:aws:iam::111122223333:policy/boundary"],
  },
  vpc: {
    ...objectOf(
      {
        subnetIds: idList("subnet", "the subnets"),
        securityGroupIds: idList("sg", "the security groups"),
      },
      ["subnetIds", "securityGroupIds"],
    ),
    description: "the network of functions and jobs: subnetIds and securityGroupIds",
    examples: [{ subnetIds: ["subnet-0a1b2c3d"], securityGroupIds: ["sg-0a1b2c3d"] }],
  },
  noticeKeyArn: existingKey("alarms and notices"),
  assumeRole: {
    type: "string",
    pattern: `^${ROLE_ARN}$`,
    description: "the ARN of the role to deploy with",
    examples: ["arn:aws:iam::111122223333:role/deploy"],
  },
  tags: {
    type: "object",
    additionalProperties: { type: "string", description: "a text", examples: ["ml-platform"] },
    default: {},
    description: "tags for every resource: a text each",
    examples: [{ team: "ml-platform" }],
  },
  notifyEmails: {
    type: "array",
    uniqueItems: true,
    items: {
      type: "string",
      pattern: "^\\S+@\\S+$",
      description: "a mail address",
      examples: ["ml-oncall@example.com"],
    },
    default: [],
    description: "a list of mail addresses that alarms and notices go to",
    examples: [["ml-oncall@example.com"]],
  },
};

/** Configuration of the governance account's stack. */
export const GOVERNANCE_SCHEMA = objectOf(
  {
    ...COMMON,
    role: { const: "governance", description: "the kind of stack", examples: ["governance"] },
    checksImage: {
      type: "string",
      pattern: "^\\d{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com(\\.cn)?/[a-z0-9._/-]+@sha256:[0-9a-f]{64}$",
      description: "the checks' image in this account's registry, named by digest",
      examples: [`444455556666.dkr.ecr.us-east-1.amazonaws.com/mg/checks@sha256:${"0".repeat(64)}`],
    },
    checksImageBuild: {
      ...objectOf(
        {
          baseRegistry: {
            type: "string",
            pattern: REGISTRY_PATTERN,
            description: "the host of a registry that has the base",
            examples: ["public.ecr.aws"],
          },
          baseImage: {
            type: "string",
            pattern: BASE_IMAGE_PATTERN,
            description: "the base by digest: repository[:tag]@sha256:…",
            examples: [DEFAULT_BASE_IMAGE],
          },
        },
        [],
      ),
      description: "an object for an image that `pulumi up` builds: empty, or with baseRegistry and baseImage",
      examples: [{}],
    },
    runner: {
      enum: ["lambda", "processing"],
      default: "lambda",
      description: "what runs the checks' image: lambda, or processing (a SageMaker Processing job)",
      examples: ["lambda"],
    },
    verdictKeyArn: existingKey("verdicts and start markers"),
    ...LEDGER_SCHEMAS,
    devAccounts: {
      type: "array",
      minItems: 1,
      items: {
        ...objectOf(
          {
            account,
            region,
            transfer,
            artifactBucket: bucket,
            registeringRoles,
            evidenceKeyArn: existingKey("its evidence"),
          },
          ["account", "transfer", "registeringRoles"],
        ),
        description:
          "a dev account: account, transfer and registeringRoles, also region, artifactBucket and evidenceKeyArn",
        examples: [{ account: "111122223333", transfer: "copy", registeringRoles: ["ml-build"] }],
      },
      description: "a list of dev accounts",
      examples: [[{ account: "111122223333", transfer: "copy", registeringRoles: ["ml-build"] }]],
    },
    groups: {
      type: "array",
      minItems: 1,
      items: {
        ...objectOf(
          {
            name: group,
            accounts: {
              type: "array",
              minItems: 1,
              uniqueItems: true,
              items: account,
              description: "a list of dev accounts that may register in the group",
              examples: [["111122223333"]],
            },
            language: SERVING_SCHEMA,
            ...TAKE_OVER_SCHEMAS,
            owner: OWNER_SCHEMA,
            team: TEAM_SCHEMA,
          },
          ["name", "accounts"],
        ),
        description:
          "a model package group: name and accounts, also language, existing, ownsPolicy, mode, statusSetters, cutOver, owner and team",
        examples: [{ name: "credit-risk", accounts: ["111122223333"] }],
      },
      description: "a list of model package groups with the accounts that register in them",
      examples: [[{ name: "credit-risk", accounts: ["111122223333"] }]],
    },
    language: LANGUAGE_SCHEMA,
    reviewers: REVIEWERS_SCHEMA,
    ...READER_SCHEMAS,
  },
  ["role", "account", "region", "devAccounts", "groups", "retention"],
);

/** Configuration of a dev account's stack. */
export const DEV_SCHEMA = objectOf(
  {
    ...COMMON,
    role: { const: "dev", description: "the kind of stack", examples: ["dev"] },
    governanceAccount: { ...account, examples: ["444455556666"] },
    governanceRegion: region,
    evidenceKeyArn: {
      type: "string",
      pattern: KEY_ARN,
      description:
        "the ARN of this account's evidence key; `pulumi stack output evidenceKeyArns --stack governance` prints it for each dev account",
      examples: ["arn:aws:kms:us-east-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"],
    },
    transfer,
    artifactBucket: bucket,
    ownsArtifactBucket: OWNS_BUCKET_SCHEMA,
    artifactKeyArn: {
      type: "string",
      pattern: KEY_ARN,
      description:
        "the ARN of the key of the artifact bucket: of the existing one, or in place of one that the stack makes",
      examples: ["arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"],
    },
    evidencePrefixes: {
      type: "array",
      minItems: 1,
      maxItems: 20,
      uniqueItems: true,
      items: {
        type: "string",
        pattern: "^[^/*?$][^*?$]*$",
        maxLength: 512,
        description: "the beginning of a key, without * and ?, not beginning with /",
        examples: ["evidence/"],
      },
      description: "a list of the beginnings of keys that are evidence",
      examples: [["evidence/"]],
    },
    registeringRoles,
    groups: {
      type: "array",
      minItems: 1,
      uniqueItems: true,
      items: group,
      description: "a list of the model package groups that this account registers in",
      examples: [["credit-risk"]],
    },
    imageRepositories: {
      type: "array",
      uniqueItems: true,
      items: {
        type: "string",
        pattern: "^[a-z0-9]+([._/-]+[a-z0-9]+)*$",
        description: "the name of an ECR repository of this account",
        examples: ["credit-risk-serve"],
      },
      default: [],
      description: "a list of this account's ECR repositories that hold models' images",
      examples: [["credit-risk-serve"]],
    },
  },
  ["role", "account", "region", "governanceAccount", "evidenceKeyArn", "transfer", "registeringRoles", "groups"],
);
