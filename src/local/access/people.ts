import type { HeldPolicies, Policies, PolicyDocument } from "./declared-policies";

/** Someone whom the program doesn't know, and what their account lets them do. */
export interface Person {
  title: string;
  arn: string;
  account: string;
  document: PolicyDocument;
}

const holding = (...Statement: PolicyDocument["Statement"]): PolicyDocument => ({ Version: "2012-10-17", Statement });

/** AWS's AdministratorAccess. */
export const ADMINISTRATOR = holding({ Sid: "Administrator", Effect: "Allow", Action: "*", Resource: "*" });

/**
 * Someone who builds in the governance account: reads everything but data under other keys, runs SageMaker, calls functions.
 * No policy of a resource binds them there, so it is the organization's policies that must.
 */
const DEVELOPER = holding(
  {
    Sid: "ReadOnly",
    Effect: "Allow",
    Action: [
      "cloudwatch:Describe*",
      "cloudwatch:Get*",
      "cloudwatch:List*",
      "ecr:BatchGet*",
      "ecr:Describe*",
      "ecr:Get*",
      "ecr:List*",
      "events:Describe*",
      "events:List*",
      "iam:Get*",
      "iam:List*",
      "kms:Describe*",
      "kms:Get*",
      "kms:List*",
      "lambda:Get*",
      "lambda:List*",
      "logs:Describe*",
      "logs:Get*",
      "s3:Get*",
      "s3:List*",
      "sns:Get*",
      "sns:List*",
      "sqs:Get*",
      "sqs:List*",
    ],
    Resource: "*",
  },
  { Sid: "Builds", Effect: "Allow", Action: ["sagemaker:*", "lambda:InvokeFunction"], Resource: "*" },
);

/** An account that has nothing to do with the program. */
export const STRANGER_ACCOUNT = "999988887777";

/**
 * Those of whom the access matrix speaks besides the program's own roles.
 * @param dev dev accounts
 */
export const peopleOf = (governance: string, dev: readonly string[]): Person[] => [
  ...dev.map((account) => person(`Administrator of dev account ${account}`, account, "administrator", ADMINISTRATOR)),
  person("Developer in the governance account", governance, "developer", DEVELOPER),
  person("Administrator of the governance account", governance, "administrator", ADMINISTRATOR),
  person(`Administrator of a stranger's account`, STRANGER_ACCOUNT, "administrator", ADMINISTRATOR),
];

const person = (title: string, account: string, role: string, document: PolicyDocument): Person => ({
  title,
  account,
  arn: `arn:aws:iam::${account}:role/${role}`,
  document,
});

/** The policies with those people's. */
export const withPeople = (policies: Policies, people: readonly Person[]): Policies => ({
  ...policies,
  principals: new Map([
    ...policies.principals,
    ...people.map(({ arn, title, document }): [string, HeldPolicies] => [
      arn,
      { policies: [{ name: title, document }] },
    ]),
  ]),
});
