import { writeFileSync } from "node:fs";
import path from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { createProgram } from "../../src/cli/program";
import type { EvaluatedProgram } from "../../src/local/evaluate-program";
import type { LocalWorld } from "../../src/local/stand-in/create-world";

export const REVIEWER = "arn:aws:iam::444455556666:role/mg-reviewer-us-east-1";

/** Runs a command of `governance` in the local run, by a person under the reviewer role. @returns what it prints, and how it ends */
export type AsPerson = (person: string, ...args: string[]) => Promise<string>;

/** @param folder for a file of the governance stack's outputs */
export function asPersonIn(world: LocalWorld, { governance, outputs }: EvaluatedProgram, folder: string): AsPerson {
  const file = path.join(folder, "outputs.json");
  writeFileSync(file, JSON.stringify(outputs.get("governance")));
  const clients = {
    s3: mockClient(S3Client),
    sqs: mockClient(SQSClient),
    sagemaker: mockClient(SageMakerClient),
  };
  return async (person, ...args) => {
    for (const [service, { send }] of Object.entries(clients))
      send.callsFake(async ({ constructor: { name }, input }: { constructor: { name: string }; input: object }) => {
        const operation = name.replace(/Command$/, "");
        return (await world.call(REVIEWER, governance.region, service, operation, { ...input }, person)) as never;
      });
    let printed = "";
    const out = { write: (text: string) => (printed += text) };
    const status = await createProgram(out, out).run([...args, "--outputs", file]);
    return `${printed}exit status ${status}`;
  };
}
