import {
  NOTED_PREFIX,
  notedPrefix,
  RECORDS_PREFIX,
  recordBucketName,
  revocationsArn,
  verdictBucketName,
} from "../../contract/names";
import { type GovernanceConfig, placeOf } from "../stack-config";
import type { Grant, Principal, Resource } from "./grant";
import type { SharedGrants } from "./ledger-table";
import { reviewersOf } from "./people-table";
import { ownRole } from "./principals";
import { runFunction, takeMessages } from "./running";

/** Who keeps what was approved as it was approved: the watcher sees, and revoke alone takes an approval back. */
export const watchTable = (config: GovernanceConfig, shared: SharedGrants): Grant[] => [
  ...watchGrants(config, shared),
  ...revokeGrants(config, shared),
  {
    sid: "AskToRevoke",
    who: mayAskToRevoke(config),
    may: ["sqs:SendMessage"],
    on: [{ arn: revocationsArn(config.prefix, placeOf(config)) }],
  },
];

/** Whose messages revoke takes. */
export const mayAskToRevoke = (config: GovernanceConfig): Principal[] => [
  ownRole(config, "watch", placeOf(config)),
  ...reviewersOf(config),
];

/** Keys whose signatures on records are looked at. */
export const believedOnRecords = ({ signingKeys: { former } }: GovernanceConfig): Resource[] => [
  { made: "record-signing-key" },
  { made: "revocation-signing-key" },
  ...[...former.records, ...former.revocations].map((arn) => ({ arn })),
];

function watchGrants(config: GovernanceConfig, { describeVersions, tellPeople }: SharedGrants): Grant[] {
  const who = [ownRole(config, "watch", placeOf(config))];
  return [
    ...takeMessages(who, { made: "watch-queue" }),
    describeVersions(who),
    ...readRecords(config, who, ["s3:GetObject"], ["kms:Decrypt"]),
    { sid: "ReadBelievedKeys", who, may: ["kms:GetPublicKey"], on: believedOnRecords(config) },
    ...noteWhatWasTold(config, who, NOTED_PREFIX),
    ...tellPeople(who),
    ...runFunction(config, placeOf(config), who, "watch"),
  ];
}

/** It sets no status but Rejected, and its key signs nothing but revocations. */
function revokeGrants(config: GovernanceConfig, { describeVersions, versions, tellPeople }: SharedGrants): Grant[] {
  const who = [ownRole(config, "revoke", placeOf(config))];
  return [
    ...takeMessages(who, { arn: revocationsArn(config.prefix, placeOf(config)) }),
    describeVersions(who),
    { sid: "ListVersions", who, may: ["sagemaker:ListModelPackages"], on: versions },
    {
      sid: "SetRejected",
      who,
      may: ["sagemaker:UpdateModelPackage"],
      on: versions,
      when: { StringEquals: { "sagemaker:ModelApprovalStatus": "Rejected" } },
    },
    ...readRecords(config, who, ["s3:GetObject", "s3:PutObject"], ["kms:Decrypt", "kms:GenerateDataKey"]),
    { sid: "Sign", who, may: ["kms:Sign"], on: [{ made: "revocation-signing-key" }] },
    { sid: "ReadBelievedKeys", who, may: ["kms:GetPublicKey"], on: believedOnRecords(config) },
    // What it notes begins so, whatever the attempt.
    ...noteWhatWasTold(config, who, notedPrefix("revoked-1").slice(0, -"1/".length)),
    ...tellPeople(who),
    ...runFunction(config, placeOf(config), who, "revoke"),
  ];
}

function readRecords(
  config: GovernanceConfig,
  who: Grant["who"],
  may: readonly string[],
  mayWithKey: readonly string[],
): Grant[] {
  const bucket = recordBucketName(config.prefix, placeOf(config));
  return [
    { sid: "UseRecordBucket", who, may, on: [{ bucket, keys: RECORDS_PREFIX }] },
    { sid: "ListRecordBucket", who, may: ["s3:ListBucket"], on: [{ bucket }] },
    { sid: "UseRecordKey", who, may: mayWithKey, on: [{ made: "record-key" }] },
  ];
}

function noteWhatWasTold(config: GovernanceConfig, who: Grant["who"], keys: string): Grant[] {
  const bucket = verdictBucketName(config.prefix, placeOf(config));
  return [
    { sid: "NoteWhatWasTold", who, may: ["s3:GetObject", "s3:PutObject"], on: [{ bucket, keys }] },
    { sid: "ListVerdictBucket", who, may: ["s3:ListBucket"], on: [{ bucket }] },
    { sid: "UseVerdictKey", who, may: ["kms:Decrypt", "kms:GenerateDataKey"], on: [{ made: "verdict-key" }] },
  ];
}
