import { ECRClient, GetRepositoryPolicyCommand } from "@aws-sdk/client-ecr";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetKeyPolicyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetBucketVersioningCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  DescribeModelPackageGroupCommand,
  GetModelPackageGroupPolicyCommand,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { paginateListQueues, SQSClient } from "@aws-sdk/client-sqs";
import { formatArn, parseArn } from "../contract/arn";
import type { Place } from "../contract/names";
import { type ClientConfig, clientConfigIn } from "./account-credentials";
import { isAwsError, unlessMissing } from "./aws-error";

/**
 * What an account has that a stack names and doesn't make, by calls that only read. A document that isn't there is
 * undefined. A thing that isn't there, or that may not be read, is an Error that says so.
 */
export interface ExistingThings {
  /** JSON. */
  groupPolicy(group: string): Promise<string | undefined>;
  /** JSON. */
  bucketPolicy(bucket: string): Promise<string | undefined>;
  /** As S3 gives it. */
  notifications(bucket: string): Promise<unknown>;
  /** As S3 gives it. */
  replication(bucket: string): Promise<unknown>;
  isVersioned(bucket: string): Promise<boolean>;
  /** JSON. */
  repositoryPolicy(repository: string): Promise<string | undefined>;
  /** JSON. */
  keyPolicy(arn: string): Promise<string | undefined>;
  roleArn(name: string): Promise<string | undefined>;
  /** ARNs of the queues whose names begin so. */
  queues(beginning: string): Promise<readonly string[]>;
}

const MISSING = ["NoSuchBucket", "RepositoryNotFoundException", "NotFoundException"];
const REFUSED = ["AccessDenied", "AccessDeniedException", "Forbidden"];

/** @throws Error that names the thing, and the action that the deployer lacks */
async function asked<T>(action: string, thing: string, call: Promise<T>, none: readonly string[] = []) {
  try {
    return await unlessMissing(none, call);
  } catch (error) {
    if (isAwsError(error, ...MISSING)) throw new Error(`there is no ${thing}; name one that is there`);
    if (!isAwsError(error, ...REFUSED)) throw error;
    throw new Error(
      `AWS refuses ${action} on ${thing}: let the deployer do that, and look whether it is this account's (${String(error)})`,
    );
  }
}

/** The things of that account, asked for with the credentials that deploy, and only when the first is asked for. */
export function existingThings(place: Place & { assumeRole?: string }): ExistingThings {
  let reached: Promise<ClientConfig> | undefined;
  const config = () => {
    reached ??= clientConfigIn(place);
    return reached;
  };
  const s3 = async () => new S3Client(await config());
  const ofBucket = (Bucket: string) => ({ Bucket, ExpectedBucketOwner: place.account });
  return {
    async groupPolicy(ModelPackageGroupName) {
      const client = new SageMakerClient(await config());
      const thing = `model package group ${ModelPackageGroupName}`;
      // SageMaker has no error of its own for a missing group or policy; a configured name is otherwise valid.
      const none = ["ValidationException", "ResourceNotFound"];
      const described = client.send(new DescribeModelPackageGroupCommand({ ModelPackageGroupName }));
      if ((await asked("sagemaker:DescribeModelPackageGroup", thing, described, none)) === undefined)
        throw new Error(`there is no ${thing}; without existing: true the stack makes it`);
      const policy = client.send(new GetModelPackageGroupPolicyCommand({ ModelPackageGroupName }));
      return (await asked("sagemaker:GetModelPackageGroupPolicy", thing, policy, none))?.ResourcePolicy;
    },
    async bucketPolicy(bucket) {
      const call = (await s3()).send(new GetBucketPolicyCommand(ofBucket(bucket)));
      return (await asked("s3:GetBucketPolicy", `bucket ${bucket}`, call, ["NoSuchBucketPolicy"]))?.Policy;
    },
    async notifications(bucket) {
      const call = (await s3()).send(new GetBucketNotificationConfigurationCommand(ofBucket(bucket)));
      return asked("s3:GetBucketNotification", `bucket ${bucket}`, call);
    },
    async replication(bucket) {
      const call = (await s3()).send(new GetBucketReplicationCommand(ofBucket(bucket)));
      const none = ["ReplicationConfigurationNotFoundError"];
      const found = await asked("s3:GetReplicationConfiguration", `bucket ${bucket}`, call, none);
      return found?.ReplicationConfiguration;
    },
    async isVersioned(bucket) {
      const call = (await s3()).send(new GetBucketVersioningCommand(ofBucket(bucket)));
      return (await asked("s3:GetBucketVersioning", `bucket ${bucket}`, call))?.Status === "Enabled";
    },
    async repositoryPolicy(repositoryName) {
      const call = new ECRClient(await config()).send(new GetRepositoryPolicyCommand({ repositoryName }));
      const none = ["RepositoryPolicyNotFoundException"];
      return (await asked("ecr:GetRepositoryPolicy", `repository ${repositoryName}`, call, none))?.policyText;
    },
    async keyPolicy(KeyId) {
      const region = parseArn(KeyId)?.region ?? place.region;
      const call = new KMSClient({ ...(await config()), region }).send(
        new GetKeyPolicyCommand({ KeyId, PolicyName: "default" }),
      );
      return (await asked("kms:GetKeyPolicy", `key ${KeyId}`, call))?.Policy;
    },
    async roleArn(RoleName) {
      const call = new IAMClient(await config()).send(new GetRoleCommand({ RoleName }));
      const found = await asked("iam:GetRole", `role ${RoleName}`, call, ["NoSuchEntityException"]);
      return found?.Role?.Arn;
    },
    async queues(QueueNamePrefix) {
      const client = new SQSClient(await config());
      const list = async () => {
        const names: string[] = [];
        for await (const { QueueUrls = [] } of paginateListQueues({ client }, { QueueNamePrefix }))
          names.push(...QueueUrls.flatMap((url) => url.split("/").at(-1) ?? []));
        return names;
      };
      const names = (await asked("sqs:ListQueues", `queues named ${QueueNamePrefix}*`, list())) ?? [];
      return names.map((resource) => formatArn({ ...place, service: "sqs", resource }));
    },
  };
}
