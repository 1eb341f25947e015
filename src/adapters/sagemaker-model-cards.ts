import {
  DescribeModelPackageCommand,
  type SageMakerClient,
  UpdateModelPackageCommand,
} from "@aws-sdk/client-sagemaker";
import type { ModelCards } from "../core/ports";

/** The cards that versions carry in the SageMaker model registry. */
export function sagemakerModelCards(sagemaker: SageMakerClient): ModelCards {
  return {
    async read(modelPackageArn) {
      // A card under a customer's key can be read by whom that key lets.
      const { ModelCard } = await sagemaker.send(
        new DescribeModelPackageCommand({ ModelPackageName: modelPackageArn, IncludedData: "AllData" }),
      );
      return ModelCard?.ModelCardContent;
    },
    async write(modelPackageArn, content, token) {
      // Its status stays: content and status can't change in one call.
      await sagemaker.send(
        new UpdateModelPackageCommand({
          ModelPackageArn: modelPackageArn,
          ModelCard: { ModelCardContent: content },
          ClientToken: token,
        }),
      );
    },
  };
}
