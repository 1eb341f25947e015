import { type RoleOf, roleArn } from "../../src/contract/names";
import { governanceTable } from "../../src/infrastructure/permissions/governance-table";
import { identityPolicy, type PolicyDocument } from "../../src/infrastructure/permissions/grant";
import { placeOf } from "../../src/infrastructure/stack-config";
import { governance } from "./policies";
import { EVERYTHING } from "./under-scp";

export const ACCOUNT = "444455556666";
export const iam = (role: string, account = ACCOUNT) => `arn:aws:iam::${account}:role/${role}`;
export const of = (service: string, resource: string) => `arn:aws:${service}:us-east-1:${ACCOUNT}:${resource}`;
export const ADMIN = iam("OrganizationAccountAccessRole");
export const DEPLOYER = iam("deploy");
export const KEY = of("kms", "key/11111111-2222-4333-8444-555555555555");
export const SIGNING_KEY = of("kms", "key/22222222-2222-4333-8444-555555555555");
export const VERSION = of("sagemaker", "model-package/credit-risk/7");
export const PIPELINE = of("sagemaker", "pipeline/model-governance-pipeline");

/** Reviewers; the third isn't of the account that the policies bind. */
const user = (name: string, account = ACCOUNT) => `arn:aws:iam::${account}:user/${name}`;
export const BOB = user("bob");
export const CARLA = user("people/carla");
const DAVE = user("dave", "111122223333");
/** Who sets statuses in the observed group. */
export const SETTER = iam("churn-lead");

/** The stack that they are about. */
export const config = governance({
  assumeRole: DEPLOYER,
  reviewers: { users: [BOB, CARLA, DAVE] },
  groups: [
    { name: "credit-risk", accounts: ["111122223333"], team: [] },
    { name: "payment-fraud", accounts: ["222233334444"], team: [] },
    { name: "churn", accounts: ["111122223333"], team: [], mode: "observe", statusSetters: [SETTER] },
  ],
});
export const keys = { "record-key": KEY, "record-signing-key": SIGNING_KEY };

/** The role's own policy, from the table; keys are as far as they matter here. */
export function policyOfRole(role: string): PolicyDocument {
  if ([DEPLOYER, ADMIN, SETTER, BOB].includes(role)) return EVERYTHING;
  const evidence = config.devAccounts.map(({ account }) => [`evidence-key-${account}`, KEY]);
  const all = [
    ...["verdict-key", "notice-key", "notice-topic", "checkpoint-signing-key"],
    ...["verdict-signing-key", "revocation-signing-key"],
  ].map((name) => [name, KEY]);
  const queues = { queue: of("sqs", "start-0a1b2c3"), "watch-queue": of("sqs", "watch-0a1b2c3") };
  const arns = { ...Object.fromEntries([...all, ...evidence, ...Object.entries(keys)]), ...queues };
  return identityPolicy(governanceTable(config), role, "aws", arns);
}
export const own = (role: RoleOf) => roleArn(config, role, placeOf(config));

export const approve = { "sagemaker:ModelApprovalStatus": "Approved" };
