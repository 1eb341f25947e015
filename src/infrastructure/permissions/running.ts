import { formatArn } from "../../contract/arn";
import { type FunctionOf, functionName, type Place } from "../../contract/names";
import type { Grant, Principal } from "./grant";

/** What Lambda needs under a function's role to hand it a queue's messages. */
export const takeMessages = (who: Grant["who"]): Grant[] => [
  {
    sid: "TakeMessages",
    who,
    may: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    on: [{ made: "queue" }],
  },
];

/** A function writes into its own log group, which the program makes. */
export const writeLogs = (prefix: string, place: Place, who: Grant["who"], of: FunctionOf): Grant => ({
  sid: "WriteLogs",
  who,
  may: ["logs:CreateLogStream", "logs:PutLogEvents"],
  on: [
    { arn: formatArn({ ...place, service: "logs", resource: `log-group:/aws/lambda/${functionName(prefix, of)}:*` }) },
  ],
});

/** Pipelines runs a step as a Processing job, under the role that it passes on. Job names are of its own making. */
export const runJobs = (place: Place, who: Grant["who"], jobRole: Principal): Grant[] => [
  {
    sid: "RunJobs",
    who,
    may: [
      "sagemaker:CreateProcessingJob",
      "sagemaker:DescribeProcessingJob",
      "sagemaker:StopProcessingJob",
      "sagemaker:AddTags",
    ],
    on: [{ arn: formatArn({ ...place, service: "sagemaker", resource: "processing-job/pipelines-*" }) }],
  },
  {
    sid: "PassJobRole",
    who,
    may: ["iam:PassRole"],
    on: [{ arn: jobRole.arn }],
    when: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
  },
];

/** What SageMaker needs under a Processing job's role: its image, and logs, whose group all the account's jobs share. */
export function useJobContainer(place: Place, who: Grant["who"], repository: string): Grant[] {
  const logs = formatArn({ ...place, service: "logs", resource: "log-group:/aws/sagemaker/ProcessingJobs" });
  return [
    {
      sid: "PullImage",
      who,
      may: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      on: [{ arn: formatArn({ ...place, service: "ecr", resource: `repository/${repository}` }) }],
    },
    // ECR takes no resource here.
    { sid: "LogInToRegistry", who, may: ["ecr:GetAuthorizationToken"], on: [{ arn: "*" }] },
    {
      sid: "WriteLogs",
      who,
      may: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
      on: [{ arn: logs }, { arn: `${logs}:*` }],
    },
  ];
}
