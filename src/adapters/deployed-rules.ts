import {
  DescribeRuleCommand,
  type EventBridgeClient,
  ListTargetsByRuleCommand,
  type ListTargetsByRuleCommandOutput,
} from "@aws-sdk/client-eventbridge";
import type { FoundRule } from "../doctor/ports";
import { unlessMissing } from "./aws-error";

/** A rule of the default bus with its targets; undefined where there is none. */
export async function deployedRule(client: EventBridgeClient, Name: string): Promise<FoundRule | undefined> {
  const found = await unlessMissing(["ResourceNotFoundException"], client.send(new DescribeRuleCommand({ Name })));
  if (found === undefined) return undefined;
  const targets: { arn: string; hasDeadLetters: boolean }[] = [];
  let page: ListTargetsByRuleCommandOutput | undefined;
  do {
    page = await client.send(new ListTargetsByRuleCommand({ Rule: Name, ...next(page) }));
    for (const { Arn = "", DeadLetterConfig } of page.Targets ?? [])
      targets.push({ arn: Arn, hasDeadLetters: DeadLetterConfig?.Arn !== undefined });
  } while (page.NextToken !== undefined);
  const { State, EventPattern, ScheduleExpression } = found;
  return {
    name: Name,
    isEnabled: State === "ENABLED",
    ...(EventPattern !== undefined && { pattern: EventPattern }),
    ...(ScheduleExpression !== undefined && { schedule: ScheduleExpression }),
    targets,
  };
}

const next = (page: { NextToken?: string | undefined } | undefined) =>
  page?.NextToken === undefined ? {} : { NextToken: page.NextToken };
