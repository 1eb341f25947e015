import type { AccessRequest } from "../../src/local/access/decide";

const ACCOUNT = "444455556666";
const arn = (service: string, resource: string): string =>
  resource.startsWith("arn:") ? resource : `arn:aws:${service}:us-east-1:${ACCOUNT}:${resource}`;

type Asked = Omit<AccessRequest, "principal">;
type Input = Readonly<Record<string, unknown>>;
type Read = (input: Input) => { on: string; as?: string; context?: AccessRequest["context"] };

const bucket =
  (as?: string): Read =>
  ({ Bucket, Prefix }) => ({
    on: `arn:aws:s3:::${Bucket}`,
    ...(as && { as }),
    ...(Prefix !== undefined && { context: { "s3:prefix": String(Prefix) } }),
  });
const key: Read = ({ KeyId }) => ({ on: String(KeyId) });
const role: Read = ({ RoleName }) => ({ on: `arn:aws:iam::${ACCOUNT}:role/${RoleName}` });
const rule: Read = ({ Name, Rule }) => ({ on: arn("events", `rule/${Name ?? Rule}`) });
const run: Read = ({ FunctionName, Qualifier }) => ({
  on: arn("lambda", ["function", FunctionName, Qualifier].filter((part) => part !== undefined).join(":")),
});
const trail: Read = ({ Name, TrailName }) => ({ on: String(Name ?? TrailName) });
const everything: Read = () => ({ on: "*" });

/** Service, its operations, and what each is about; where IAM calls it otherwise, its name there. */
const OPERATIONS: Readonly<Record<string, Readonly<Record<string, Read>>>> = {
  s3: {
    HeadBucket: bucket("ListBucket"),
    ListObjectsV2: bucket("ListBucket"),
    ListObjectVersions: bucket("ListBucketVersions"),
    GetBucketPolicy: bucket(),
    GetBucketEncryption: bucket("GetEncryptionConfiguration"),
    GetBucketVersioning: bucket(),
    GetPublicAccessBlock: bucket("GetBucketPublicAccessBlock"),
    GetObjectLockConfiguration: bucket("GetBucketObjectLockConfiguration"),
    GetObject: ({ Bucket, Key, VersionId }) => ({
      on: `arn:aws:s3:::${Bucket}/${Key}`,
      ...(VersionId !== undefined && { as: "GetObjectVersion" }),
    }),
  },
  iam: { GetRole: role, ListRolePolicies: role, GetRolePolicy: role, ListAttachedRolePolicies: role },
  kms: { DescribeKey: key, GetKeyPolicy: key, GetPublicKey: key },
  sagemaker: {
    GetModelPackageGroupPolicy: ({ ModelPackageGroupName }) => ({
      on: arn("sagemaker", `model-package-group/${ModelPackageGroupName}`),
    }),
    ListModelPackages: ({ ModelPackageGroupName }) => ({
      on: arn("sagemaker", `model-package/${ModelPackageGroupName}/1`),
    }),
    ListPipelineExecutions: ({ PipelineName }) => ({ on: String(PipelineName) }),
    DescribeModelPackage: ({ ModelPackageName }) => ({ on: String(ModelPackageName) }),
  },
  events: { DescribeRule: rule, ListTargetsByRule: rule },
  lambda: {
    ListEventSourceMappings: everything,
    ListVersionsByFunction: run,
    ListAliases: run,
    GetPolicy: run,
  },
  sqs: {
    GetQueueUrl: ({ QueueName }) => ({ on: arn("sqs", String(QueueName)) }),
    GetQueueAttributes: ({ QueueUrl }) => ({ on: arn("sqs", String(QueueUrl).replace(/^.*\//, "")) }),
  },
  sns: { GetTopicAttributes: ({ TopicArn }) => ({ on: String(TopicArn) }) },
  ecr: {
    GetRepositoryPolicy: ({ repositoryName }) => ({ on: arn("ecr", `repository/${repositoryName}`) }),
    DescribeImages: ({ repositoryName }) => ({ on: arn("ecr", `repository/${repositoryName}`) }),
  },
  cloudtrail: { DescribeTrails: everything, GetTrailStatus: trail, GetEventSelectors: trail },
};

/**
 * What IAM is asked for a call of the SDK.
 * @throws Error for an operation that isn't known here
 */
export function requestFor(operation: string, input: object): Asked {
  const service = Object.keys(OPERATIONS).find((one) => OPERATIONS[one]?.[operation] !== undefined) ?? "";
  const read = OPERATIONS[service]?.[operation];
  if (read === undefined) throw new Error(`${operation}: it isn't known here what IAM is asked for it`);
  const { on, as = operation, context } = read({ ...input });
  return { action: `${service}:${as}`, resource: { arn: on, account: ACCOUNT }, ...(context && { context }) };
}
