import { readEnvironment } from "../../../src/contract/environment";
import { arnOf, type DeclaredStack, declaredStack, parsed } from "../../support/declared-stack";
import { governance } from "../../support/policies";
import { governanceValues, IMAGE_DIGEST } from "../../support/stack-values";

/** Thirty groups of an account each, whose names are too long for one variable of a job. */
const groups = Array.from({ length: 30 }, (_, at) => ({ name: `group-${at}`, accounts: ["111122223333"] }));
let stack: DeclaredStack;
beforeAll(async () => {
  stack = await declaredStack(governance({ runner: "processing", groups }));
});

interface Job {
  AppSpecification: { ImageUri: string };
  Environment: Record<string, string>;
  RoleArn: string;
}
/** The validate step's job, as the deployed definition has it. */
const job = (): Job => {
  const { Steps } = parsed(stack.one("Pipeline", "approval").inputs.pipelineDefinition) as {
    Steps: [{ Arguments: Job }];
  };
  return Steps[0].Arguments;
};

it("declares no function that runs the image, and no log group for it", () => {
  expect(stack.names("Function").sort()).toEqual(["checkpoint", "decide", "reconcile", "revoke", "start", "watch"]);
  expect(stack.names("LogGroup").sort()).toEqual(["checkpoint", "decide", "reconcile", "revoke", "start", "watch"]);
});

it("runs the image by digest under validate's role", () => {
  expect(job().AppSpecification.ImageUri).toBe(governanceValues().checksImage);
  expect(job().RoleArn).toBe(arnOf("Role", "validate"));
  expect(stack.one("Role", "validate").inputs).toMatchObject({
    name: "mg-validate-us-east-1",
    assumeRolePolicy: expect.stringContaining("sagemaker.amazonaws.com"),
  });
});

it("tells the job its Region and all that the function would be told, within a job's limits", () => {
  const { Environment } = job();
  expect(Object.keys(Environment).length).toBeLessThanOrEqual(100);
  for (const value of Object.values(Environment)) expect(value.length).toBeLessThanOrEqual(256);
  expect(Environment).toMatchObject({ AWS_REGION: "us-east-1", NODE_OPTIONS: "--enable-source-maps" });
  expect(readEnvironment("validate", Environment)).toMatchObject({
    GROUPS: Object.fromEntries(groups.map(({ name, accounts }) => [name, accounts])),
    CHECKS_IMAGE_DIGEST: IMAGE_DIGEST,
  });
});

it("changes nothing else that is declared", async () => {
  const before = await declaredStack(governance({ groups }));
  const others = ({ resources }: DeclaredStack) =>
    resources
      .filter(({ type }) => !["Function", "LogGroup"].includes(type))
      .map(({ type, name }) => `${type} ${name}`)
      .sort();
  expect(others(stack)).toEqual(others(before));
});
