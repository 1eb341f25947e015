import type { Input } from "@pulumi/pulumi";
import type { Policy } from "../../core/policy";
import type { Grant, MadeArns } from "../permissions/grant";
import type { StackBuild } from "../stack-build";
import type { GovernanceConfig } from "../stack-config";

/** What every process of the governance account is made with. */
export interface FlowArgs {
  config: GovernanceConfig;
  policy: Policy;
  code: StackBuild["code"];
  /** Who does what in the governance account. */
  table: readonly Grant[];
  made: MadeArns;
  topicArn: Input<string>;
}
