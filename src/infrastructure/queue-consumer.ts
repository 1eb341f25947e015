import * as lambda from "@pulumi/aws/lambda";
import type * as pulumi from "@pulumi/pulumi";

export interface QueueConsumerArgs {
  queueArn: pulumi.Input<string>;
  functionArn: pulumi.Input<string>;
  /** Messages of one invocation. */
  batchSize: number;
  /** Invocations at once, 2 or more. */
  atOnce: number;
}

/** Lets Lambda hand a queue's messages to a function; of a batch, only what the function names comes again. */
export const consumeQueue = (
  name: string,
  { queueArn, functionArn, batchSize, atOnce }: QueueConsumerArgs,
  options: pulumi.CustomResourceOptions,
): lambda.EventSourceMapping =>
  new lambda.EventSourceMapping(
    name,
    {
      eventSourceArn: queueArn,
      functionName: functionArn,
      batchSize,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: atOnce },
    },
    options,
  );
