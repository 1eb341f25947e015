import {
  DescribeModelPackageCommand,
  type SageMakerClient,
  UpdateModelPackageCommand,
} from "@aws-sdk/client-sagemaker";
import { LIFE_CYCLE_STAGE } from "../contract/names";
import type { ModelRegistry } from "../core/ports";
import { parseModelPackage } from "../reports/model-package";
import { isAwsError } from "./aws-error";

/** The SageMaker model registry. */
export function sagemakerModelRegistry(sagemaker: SageMakerClient): ModelRegistry {
  return {
    async describe(modelPackageArn) {
      try {
        // MetadataOnly: an embedded card under a customer's key would need that key.
        const command = new DescribeModelPackageCommand({
          ModelPackageName: modelPackageArn,
          IncludedData: "MetadataOnly",
        });
        return parseModelPackage(await sagemaker.send(command));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async setStatus(modelPackageArn, { status, description, metadata, token }) {
      await sagemaker.send(
        new UpdateModelPackageCommand({
          ModelPackageArn: modelPackageArn,
          ModelApprovalStatus: status,
          // In the same call: an organisation's policy can seal what is Approved by its stage, there is no key for the status.
          ModelLifeCycle: { Stage: LIFE_CYCLE_STAGE, StageStatus: status },
          ApprovalDescription: description,
          CustomerMetadataProperties: { ...metadata },
          ClientToken: token,
        }),
      );
    },
  };
}

/** SageMaker has no error of its own for a missing version: it is a ValidationException that says so. */
const isMissing = (error: unknown): boolean =>
  isAwsError(error, "ValidationException") && error instanceof Error && /does not exist/i.test(error.message);
