import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { kmsRecordKeys } from "../../src/adapters/kms-signer";
import { s3WriteOnceStore } from "../../src/adapters/s3-write-once-store";
import { sagemakerModelRegistry } from "../../src/adapters/sagemaker-model-registry";
import { snsNotices } from "../../src/adapters/sns-notices";
import { sqsRevocationQueue } from "../../src/adapters/sqs-revocation-queue";
import { readEnvironment } from "../../src/contract/environment";
import { parseLookAgain, parseRegistryEvent, type RegistryEvent } from "../../src/contract/registry-event";
import { type Watched, watch } from "../../src/stages/watch";
import { lineLogger } from "../line-logger";
import { type BatchResponse, eachMessage } from "../sqs-batch";

const environment = readEnvironment("watch", process.env);
const logger = lineLogger("watch");
const s3 = new S3Client({});
const owner = environment.GOVERNANCE_ACCOUNT;
const ports = {
  registry: sagemakerModelRegistry(new SageMakerClient({})),
  markers: s3WriteOnceStore(s3, environment.VERDICT_BUCKET, owner),
  records: s3WriteOnceStore(s3, environment.RECORD_BUCKET, owner),
  recordKeys: kmsRecordKeys(new KMSClient({}), environment),
  revocations: sqsRevocationQueue(new SQSClient({}), environment.REVOCATION_QUEUE_URL),
  notices: snsNotices(new SNSClient({}), environment.NOTICE_TOPIC_ARN),
};
const settings = {
  account: owner,
  region: environment.REGION,
  groups: environment.GROUPS,
  observedGroups: environment.OBSERVED_GROUPS,
  cutOvers: environment.CUT_OVERS,
  peopleOnRecord: environment.PEOPLE_ON_RECORD,
  revokes: environment.REVOKES,
};

/** Looks at each version whose status is decided, and tells what isn't as recorded. */
export const handler = (event: unknown): Promise<BatchResponse> => eachMessage(event, logger, handle);

async function handle(message: unknown): Promise<Watched> {
  const event = parseRegistryEvent(message) ?? lookAgain(message);
  if (event === undefined)
    throw new Error(
      "the message neither is an event of the registry that names a model package nor says to look again",
    );
  logger.appendKeys({ modelPackageArn: event.modelPackageArn });
  return watch(event, ports, settings, new Date());
}

/** The reconciler's message, which is of this registry. */
function lookAgain(message: unknown): RegistryEvent | undefined {
  const modelPackageArn = parseLookAgain(message);
  const { account, region } = settings;
  return modelPackageArn === undefined ? undefined : { modelPackageArn, account, region, updatedFields: [] };
}
