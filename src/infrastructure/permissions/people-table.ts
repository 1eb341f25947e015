import {
  RECORDS_PREFIX,
  REQUESTS_PREFIX,
  recordBucketName,
  requestsArn,
  verdictBucketName,
} from "../../contract/names";
import { type GovernanceConfig, placeOf } from "../stack-config";
import type { Grant, Principal } from "./grant";
import type { SharedGrants } from "./ledger-table";
import { existingRole, ownRole } from "./principals";
import { takeMessages, writeLogs } from "./running";

/** What the people who decide act as: one role, none where nobody does. */
export function reviewersOf(config: GovernanceConfig): Principal[] {
  if (config.reviewers === undefined) return [];
  const { permissionSetRole } = config.reviewers;
  const place = placeOf(config);
  return [
    permissionSetRole === undefined ? ownRole(config, "reviewer", place) : existingRole(permissionSetRole.arn, place),
  ];
}

/** Who does what where people decide. A person asks; what decides is the deciding role's function. */
export function peopleTable(config: GovernanceConfig, shared: OfVersions): Grant[] {
  const who = reviewersOf(config);
  return who.length === 0 ? [] : [...askGrants(config, who, shared), ...answerGrants(config)];
}

type OfVersions = Pick<SharedGrants, "versions" | "describeVersions">;

function askGrants(config: GovernanceConfig, who: Grant["who"], { versions, describeVersions }: OfVersions): Grant[] {
  const bucket = recordBucketName(config.prefix, placeOf(config));
  return [
    {
      sid: "AskForDecision",
      who,
      may: ["sqs:SendMessage"],
      on: [{ arn: requestsArn(config.prefix, placeOf(config)) }],
    },
    { sid: "ReadRecords", who, may: ["s3:GetObject"], on: [{ bucket, keys: RECORDS_PREFIX }] },
    {
      sid: "ListRecords",
      who,
      may: ["s3:ListBucket"],
      on: [{ bucket }],
      when: { StringLike: { "s3:prefix": `${RECORDS_PREFIX}*` } },
    },
    { sid: "OpenRecords", who, may: ["kms:Decrypt"], on: [{ made: "record-key" }] },
    describeVersions(who),
    { sid: "ListVersions", who, may: ["sagemaker:ListModelPackages"], on: versions },
  ];
}

/** Only the deciding role decides, so the function that people's requests go to runs under it. */
function answerGrants(config: GovernanceConfig): Grant[] {
  const place = placeOf(config);
  const who = [ownRole(config, "decide", place)];
  const bucket = verdictBucketName(config.prefix, place);
  return [
    ...takeMessages(who, { arn: requestsArn(config.prefix, place) }),
    { sid: "AskStart", who, may: ["sqs:SendMessage"], on: [{ made: "queue" }] },
    {
      sid: "KeepRequests",
      who,
      may: ["s3:GetObject", "s3:PutObject"],
      on: [{ bucket, keys: REQUESTS_PREFIX }],
    },
    writeLogs(config.prefix, place, who, "review", "WriteReviewLogs"),
  ];
}
