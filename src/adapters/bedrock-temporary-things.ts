import {
  type BedrockClient,
  DeleteImportedModelCommand,
  ListTagsForResourceCommand,
  paginateListImportedModels,
} from "@aws-sdk/client-bedrock";
import { EXPIRES_TAG, temporaryPrefix } from "../contract/names";
import { expiryIn, type TemporaryThing, type TemporaryThings } from "../stages/clean-up";
import { isAwsError } from "./aws-error";

/** Imported models whose names begin as those of executions do. */
export function bedrockTemporaryThings(client: BedrockClient, prefix: string): TemporaryThings {
  return {
    async list() {
      const nameContains = temporaryPrefix(prefix);
      const things: TemporaryThing[] = [];
      for await (const { modelSummaries = [] } of paginateListImportedModels({ client }, { nameContains })) {
        for (const { modelName, modelArn, creationTime } of modelSummaries) {
          if (!modelName?.startsWith(nameContains) || modelArn === undefined || creationTime === undefined) continue;
          const { tags = [] } = await client.send(new ListTagsForResourceCommand({ resourceARN: modelArn }));
          const expires = expiryIn(tags.find(({ key }) => key === EXPIRES_TAG)?.value);
          things.push({ kind: "imported model", name: modelName, createdAt: creationTime, expires });
        }
      }
      return things;
    },
    async remove({ name }) {
      try {
        await client.send(new DeleteImportedModelCommand({ modelIdentifier: name }));
      } catch (error) {
        if (!isAwsError(error, "ResourceNotFoundException")) throw error;
      }
    },
  };
}
