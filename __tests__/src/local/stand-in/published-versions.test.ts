import type { DeclaredResource, Service } from "../../../../src/local/stand-in/service";
import { assembleWorld } from "../../../../src/local/stand-in/world";

const ROLE = "arn:aws:iam::444455556666:role/decide";
const FUNCTION = "arn:aws:lambda:us-east-1:444455556666:function:decide";
const place = { stack: "governance", account: "444455556666", region: "us-east-1" };
const trust = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
};
const SAYS = `exports.handler = async (_, { functionVersion, invokedFunctionArn }) =>
  ({ functionVersion, invokedFunctionArn, variable: process.env.AWS_LAMBDA_FUNCTION_VERSION });`;

const resources = (publish: boolean): DeclaredResource[] => [
  {
    ...{ ...place, type: "aws:iam/role:Role", name: "decide", id: "decide" },
    inputs: { name: "decide", assumeRolePolicy: JSON.stringify(trust) },
  },
  {
    ...{ ...place, type: "aws:lambda/function:Function", name: "decide", id: "decide" },
    inputs: {
      ...{ name: "decide", role: ROLE, runtime: "nodejs22.x", handler: "index.handler", publish },
      code: { files: { "index.js": SAYS } },
    },
  },
];

const none: Service = { needs: () => [], call: ({ operation }) => Promise.reject(new Error(operation)) };

/** What an invocation of that name gives. */
async function invoked(FunctionName: string, publish = true): Promise<unknown> {
  const options = { seed: 1, start: new Date("2026-11-20T10:00:00Z"), images: new Map(), existingRoles: [] };
  const world = assembleWorld(resources(publish), options, { s3: () => none, sageMaker: () => none });
  const answer = world.call(ROLE, "us-east-1", "lambda", "Invoke", {
    FunctionName,
    Payload: new Uint8Array(Buffer.from("{}")),
  });
  const settled = answer.catch((error: Error) => error.name);
  await world.run();
  const given = Object(await settled);
  if (given.Payload === undefined) return String(given);
  return { executed: given.ExecutedVersion, ...JSON.parse(Buffer.from(given.Payload).toString()) };
}

describe("a published function is invoked", () => {
  it.each([
    ["by a version's ARN: that version", `${FUNCTION}:1`, `${FUNCTION}:1`, "1"],
    ["by its own ARN: the newest code", FUNCTION, FUNCTION, "$LATEST"],
    ["by its name: the newest code", "decide", FUNCTION, "$LATEST"],
  ])("%s", async (_, name, invokedFunctionArn, version) => {
    expect(await invoked(name)).toEqual({
      ...{ executed: version, functionVersion: version, variable: version, invokedFunctionArn },
    });
  });
});

it.each([
  ["a version that was never published", `${FUNCTION}:2`, true],
  ["a version of a function that isn't published", `${FUNCTION}:1`, false],
])("there is no %s", async (_, name, publish) => {
  expect(await invoked(name, publish)).toBe("ResourceNotFoundException");
});
