import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { ECRClient } from "@aws-sdk/client-ecr";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { OrganizationsClient } from "@aws-sdk/client-organizations";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { Command, InvalidArgumentError, Option } from "commander";
import { deployedAccount } from "../adapters/deployed-account";
import { organizationPolicies } from "../adapters/organization-policies";
import { singleLine } from "../core/verdict";
import { expectedOf } from "../doctor/expected";
import { policyProbes } from "../doctor/policy-probes";
import { examine, type Finding } from "../doctor/probe";
import { runningProbes } from "../doctor/running-probes";
import type { GovernanceConfig } from "../infrastructure/stack-config";
import { UsageError } from "./errors";
import { messageOf, readGovernanceConfig, readOutputs } from "./stack-files";

const HELP = `
Looks at the deployed governance account, with calls that only read, and says whether it is still what the configuration
makes: policies of buckets, roles, keys, groups, functions, queues, topic and image repository; encryption, versions and
Object Lock; the rules, the schedules and what feeds the functions; the image; dead letters; versions that nothing goes on
with; CloudTrail's data events. It doesn't compare functions' code and variables, the pipelines' definitions, alarms, or dev
accounts: of these \`pulumi preview --refresh --diff\` tells.

It runs with your credentials of the governance account; docs/operate.md has the actions that they need. The service
control policies are seen with a profile that may read the organization:
  governance doctor --outputs outputs.json --organization-profile management

outputs.json is what the stack prints:
  pulumi stack output --json --stack governance > outputs.json

Exit status
  0  all is well, as far as it was to be looked at
  1  something is wrong
  2  wrong use, or something couldn't be looked at: that is never taken for well

Example
  governance doctor --config Pulumi.governance.yaml --outputs outputs.json
`;

interface Options {
  config: string;
  outputs: string;
  deployer?: string;
  organizationProfile?: string;
  pendingHours: number;
  format: "text" | "json";
}

type Print = (text: string) => void;

/** `governance doctor`. */
export const doctorCommand = (print: Print, exit: (status: number) => void): Command =>
  new Command("doctor")
    .summary("say whether what is deployed is still what the configuration makes")
    .description("Looks at a deployed governance account and says what is wrong, and how to put it right.")
    .option("--config <FILE>", "stack file of the governance account", "Pulumi.governance.yaml")
    .requiredOption("--outputs <outputs.json>", "its outputs, as `pulumi stack output --json` prints them")
    .option("--deployer <ARN>", "role that deploys it, where governance:assumeRole doesn't say it")
    .option("--organization-profile <PROFILE>", "AWS profile that may read the organization's policies")
    .option("--pending-hours <HOURS>", "after how many hours without a decision a version is stuck", hours, 24)
    .addOption(new Option("--format <format>", "how findings are printed").choices(["text", "json"]).default("text"))
    .addHelpText("after", HELP)
    .action(async (options: Options) => {
      const findings = await examined(options);
      print(options.format === "json" ? `${JSON.stringify(findings, undefined, 2)}\n` : findings.map(told).join(""));
      exit(statusOf(findings));
    });

async function examined(options: Options): Promise<Finding[]> {
  const config = readGovernanceConfig(options.config);
  const expected = expectations(config, options);
  const { region } = config;
  await requireAccount(config);
  const clients = {
    cloudTrail: new CloudTrailClient({ region }),
    ecr: new ECRClient({ region }),
    eventBridge: new EventBridgeClient({ region }),
    iam: new IAMClient({ region }),
    kms: new KMSClient({ region }),
    lambda: new LambdaClient({ region }),
    s3: new S3Client({ region }),
    sageMaker: new SageMakerClient({ region }),
    sns: new SNSClient({ region }),
    sqs: new SQSClient({ region }),
  };
  const profile = options.organizationProfile;
  return examine([...policyProbes(expected), ...runningProbes(expected)], {
    account: deployedAccount(clients, config.account),
    ...(profile !== undefined && { organization: organizationPolicies(new OrganizationsClient({ region, profile })) }),
    now: new Date(),
  });
}

function expectations(config: GovernanceConfig, { outputs, deployer, pendingHours }: Options) {
  try {
    return expectedOf(config, readOutputs(outputs), { deployer, pendingHours });
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`--outputs: ${outputs}: ${messageOf(error)}`);
  }
}

/** In another account everything would seem missing. */
async function requireAccount({ account, region }: GovernanceConfig): Promise<void> {
  const caller = await new STSClient({ region }).send(new GetCallerIdentityCommand({})).catch((error: unknown) => {
    throw new UsageError(
      `AWS doesn't say whose credentials these are (${messageOf(error)}); log in to account ${account}`,
    );
  });
  if (caller.Account === account) return;
  throw new UsageError(
    `these are credentials of account ${caller.Account}, expected the governance account, ${account}`,
  );
}

function hours(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError("expected a whole number of hours");
  return Number(text);
}

function statusOf(findings: readonly Finding[]): number {
  if (findings.some(({ outcome }) => outcome === "wrong")) return 1;
  return findings.some(({ outcome }) => outcome === "not-seen") ? 2 : 0;
}

const WORDS: Record<Finding["outcome"], string> = {
  fine: "fine",
  wrong: "WRONG",
  "not-seen": "NOT SEEN",
  "not-asked": "not seen",
};

const told = ({ probe, outcome, problems, mend }: Finding): string =>
  [
    `${WORDS[outcome].padEnd(8)}  ${probe}`,
    ...problems.map((problem) => `            ${singleLine(problem)}`),
    ...(mend === undefined ? [] : [`            -> ${mend}`]),
  ]
    .map((line) => `${line}\n`)
    .join("");
