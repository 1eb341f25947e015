import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import type { Repair } from "../contract/pipeline-parameters";

/**
 * Has the decide function set the status that a record says.
 * @returns a function that throws what decide threw
 */
export const repairThrough =
  (lambda: LambdaClient, decideFunctionArn: string) =>
  async (modelPackageArn: string, attempt: number): Promise<void> => {
    const repair: Repair = { repair: { modelPackageArn, attempt } };
    const { FunctionError, Payload } = await lambda.send(
      new InvokeCommand({ FunctionName: decideFunctionArn, Payload: Buffer.from(JSON.stringify(repair)) }),
    );
    if (FunctionError === undefined) return;
    throw new Error(
      `decide couldn't repair attempt ${attempt} of ${modelPackageArn}: ${Buffer.from(Payload ?? []).toString()}`,
    );
  };
