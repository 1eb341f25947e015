import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { mockClient } from "aws-sdk-client-mock";
import { repairThrough } from "../../../src/adapters/lambda-decide";
import { parseRepair } from "../../../src/contract/pipeline-parameters";
import { ARN } from "../../support/registered-version";
import { awsError } from "../../support/sdk-answers";

const lambda = mockClient(LambdaClient);
const FUNCTION = "arn:aws:lambda:us-east-1:444455556666:function:decide";
const repair = repairThrough(new LambdaClient({ region: "us-east-1" }), FUNCTION);
const payload = (text: string) => Object.assign(new Uint8Array(Buffer.from(text)), { transformToString: () => text });

beforeEach(() => lambda.reset());

it("asks decide for what it reads, and waits for the answer", async () => {
  lambda
    .on(InvokeCommand)
    .resolves({ StatusCode: 200, Payload: payload('{"ApprovalStatus":"Approved","Effect":"set"}') });
  expect(await repair(ARN, 2)).toEqual({ ApprovalStatus: "Approved", Effect: "set" });
  const [{ FunctionName, InvocationType, Payload } = {}, ...others] = lambda
    .commandCalls(InvokeCommand)
    .map(({ args: [{ input }] }) => input);
  expect([FunctionName, InvocationType, others]).toEqual([FUNCTION, undefined, []]);
  expect(parseRepair(JSON.parse(String(Payload)))).toEqual({ modelPackageArn: ARN, attempt: 2 });
});

it.each([
  ["Unhandled", payload('{"errorMessage":"no such record"}'), '{"errorMessage":"no such record"}'],
  ["Handled", undefined, ""],
])("throws what decide threw: %s", async (FunctionError, Payload, said) => {
  lambda.on(InvokeCommand).resolves({ StatusCode: 200, FunctionError, ...(Payload && { Payload }) });
  await expect(repair(ARN, 2)).rejects.toThrow(`decide couldn't repair attempt 2 of ${ARN}: ${said}`);
});

it.each(["TooManyRequestsException", "AccessDeniedException", "ResourceNotFoundException"])(
  "throws %s",
  async (name) => {
    lambda.rejects(awsError(name));
    await expect(repair(ARN, 2)).rejects.toMatchObject({ name });
  },
);
