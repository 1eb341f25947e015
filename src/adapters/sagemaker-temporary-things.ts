import {
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  ListTagsCommand,
  paginateListEndpointConfigs,
  paginateListEndpoints,
  paginateListModels,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { EXPIRES_TAG, temporaryPrefix } from "../contract/names";
import { expiryIn, type TemporaryThing, type TemporaryThings } from "../stages/clean-up";
import { isAwsError } from "./aws-error";

interface Listed {
  kind: Kind;
  name: string | undefined;
  arn: string | undefined;
  createdAt: Date | undefined;
}

const REMOVE = {
  endpoint: (name: string) => new DeleteEndpointCommand({ EndpointName: name }),
  "endpoint configuration": (name: string) => new DeleteEndpointConfigCommand({ EndpointConfigName: name }),
  model: (name: string) => new DeleteModelCommand({ ModelName: name }),
} as const;
type Kind = keyof typeof REMOVE;

const isKind = (kind: string): kind is Kind => Object.hasOwn(REMOVE, kind);

/** Endpoints, their configurations and models whose names begin as those of executions do. */
export function sagemakerTemporaryThings(sagemaker: SageMakerClient, prefix: string): TemporaryThings {
  return {
    async list() {
      const beginning = temporaryPrefix(prefix);
      const things: TemporaryThing[] = [];
      for (const { kind, name, arn, createdAt } of await listed(sagemaker, beginning)) {
        if (name === undefined || arn === undefined || createdAt === undefined || !name.startsWith(beginning)) continue;
        things.push({ kind, name, createdAt, expires: await expiryOf(sagemaker, arn) });
      }
      return things;
    },
    async remove({ kind, name }) {
      if (!isKind(kind)) throw new Error(`${kind} ${name}: nothing that an execution makes`);
      try {
        await sagemaker.send(REMOVE[kind](name) as DeleteModelCommand);
      } catch (error) {
        // SageMaker says in its text alone that it isn't there.
        if (!isAwsError(error, "ValidationException") || !/could not find/i.test(String(error))) throw error;
      }
    },
  };
}

async function listed(client: SageMakerClient, NameContains: string): Promise<Listed[]> {
  const all: Listed[] = [];
  for await (const { Endpoints = [] } of paginateListEndpoints({ client }, { NameContains })) {
    all.push(
      ...Endpoints.map((one) => ({
        kind: "endpoint" as const,
        name: one.EndpointName,
        arn: one.EndpointArn,
        createdAt: one.CreationTime,
      })),
    );
  }
  for await (const { EndpointConfigs = [] } of paginateListEndpointConfigs({ client }, { NameContains })) {
    all.push(
      ...EndpointConfigs.map((one) => ({
        kind: "endpoint configuration" as const,
        name: one.EndpointConfigName,
        arn: one.EndpointConfigArn,
        createdAt: one.CreationTime,
      })),
    );
  }
  for await (const { Models = [] } of paginateListModels({ client }, { NameContains })) {
    all.push(
      ...Models.map((one) => ({
        kind: "model" as const,
        name: one.ModelName,
        arn: one.ModelArn,
        createdAt: one.CreationTime,
      })),
    );
  }
  return all;
}

async function expiryOf(client: SageMakerClient, ResourceArn: string): Promise<Date | undefined> {
  const { Tags = [] } = await client.send(new ListTagsCommand({ ResourceArn }));
  return expiryIn(Tags.find(({ Key }) => Key === EXPIRES_TAG)?.Value);
}
