import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { kmsRecordKeys, kmsSigner } from "../../src/adapters/kms-signer";
import { s3RecordBucket } from "../../src/adapters/s3-record-bucket";
import { readEnvironment } from "../../src/contract/environment";
import { checkpoint } from "../../src/stages/checkpoint";
import { lineLogger } from "../line-logger";

const environment = readEnvironment("checkpoint", process.env);
const logger = lineLogger("checkpoint");
const kms = new KMSClient({});
const ports = {
  records: s3RecordBucket(new S3Client({}), environment.RECORD_BUCKET, environment.GOVERNANCE_ACCOUNT),
  signer: kmsSigner(kms, environment.CHECKPOINT_KEY_ARN, environment.FORMER_KEY_ARNS),
  recordKeys: kmsRecordKeys(kms, environment),
};

/** Appends a checkpoint over the records that are new. Its failure raises an alarm. */
export async function handler(): Promise<void> {
  logger.info("done", { ...(await checkpoint(ports, new Date())) });
}
