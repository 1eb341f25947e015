/** Why something stays allowed that no run used: it holds for each of these roles, statements and actions. */
export interface Stays {
  roles: readonly string[];
  sids: readonly string[];
  actions: readonly string[];
  why: string;
}

const NOTICE_KEY = ["kms:Decrypt", "kms:GenerateDataKey"];
const PARTS = ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"];

/** No line of the report is without one, and none is left over. */
export const REASONS_TO_STAY: readonly Stays[] = [
  {
    roles: ["mg-reconcile"],
    sids: ["AskWatch"],
    actions: ["sqs:SendMessage"],
    why: "The runs lose no event of an approval that isn't as recorded, so the watcher has seen each before.",
  },
  {
    roles: ["mg-collect", "mg-validate", "mg-start"],
    sids: ["ListEvidence"],
    actions: ["s3:ListBucket"],
    why: "Without it, evidence that isn't there reads as access denied, which is our fault instead of the team's.",
  },
  {
    roles: ["mg-validate"],
    sids: ["ListPrompts"],
    actions: ["s3:ListBucket"],
    why: "A prompt set that isn't there would read as access denied.",
  },
  {
    roles: ["mg-validate"],
    sids: ["UseRecordKey"],
    actions: ["kms:Decrypt"],
    why: "It looks whether a policy or a bundle is kept already; that HeadObject needs no key where no checksum is asked for isn't documented.",
  },
  {
    roles: ["mg-pipeline"],
    sids: ["RunJobs", "RunJobsThatAsk"],
    actions: ["sagemaker:StopProcessingJob"],
    why: "Stopping an execution stops its job, which goes on costing otherwise.",
  },
  {
    roles: ["mg-collect"],
    sids: ["CopyModelData"],
    actions: PARTS,
    why: "Model data above 5 GiB are copied in parts, and a copy that broke off is taken up again.",
  },
  {
    roles: ["mg-collect"],
    sids: ["ListModelData"],
    actions: ["s3:ListBucketMultipartUploads"],
    why: "It finds the upload that broke off.",
  },
  {
    roles: ["mg-collect"],
    sids: ["TellPeople"],
    actions: ["sns:Publish"],
    why: "It tells of a model that can't be served, and of spending that reached its limit.",
  },
  {
    roles: ["mg-clean-up"],
    sids: ["TellPeople"],
    actions: ["sns:Publish"],
    why: "It tells of what it took away.",
  },
  {
    roles: ["mg-reconcile"],
    sids: ["TellPeople"],
    actions: ["sns:Publish"],
    why: "It tells of a version that it gave up on, and of what the watcher wasn't told.",
  },
  {
    roles: ["mg-collect", "mg-clean-up", "mg-reconcile"],
    sids: ["SealNotices"],
    actions: NOTICE_KEY,
    why: "The topic's key, for what is told.",
  },
  {
    roles: ["mg-serving"],
    sids: ["ListModelData"],
    actions: ["s3:ListBucket"],
    why: "Model data of several files below a prefix, which the samples don't have.",
  },
  {
    roles: ["mg-serving"],
    sids: ["PullModelImages"],
    actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    why: "The samples' models run in images of the governance account; a team's own image is in its dev account.",
  },
  {
    roles: ["mg-clean-up"],
    sids: ["TakeTemporaryThingsAway"],
    actions: [
      "sagemaker:ListTags",
      "sagemaker:DeleteModel",
      "sagemaker:DeleteEndpointConfig",
      "sagemaker:DeleteEndpoint",
    ],
    why: "No run leaves an endpoint behind; a job that SageMaker ends in the middle does.",
  },
  {
    roles: ["mg-start"],
    sids: ["StartLanguageExecutions"],
    actions: ["sagemaker:ListPipelineExecutions"],
    why: "It looks for an execution whose start it didn't hear the end of; no run breaks that off for a language model.",
  },
  {
    roles: ["mg-decide"],
    sids: ["NoteWhatWasTold"],
    actions: ["s3:GetObject", "s3:PutObject"],
    why: "No sample's policy leaves a decision to a person; whoever does is told once.",
  },
  {
    roles: ["mg-reconcile"],
    sids: ["EndExecutions"],
    actions: ["sagemaker:StopPipelineExecution"],
    why: "It ends an execution that hangs.",
  },
  {
    roles: ["mg-reconcile"],
    sids: ["EndExecutions"],
    actions: ["sagemaker:DescribePipelineExecution"],
    why: "Executions of language models go wrong too; in the runs only those of the other pipeline did.",
  },
  {
    roles: ["mg-reconcile"],
    sids: ["ReadMarkers"],
    actions: ["s3:GetObject"],
    why: "Before people are told, it looks whether they were.",
  },
  {
    roles: ["mg-watch", "mg-revoke"],
    sids: ["UseVerdictKey"],
    actions: ["kms:Decrypt"],
    why: "It reads what it noted before, where an event comes again.",
  },
  {
    roles: ["mg-revoke"],
    sids: ["DescribeVersions", "ListVersions", "SetRejected"],
    actions: ["sagemaker:DescribeModelPackage", "sagemaker:ListModelPackages", "sagemaker:UpdateModelPackage"],
    why: "An approval of any configured group can be taken back; the runs do it in one.",
  },
  {
    roles: ["mg-reviewer"],
    sids: ["DescribeVersions", "ListVersions"],
    actions: ["sagemaker:DescribeModelPackage", "sagemaker:ListModelPackages"],
    why: "People look at versions of any configured group; in the runs of one.",
  },
  {
    roles: ["mg-copy"],
    sids: ["ReadArtifacts"],
    actions: ["s3:GetObject"],
    why: "An existing bucket may keep no versions; then there is none to name.",
  },
  {
    roles: ["mg-copy"],
    sids: ["ListArtifacts"],
    actions: ["s3:ListBucket", "s3:ListBucketVersions"],
    why: "Without them an object or a version that a team deleted meanwhile reads as access denied.",
  },
  {
    roles: ["mg-copy"],
    sids: ["ListEvidence"],
    actions: ["s3:ListBucket"],
    why: "Without it a key that isn't there reads as access denied.",
  },
  {
    roles: ["mg-copy"],
    sids: ["PutEvidence"],
    actions: PARTS,
    why: "Evidence above 5 GiB is copied in parts, and a copy that broke off is taken up again.",
  },
  {
    roles: ["mg-copy"],
    sids: ["ListEvidence"],
    actions: ["s3:ListBucketMultipartUploads"],
    why: "It finds the upload that broke off.",
  },
  {
    roles: ["ml-build"],
    sids: ["ReadVersions"],
    actions: ["sagemaker:DescribeModelPackage", "sagemaker:ListModelPackages"],
    why: "Teams look how their versions were decided.",
  },
  {
    roles: ["ml-build"],
    sids: ["ReadGroup"],
    actions: ["sagemaker:DescribeModelPackageGroup"],
    why: "What SageMaker's SDK asks before it registers.",
  },
  {
    roles: ["ml-build"],
    sids: ["WriteArtifacts"],
    actions: ["s3:GetObject", ...PARTS],
    why: "Teams read what they wrote, and the CLI uploads large files in parts.",
  },
  {
    roles: ["ml-build"],
    sids: ["ListArtifacts"],
    actions: ["s3:ListBucket"],
    why: "Teams look what lies in their bucket.",
  },
  {
    roles: ["ml-build"],
    sids: ["SealArtifacts"],
    actions: ["kms:Decrypt"],
    why: "Reading what they wrote, and uploads in parts.",
  },
  {
    roles: ["mg-auditor"],
    sids: [
      ...[
        "AuditVersions",
        "AuditGroups",
        "AuditExecutions",
        "AuditObjects",
        "AuditBuckets",
        "OpenForAudit",
        "AuditKeys",
      ],
      ...["AuditRoles", "AuditFunctions", "AuditRules", "AuditQueues", "AuditAlarms", "AuditNotices", "AuditImages"],
      "AuditLists",
    ],
    actions: [
      ...["sagemaker:DescribeModelPackage", "sagemaker:DescribeModelPackageGroup", "sagemaker:DescribePipeline"],
      ...["sagemaker:DescribePipelineDefinitionForExecution", "sagemaker:DescribePipelineExecution"],
      ...[
        "sagemaker:GetModelPackageGroupPolicy",
        "sagemaker:ListModelPackages",
        "sagemaker:ListPipelineExecutionSteps",
      ],
      ...["sagemaker:ListPipelineExecutions", "sagemaker:ListPipelineParametersForExecution"],
      ...["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectRetention", "s3:ListBucket", "s3:ListBucketVersions"],
      ...["s3:GetBucketPolicy", "s3:GetEncryptionConfiguration", "s3:GetBucketVersioning"],
      ...["s3:GetBucketPublicAccessBlock", "s3:GetBucketObjectLockConfiguration", "s3:GetLifecycleConfiguration"],
      ...["kms:Decrypt", "kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:GetPublicKey"],
      ...["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"],
      ...["lambda:GetFunctionConfiguration", "lambda:GetPolicy", "lambda:ListAliases", "lambda:ListVersionsByFunction"],
      ...["lambda:ListEventSourceMappings", "events:DescribeRule", "events:ListTargetsByRule"],
      ...["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "cloudwatch:DescribeAlarms"],
      ...["sns:GetTopicAttributes", "ecr:DescribeImages", "ecr:GetRepositoryPolicy", "cloudtrail:DescribeTrails"],
    ],
    why: "An auditor has no part in the flow: `governance doctor`, `ledger fetch` and `verify` read with it, or a person in the console, and nothing of it changes anything.",
  },
];
