import { Command, Option } from "commander";
import { parseArn } from "../contract/arn";
import type { PolicyDocument } from "../infrastructure/permissions/grant";
import { type Guardrails, guardrails } from "../infrastructure/permissions/guardrails";
import { minified } from "../infrastructure/permissions/policy-documents";
import { GuardrailError, LONGEST } from "../infrastructure/permissions/service-control-policies";
import type { GovernanceConfig } from "../infrastructure/stack-config";
import { UsageError } from "./errors";
import { writePolicies } from "./policy-files";
import { readGovernanceConfig, readOutputs } from "./stack-files";

const HELP = `
No policy of a resource stops an administrator of its own account. These service control policies (SCPs) do: that nobody
but the deciding role changes a version (revoke rejects, and in an observed group its statusSetters set statuses), nobody
but the deploy role changes what decides, nobody writes what a step reads, or takes from the queues. Who is excepted
follows from the stack's configuration; print them anew whenever it changes, and attach them after the stack is up.

They bind neither the organisation's management account nor service-linked roles: keep the registry out of that account.
They trust the deploy role, so restrict who may take it on.

Attach them as an administrator of the organisation:
  governance guardrails --to guardrails
  aws organizations create-policy --type SERVICE_CONTROL_POLICY --name mg-governance-1 \\
    --description "Model governance" --content file://guardrails/governance-1.json
  aws organizations attach-policy --policy-id <its Id> --target-id <the governance account>
and those named dev-… at each dev account. A changed one: aws organizations update-policy --policy-id <its Id> --content …

With --outputs (pulumi stack output --json --stack governance > outputs.json) they name the stack's own KMS keys and
queues. Without it nobody but the deploy role changes any key of the governance account in that Region.

Exit status
  0  printed
  2  wrong use or configuration, or they don't fit
`;

interface Options {
  config: string;
  deployer?: string;
  outputs?: string;
  to?: string;
  format: "text" | "json";
}

type Print = (text: string) => void;

/** `governance guardrails`. */
export const guardrailsCommand = (print: Print): Command =>
  new Command("guardrails")
    .summary("print the policies that bind the accounts' administrators too")
    .description("Prints the service control policies that stop the accounts' own administrators.")
    .option("--config <FILE>", "stack file of the governance account", "Pulumi.governance.yaml")
    .option("--deployer <ARN>", "role that deploys the governance stack, where governance:assumeRole doesn't say it")
    .option("--outputs <outputs.json>", "the governance stack's outputs, as `pulumi stack output --json` prints them")
    .option("--to <DIR>", "write each policy into a file of this folder")
    .addOption(new Option("--format <format>", "how they are printed").choices(["text", "json"]).default("text"))
    .addHelpText("after", HELP)
    .action((options: Options) => {
      const config = readGovernanceConfig(options.config);
      const made = generated(config, options);
      const files = named(made);
      if (options.to !== undefined) writePolicies(options.to, files);
      if (options.format === "json") return print(`${JSON.stringify(made, undefined, 2)}\n`);
      for (const [file, document] of files) print(described(file, document, config));
    });

function generated(config: GovernanceConfig, { deployer, outputs }: Options): Guardrails {
  if (deployer !== undefined) requireRole(deployer, config.account);
  try {
    return guardrails(config, {
      ...(deployer !== undefined && { deployer }),
      ...(outputs !== undefined && { made: readOutputs(outputs).made }),
    });
  } catch (error) {
    throw error instanceof GuardrailError ? new UsageError(error.message) : error;
  }
}

function requireRole(arn: string, account: string): void {
  const role = parseArn(arn);
  if (role?.service === "iam" && role.account === account && /^role\/[^*?]+$/.test(role.resource)) return;
  throw new UsageError(
    `--deployer: found ${arn}, expected the ARN of a role of account ${account}, for example arn:aws:iam::${account}:role/deploy`,
  );
}

const named = (made: Guardrails): [string, PolicyDocument][] =>
  (["governance", "dev"] as const).flatMap((of) =>
    made[of].map((document, at): [string, PolicyDocument] => [`${of}-${at + 1}.json`, document]),
  );

function described(file: string, document: PolicyDocument, { account, devAccounts }: GovernanceConfig): string {
  const targets = file.startsWith("governance") ? [account] : devAccounts.map((dev) => dev.account);
  const text = minified(document);
  return `# ${file}: for ${targets.join(", ")}; ${text.length} of ${LONGEST} characters\n${text}\n`;
}
