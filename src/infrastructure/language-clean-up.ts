import type { ComponentResourceOptions } from "@pulumi/pulumi";
import { SCHEDULE_MINUTES } from "../contract/schedule";
import { servicesOf } from "./evidence-sources";
import { environmentOf } from "./process-environment";
import { ScheduledFunction } from "./scheduled-function";
import type { FlowArgs } from "./stacks/flow-args";

/** Takes temporary endpoints away that are past their time, whatever became of the execution that made them. */
export const languageCleanUp = (
  { config, code, table, made, topicArn }: FlowArgs,
  options: ComponentResourceOptions,
): ScheduledFunction =>
  new ScheduledFunction(
    "clean-up",
    {
      config,
      of: "clean-up",
      description: "Takes temporary endpoints away that are past their time",
      code: { bundle: code("clean-up") },
      environment: environmentOf("clean-up", {
        PREFIX: config.prefix,
        SERVICES: servicesOf(config),
        NOTICE_TOPIC_ARN: topicArn,
      }),
      timeoutSeconds: 300,
      memoryMegabytes: 512,
      table,
      made,
      everyMinutes: SCHEDULE_MINUTES,
      alarm: "look at its log, temporary endpoints may cost on",
      topicArn,
    },
    options,
  );
