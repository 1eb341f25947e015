import { type IamRequest, requestFor } from "./request";

/** `<account>.dkr.ecr.<region>.amazonaws.com/<repository>@<digest>`, of ECR; other registries ask for nothing. */
const IMAGE = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^@:]+)/;

/** What SageMaker asks in a role's name to pull a container's image. */
export function pullRequests(role: string, image: string): IamRequest[] {
  const [, account, region, repository] = IMAGE.exec(image) ?? [];
  if (repository === undefined) return [];
  const arn = `arn:${role.split(":")[1]}:ecr:${region}:${account}:repository/${repository}`;
  return [
    requestFor(role, "ecr:GetAuthorizationToken", "*"),
    ...["BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer"].map((action) =>
      requestFor(role, `ecr:${action}`, arn),
    ),
  ];
}

/**
 * What a service asks in a role's name to write a log.
 * @param group ARN of the log group
 * @param makes whether the service makes the group, and looks whether its stream is there
 */
export const logRequests = (
  role: string,
  group: string,
  makes: "stream" | "group" | "group and looks",
): IamRequest[] => [
  ...(makes === "stream" ? [] : [requestFor(role, "logs:CreateLogGroup", group)]),
  requestFor(role, "logs:CreateLogStream", `${group}:log-stream:local`),
  ...(makes === "group and looks" ? [requestFor(role, "logs:DescribeLogStreams", group)] : []),
  requestFor(role, "logs:PutLogEvents", `${group}:log-stream:local`),
];
