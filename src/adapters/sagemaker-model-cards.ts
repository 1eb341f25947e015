import {
  DescribeModelPackageCommand,
  type SageMakerClient,
  UpdateModelPackageCommand,
  type UpdateModelPackageCommandInput,
} from "@aws-sdk/client-sagemaker";
import type { ModelCard, ModelCards } from "../core/ports";
import { shorten, singleLine } from "../core/verdict";
import { isAwsError } from "./aws-error";

const REFUSAL_LIMIT = 300;

/** The cards that versions carry in the SageMaker model registry. */
export function sagemakerModelCards(sagemaker: SageMakerClient): ModelCards {
  return {
    async read(modelPackageArn) {
      try {
        const all = new DescribeModelPackageCommand({ ModelPackageName: modelPackageArn, IncludedData: "AllData" });
        const { ModelCard: card } = await sagemaker.send(all);
        return asRead(card?.ModelCardContent, card?.ModelCardStatus);
      } catch (error) {
        // SageMaker says of a denied key what it says of a denied action: whether there is such a key tells them apart.
        if (!isAwsError(error, "AccessDeniedException", "ValidationException")) throw error;
        const key = await customersKey(sagemaker, modelPackageArn);
        if (key === undefined) throw error;
        return { closed: `it is under the key ${key}, which isn't ours to use` };
      }
    },
    async write(modelPackageArn, content, { status }, token) {
      const refusal = await refusalOf(sagemaker, {
        ModelPackageArn: modelPackageArn,
        ModelCard: { ModelCardContent: content },
        ClientToken: token,
      });
      if (refusal === undefined || status !== undefined) return refusal;
      // Content and status of a card can't change in one call; whether a new one needs a status AWS doesn't say.
      return refusalOf(sagemaker, {
        ModelPackageArn: modelPackageArn,
        ModelCard: { ModelCardContent: content, ModelCardStatus: "Draft" },
      });
    },
  };
}

/**
 * The registry validates the whole card, also what its team wrote. Whatever else it refuses so, such as a version that is
 * gone, it refuses for the status too.
 */
async function refusalOf(
  sagemaker: SageMakerClient,
  update: UpdateModelPackageCommandInput,
): Promise<string | undefined> {
  try {
    await sagemaker.send(new UpdateModelPackageCommand(update));
    return undefined;
  } catch (error) {
    if (!isAwsError(error, "ValidationException") || !(error instanceof Error)) throw error;
    return shorten(singleLine(`the registry refuses it: ${error.message}`), REFUSAL_LIMIT);
  }
}

/** An archived card takes no other content: "Model Card is in Archived state". */
const asRead = (content: string | undefined, status: string | undefined): ModelCard => ({
  ...(content !== undefined && { content }),
  ...(status !== undefined && { status }),
  ...(status === "Archived" && { closed: "it is archived" }),
});

async function customersKey(sagemaker: SageMakerClient, modelPackageArn: string): Promise<string | undefined> {
  const metadata = new DescribeModelPackageCommand({ ModelPackageName: modelPackageArn, IncludedData: "MetadataOnly" });
  return (await sagemaker.send(metadata)).SecurityConfig?.KmsKeyId;
}
