import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SNSClient } from "@aws-sdk/client-sns";
import { kmsRecordKeys } from "../src/adapters/kms-signer";
import { s3WriteOnceStore } from "../src/adapters/s3-write-once-store";
import { sagemakerModelCards } from "../src/adapters/sagemaker-model-cards";
import { sagemakerModelRegistry } from "../src/adapters/sagemaker-model-registry";
import { snsNotices } from "../src/adapters/sns-notices";
import type { Environment } from "../src/contract/environment";

/** The clients of what records a decision and makes a version what its record says, and the ports that all of them have. */
export function applyingPorts(environment: Environment<"decide" | "review" | "revoke">) {
  const clients = { kms: new KMSClient({}), s3: new S3Client({}), sagemaker: new SageMakerClient({}) };
  const { kms, s3, sagemaker } = clients;
  const owner = environment.GOVERNANCE_ACCOUNT;
  const ports = {
    registry: sagemakerModelRegistry(sagemaker),
    cards: sagemakerModelCards(sagemaker),
    verdicts: s3WriteOnceStore(s3, environment.VERDICT_BUCKET, owner),
    records: s3WriteOnceStore(s3, environment.RECORD_BUCKET, owner),
    recordKeys: kmsRecordKeys(kms, environment),
    notices: snsNotices(new SNSClient({}), environment.NOTICE_TOPIC_ARN),
  };
  return { clients, ports };
}
