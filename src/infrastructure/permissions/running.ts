import { formatArn } from "../../contract/arn";
import { type FunctionOf, functionName, type Place } from "../../contract/names";
import type { Grant, Principal, Resource } from "./grant";

/** What Lambda needs under a function's role to hand it a queue's messages. */
export const takeMessages = (who: Grant["who"], queue: Resource = { made: "queue" }): Grant[] => [
  {
    sid: "TakeMessages",
    who,
    may: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    on: [queue],
  },
];

/** Network of functions and jobs. */
export interface Network {
  subnetIds: readonly string[];
  securityGroupIds: readonly string[];
}

interface Runs {
  prefix: string;
  vpc?: Network;
}

/** A function writes into its own log group, which the program makes, and lies in the network, where one is configured. */
export const runFunction = ({ prefix, vpc }: Runs, place: Place, who: Grant["who"], of: FunctionOf): Grant[] => [
  writeLogs(prefix, place, who, of),
  ...(vpc === undefined ? [] : lambdaInterfaces(vpc, place, who)),
];

/** @param sid another one for the second function of a role */
export const writeLogs = (
  prefix: string,
  place: Place,
  who: Grant["who"],
  of: FunctionOf,
  sid = "WriteLogs",
): Grant => ({
  sid,
  who,
  may: ["logs:CreateLogStream", "logs:PutLogEvents"],
  on: [
    { arn: formatArn({ ...place, service: "logs", resource: `log-group:/aws/lambda/${functionName(prefix, of)}:*` }) },
  ],
});

/** Actions on network interfaces that EC2 takes no resource for. */
const DESCRIBE_INTERFACES = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"];

const inNetwork = ({ subnetIds, securityGroupIds }: Network, place: Place): Resource[] => {
  const ec2 = (resource: string) => ({ arn: formatArn({ ...place, service: "ec2", resource }) });
  return [
    ec2("network-interface/*"),
    ...subnetIds.map((id) => ec2(`subnet/${id}`)),
    ...securityGroupIds.map((id) => ec2(`security-group/${id}`)),
  ];
};

/** What Lambda needs under a function's role to put it into a network (Lambda's developer guide, execution role). */
const lambdaInterfaces = (network: Network, place: Place, who: Grant["who"]): Grant[] => [
  {
    sid: "MakeInterfaces",
    who,
    may: [
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
    ],
    on: inNetwork(network, place),
  },
  { sid: "SeeInterfaces", who, may: DESCRIBE_INTERFACES, on: [{ arn: "*" }] },
];

/** What SageMaker needs under a Processing job's role to put it into a network (SageMaker's developer guide, roles). */
const jobInterfaces = (network: Network, place: Place, who: Grant["who"]): Grant[] => [
  {
    sid: "MakeInterfaces",
    who,
    may: [
      "ec2:CreateNetworkInterface",
      "ec2:CreateNetworkInterfacePermission",
      "ec2:DeleteNetworkInterface",
      "ec2:DeleteNetworkInterfacePermission",
    ],
    on: inNetwork(network, place),
  },
  {
    sid: "SeeInterfaces",
    who,
    may: [...DESCRIBE_INTERFACES, "ec2:DescribeVpcs", "ec2:DescribeDhcpOptions", "ec2:DescribeSecurityGroups"],
    on: [{ arn: "*" }],
  },
];

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
export function useJobContainer({ vpc }: Runs, place: Place, who: Grant["who"], repository: string): Grant[] {
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
    ...(vpc === undefined ? [] : jobInterfaces(vpc, place, who)),
  ];
}
