import { arnParts } from "./arns";
import { isThrottled } from "./async-invocation";
import { Input } from "./call-input";
import { type DeployedFunction, invokedArn } from "./deployed-function";
import { type IamRequest, ownArn, requestFor } from "./iam/request";
import type { Lambda } from "./lambda";
import { AwsError, type Call, type Service, UnknownToStandIn } from "./service";

/** AWS Lambda as other functions call it: Invoke, of functions of the caller's own account. */
export class LambdaService implements Service {
  constructor(private readonly lambda: Lambda) {}

  needs({ operation, input, caller }: Call): IamRequest[] {
    if (operation !== "Invoke") throw new UnknownToStandIn(`Lambda ${operation}`);
    const name = String(input.FunctionName);
    const arn = name.startsWith("arn:") ? name : ownArn(caller, "lambda", `function:${name}`);
    return [requestFor(caller.principal, "lambda:InvokeFunction", arn)];
  }

  async call(call: Call): Promise<unknown> {
    if (call.operation !== "Invoke") throw new UnknownToStandIn(`Lambda ${call.operation}`);
    const input = new Input(call, ["FunctionName", "InvocationType", "Payload"]);
    const deployed = this.called(input);
    const arn = invokedArn(deployed);
    const payload = payloadOf(input.value("Payload"));
    if (input.choice("InvocationType", ["RequestResponse", "Event"]) === "Event") {
      this.lambda.invokeLater(arn, payload);
      return { StatusCode: 202 };
    }
    const answer = { StatusCode: 200, ExecutedVersion: deployed.version };
    try {
      return { ...answer, Payload: bytesOf(await this.lambda.invoke(arn, payload)) };
    } catch (error) {
      // The call itself went well: what the function threw is in its answer.
      if (isOfLambda(error)) throw error;
      const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
      return {
        ...{ ...answer, FunctionError: "Unhandled" },
        Payload: bytesOf({ errorType: name, errorMessage: message, trace: [] }),
      };
    }
  }

  /** By ARN, of a version too, or by name in the caller's account. */
  private called(input: Input): DeployedFunction {
    const name = input.text("FunctionName");
    const { account, region } = input.caller;
    const found =
      this.lambda.find(name) ??
      this.lambda.all().find(({ name: of, resource }) => of === name && resource.account === account);
    if (found?.resource.region !== region)
      throw new AwsError("ResourceNotFoundException", `Function not found: ${name}`, 404);
    if (arnParts(found.arn)?.account === account) return found;
    throw new UnknownToStandIn(`Invoke: ${name} belongs to another account`);
  }
}

/** Errors of the call, not of the function that was called. */
const isOfLambda = (error: unknown): boolean => error instanceof UnknownToStandIn || isThrottled(error);

const bytesOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

function payloadOf(payload: unknown): unknown {
  if (payload === undefined) return {};
  if (!(payload instanceof Uint8Array)) throw new UnknownToStandIn("Invoke: Payload is no Uint8Array");
  try {
    return JSON.parse(Buffer.from(payload).toString());
  } catch {
    throw new AwsError("InvalidRequestContentException", "Could not parse request body into json");
  }
}
