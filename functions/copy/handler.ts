import { S3Client } from "@aws-sdk/client-s3";
import { s3EvidenceCarrier } from "../../src/adapters/s3-evidence-carrier";
import { readEnvironment } from "../../src/contract/environment";
import { copy, parseCreatedObject } from "../../src/stages/copy";
import { lineLogger } from "../line-logger";
import { type BatchResponse, eachMessage } from "../sqs-batch";

const environment = readEnvironment("copy", process.env);
const logger = lineLogger("copy");
// The two buckets may lie in different Regions.
const s3 = new S3Client({ followRegionRedirects: true });
const carrier = s3EvidenceCarrier(s3, {
  artifact: { name: environment.ARTIFACT_BUCKET, owner: environment.ARTIFACT_BUCKET_OWNER },
  evidence: { name: environment.EVIDENCE_BUCKET, owner: environment.EVIDENCE_BUCKET_OWNER },
  evidenceKeyArn: environment.EVIDENCE_KEY_ARN,
});
const settings = { artifactBucket: environment.ARTIFACT_BUCKET, prefixes: environment.EVIDENCE_PREFIXES };

/** Carries each created object of the batch that is evidence into the governance account. */
export const handler = (event: unknown): Promise<BatchResponse> =>
  eachMessage(event, logger, async (message) => {
    const object = parseCreatedObject(message);
    if (object === undefined) return { effect: "ignored", reason: "not an Object Created event" };
    logger.appendKeys({ bucket: object.bucket, key: object.key, versionId: object.versionId });
    return copy(object, carrier, settings);
  });
