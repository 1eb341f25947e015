import type { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { DescribeImagesCommand, type ECRClient, GetRepositoryPolicyCommand } from "@aws-sdk/client-ecr";
import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { IAMClient } from "@aws-sdk/client-iam";
import { DescribeKeyCommand, GetKeyPolicyCommand, type KMSClient } from "@aws-sdk/client-kms";
import { type LambdaClient, paginateListEventSourceMappings } from "@aws-sdk/client-lambda";
import type { S3Client } from "@aws-sdk/client-s3";
import { GetModelPackageGroupPolicyCommand, type SageMakerClient } from "@aws-sdk/client-sagemaker";
import { GetTopicAttributesCommand, type SNSClient } from "@aws-sdk/client-sns";
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type QueueAttributeName,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { parseArn } from "../contract/arn";
import type { DeployedAccount } from "../doctor/ports";
import { unlessMissing } from "./aws-error";
import { deployedBucket } from "./deployed-bucket";
import { deployedFunction } from "./deployed-function";
import { deployedRole } from "./deployed-role";
import { deployedRule } from "./deployed-rules";
import { deployedTrails } from "./deployed-trails";
import { keysBelow } from "./s3-keys";
import { s3WriteOnceStore } from "./s3-write-once-store";
import { sagemakerOverview } from "./sagemaker-overview";

export interface Clients {
  cloudTrail: CloudTrailClient;
  ecr: ECRClient;
  eventBridge: EventBridgeClient;
  iam: IAMClient;
  kms: KMSClient;
  lambda: LambdaClient;
  s3: S3Client;
  sageMaker: SageMakerClient;
  sns: SNSClient;
  sqs: SQSClient;
}

/** Messages of a queue, wherever they are in it. */
const COUNTS: QueueAttributeName[] = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
];
const NO_QUEUE = ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"];
const NO_REPOSITORY = ["RepositoryNotFoundException", "RepositoryPolicyNotFoundException"];
/** States of a mapping that hands messages on, now or in a moment. */
const FEEDING = ["Enabled", "Enabling", "Updating"];

/** What is deployed in the governance account, by calls that only read. */
export function deployedAccount(clients: Clients, owner: string): DeployedAccount {
  const { sageMaker, s3, sqs, kms, ecr, sns, iam, eventBridge } = clients;
  // Executions are asked for by their pipeline.
  const overview = sagemakerOverview(sageMaker, (pipeline) => pipeline);
  return {
    bucket: (name) => deployedBucket(s3, name, owner),
    keysBelow: (bucket, key) => keysBelow(s3, { bucket, key }, owner),
    object: (bucket, key) => s3WriteOnceStore(s3, bucket, owner).read(key),
    role: (name) => deployedRole(iam, name),
    async key(KeyId) {
      const found = await unlessMissing(["NotFoundException"], kms.send(new DescribeKeyCommand({ KeyId })));
      if (found === undefined) return undefined;
      const { Policy = "" } = await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: "default" }));
      return { policy: Policy, isEnabled: found.KeyMetadata?.KeyState === "Enabled" };
    },
    async groupPolicy(ModelPackageGroupName) {
      // SageMaker has no error of its own for a missing policy or group; a configured name is otherwise valid.
      const missing = ["ValidationException", "ResourceNotFound"];
      const call = sageMaker.send(new GetModelPackageGroupPolicyCommand({ ModelPackageGroupName }));
      return (await unlessMissing(missing, call))?.ResourcePolicy;
    },
    async queuePolicy(arn) {
      const QueueName = parseArn(arn)?.resource ?? arn;
      const named = await unlessMissing(
        NO_QUEUE,
        sqs.send(new GetQueueUrlCommand({ QueueName, QueueOwnerAWSAccountId: owner })),
      );
      if (named === undefined) return undefined;
      const asked = new GetQueueAttributesCommand({ QueueUrl: named.QueueUrl, AttributeNames: ["Policy"] });
      return (await sqs.send(asked)).Attributes?.Policy;
    },
    async messages(QueueUrl) {
      const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: COUNTS });
      const found = await unlessMissing(NO_QUEUE, sqs.send(asked));
      return found && COUNTS.reduce((sum, count) => sum + Number(found.Attributes?.[count]), 0);
    },
    async topicPolicy(TopicArn) {
      const asked = new GetTopicAttributesCommand({ TopicArn });
      return (await unlessMissing(["NotFoundException", "NotFound"], sns.send(asked)))?.Attributes?.Policy;
    },
    async repositoryPolicy(repositoryName) {
      const asked = new GetRepositoryPolicyCommand({ repositoryName });
      return (await unlessMissing(NO_REPOSITORY, ecr.send(asked)))?.policyText;
    },
    async hasImage(repositoryName, imageDigest) {
      const asked = new DescribeImagesCommand({ repositoryName, imageIds: [{ imageDigest }] });
      const found = await unlessMissing(["ImageNotFoundException", "RepositoryNotFoundException"], ecr.send(asked));
      return (found?.imageDetails ?? []).some((image) => image.imageDigest === imageDigest);
    },
    rule: (name) => deployedRule(eventBridge, name),
    function: (name) => deployedFunction(clients.lambda, name),
    async feeds(FunctionName) {
      const feeds: { queueArn: string; isEnabled: boolean }[] = [];
      const pages = paginateListEventSourceMappings({ client: clients.lambda }, { FunctionName });
      for await (const { EventSourceMappings = [] } of pages) {
        for (const { EventSourceArn = "", State = "" } of EventSourceMappings)
          feeds.push({ queueArn: EventSourceArn, isEnabled: FEEDING.includes(State) });
      }
      return feeds;
    },
    pendingVersions: (group) => overview.versions(group, "PendingManualApproval"),
    executions: (pipelineArn, since) => overview.executions(pipelineArn, since),
    trails: () => deployedTrails(clients.cloudTrail),
  };
}
