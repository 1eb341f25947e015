import { Command, Option } from "commander";
import { deployerPolicies } from "../infrastructure/permissions/deployer-table";
import type { PolicyDocument } from "../infrastructure/permissions/grant";
import { LONGEST_MANAGED_POLICY, minified } from "../infrastructure/permissions/policy-documents";
import { writePolicies } from "./policy-files";
import { readStackConfig } from "./stack-files";

const HELP = `
Each is a managed policy; attach all of them to the role that deploys this stack:
  governance deployer-policy --config Pulumi.governance.yaml --to deployer
  aws iam create-policy --policy-name mg-deployer-1 --policy-document file://deployer/governance-1.json
  aws iam attach-role-policy --role-name deploy --policy-arn <its Arn>
Print them anew whenever the stack file changes. What Pulumi keeps its state in is yours to allow.

They start, decide and sign nothing. They do let their role write what decides (roles, functions, pipelines, policies of
keys), so restrict who may take it on.

Exit status
  0  printed
  2  wrong use or configuration
`;

interface Options {
  config: string;
  to?: string;
  format: "text" | "json";
}

/** `governance deployer-policy`. */
export const deployerPolicyCommand = (print: (text: string) => void): Command =>
  new Command("deployer-policy")
    .summary("print what a stack's deployer needs, as IAM policies")
    .description("Prints the identity policies of the role that deploys a stack.")
    .option("--config <FILE>", "stack file, of the governance account or of a dev account", "Pulumi.governance.yaml")
    .option("--to <DIR>", "write each policy into a file of this folder")
    .addOption(new Option("--format <format>", "how they are printed").choices(["text", "json"]).default("text"))
    .addHelpText("after", HELP)
    .action(({ config: file, to, format }: Options) => {
      const config = readStackConfig(file);
      const policies = deployerPolicies(config);
      const files = policies.map((policy, at): [string, PolicyDocument] => [`${config.role}-${at + 1}.json`, policy]);
      if (to !== undefined) writePolicies(to, files);
      if (format === "json") return print(`${JSON.stringify(policies, undefined, 2)}\n`);
      for (const [name, policy] of files) {
        const text = minified(policy);
        print(`# ${name}: for ${config.account}; ${text.length} of ${LONGEST_MANAGED_POLICY} characters\n${text}\n`);
      }
    });
