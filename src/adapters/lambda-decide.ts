import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { DECIDE_OUTPUTS, type DecideOutputs, type Repair, readArguments } from "../contract/pipeline-parameters";

/**
 * Has the decide function set the status that a record says.
 * @returns a function that gives what came of it, and throws what decide threw
 */
export const repairThrough =
  (lambda: LambdaClient, decideFunctionArn: string) =>
  async (modelPackageArn: string, attempt: number): Promise<DecideOutputs> => {
    const repair: Repair = { repair: { modelPackageArn, attempt } };
    const { FunctionError, Payload } = await lambda.send(
      new InvokeCommand({ FunctionName: decideFunctionArn, Payload: Buffer.from(JSON.stringify(repair)) }),
    );
    const answer = Buffer.from(Payload ?? []).toString();
    if (FunctionError === undefined) return readArguments(DECIDE_OUTPUTS, JSON.parse(answer));
    throw new Error(`decide couldn't repair attempt ${attempt} of ${modelPackageArn}: ${answer}`);
  };
