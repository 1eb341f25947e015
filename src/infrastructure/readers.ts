import type { ComponentResourceOptions, Input } from "@pulumi/pulumi";
import { VERIFY_OUTPUT, type VerifySettings } from "../contract/verify-settings";
import { identityPolicy } from "./permissions/grant";
import { ProcessRole } from "./process-role";
import type { RecordKeyValues } from "./record-keys";
import type { FlowArgs } from "./stacks/flow-args";

export interface ReadersArgs extends Pick<FlowArgs, "config" | "table" | "made"> {
  recordBucket: Input<string>;
  recordKeys: RecordKeyValues;
}

type Printed<Settings> = { [Name in keyof Settings]: Input<unknown> };

/**
 * Those who read and change nothing: makes the auditors' role, where somebody may take it on, and says what deployment
 * accounts need.
 * @returns outputs of the stack
 */
export function readers(args: ReadersArgs, options: ComponentResourceOptions): Record<string, Input<unknown>> {
  const { config, table, made, recordKeys } = args;
  const verify: Printed<VerifySettings> = {
    recordBucket: args.recordBucket,
    recordKeyArns: [recordKeys.RECORD_KEY_ARN, ...recordKeys.FORMER_RECORD_KEY_ARNS],
    revocationKeyArns: [recordKeys.REVOCATION_KEY_ARN, ...recordKeys.FORMER_REVOCATION_KEY_ARNS],
  };
  return {
    [VERIFY_OUTPUT]: verify,
    ...(config.consumers.length > 0 && {
      // Each attaches it to its role: across accounts both sides have to let it.
      [CONSUMER_POLICIES]: Object.fromEntries(
        config.consumers.map(({ role }) => [role, identityPolicy(table, role, config.partition, made)]),
      ),
    }),
    ...(config.auditors.length > 0 && {
      auditorRoleArn: new ProcessRole("auditor", { config, of: "auditor", table, made }, options).arn,
    }),
  };
}

/** Output that has the policy of each role that deploys versions. */
export const CONSUMER_POLICIES = "consumerPolicies";
