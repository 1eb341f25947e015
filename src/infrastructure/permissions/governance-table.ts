import {
  CITED_PREFIX,
  checksRepositoryName,
  evidenceBucketName,
  functionArn,
  functionVersions,
  MARKERS_PREFIX,
  modelPackageArnPattern,
  pipelineArn,
  verdictBucketName,
} from "../../contract/names";
import { languageGroups } from "../evidence-sources";
import { devPlaceOf, type GovernanceConfig, placeOf } from "../stack-config";
import { auditTable } from "./audit-table";
import { carrying, LIST, READ_VERSION } from "./carrying";
import { consumerTable } from "./consumer-table";
import type { Grant, Resource } from "./grant";
import { INFERENCE, languageTable } from "./language-table";
import { ledgerTable } from "./ledger-table";
import { peopleTable } from "./people-table";
import { ownRole } from "./principals";
import { runFunction, runJobs, takeMessages, useJobContainer } from "./running";

/** Beginnings of keys in the verdict bucket, one for each writer. */
const VERDICTS = "governance-pipeline/processor/";
const WRITE_ONCE = ["s3:GetObject", "s3:PutObject"];

/** Who does what in the governance account: the table that all its roles' and resources' policies are made from. */
export function governanceTable(config: GovernanceConfig): Grant[] {
  const shared = {
    ...{ versions: versionsOf(config), tellPeople },
    describeVersions: (who: Grant["who"]) => describeVersions(config, who),
  };
  const language = languageAlone(config);
  return [
    ...startGrants(config),
    ...pipelineGrants(config),
    ...validateGrants(config),
    ...decideGrants(config),
    ...languageTable(config, {
      ...shared,
      describeVersions: (who) => describeVersions(language, who),
      readEvidence: (who) => readEvidence(language, who),
      verdictObjects: (who, keys) =>
        verdictObjects(config, who, keys, WRITE_ONCE, ["kms:Decrypt", "kms:GenerateDataKey"]),
      checksRepository: checksRepositoryOf(config),
    }),
    ...ledgerTable(config, { ...shared, verdicts: VERDICTS }),
    ...peopleTable(config, shared),
    ...consumerTable(config),
    ...auditTable(config, checksRepositoryOf(config)),
    ...carriersOf(config),
  ];
}

/** Groups of language models, and the dev accounts that register in them. */
function languageAlone(config: GovernanceConfig): GovernanceConfig {
  const groups = languageGroups(config);
  const isTheirs = (account: string) => groups.some(({ accounts }) => accounts.includes(account));
  return { ...config, groups, devAccounts: config.devAccounts.filter(({ account }) => isTheirs(account)) };
}

/** Each dev account's carrier, in its own evidence bucket. */
const carriersOf = (config: GovernanceConfig): Grant[] =>
  config.devAccounts.flatMap((dev) =>
    carrying({
      naming: config,
      transfer: dev.transfer,
      dev: devPlaceOf(config, dev),
      governanceRegion: config.region,
    }),
  );

function startGrants(config: GovernanceConfig): Grant[] {
  const who = [ownRole(config, "start", placeOf(config))];
  return [
    ...takeMessages(who),
    { sid: "SendItselfMessages", who, may: ["sqs:SendMessage"], on: [{ made: "queue" }] },
    describeVersions(config, who),
    ...readEvidence(config, who),
    ...verdictObjects(config, who, [MARKERS_PREFIX], WRITE_ONCE, ["kms:Decrypt", "kms:GenerateDataKey"]),
    {
      sid: "StartExecutions",
      who,
      may: ["sagemaker:StartPipelineExecution", "sagemaker:ListPipelineExecutions"],
      on: [{ arn: pipelineArn(placeOf(config)) }],
    },
    ...tellPeople(who),
    ...runFunction(config, placeOf(config), who, "start"),
  ];
}

function pipelineGrants(config: GovernanceConfig): Grant[] {
  const who = [ownRole(config, "pipeline", placeOf(config))];
  const invoke = (...steps: ("validate" | "decide")[]): Grant => ({
    sid: "InvokeSteps",
    who,
    may: ["lambda:InvokeFunction"],
    on: steps.map((of) => ({ arn: functionVersions(functionArn(config.prefix, of, placeOf(config))) })),
  });
  switch (config.runner) {
    case "lambda":
      return [invoke("validate", "decide")];
    case "processing":
      return [invoke("decide"), ...runJobs(placeOf(config), who, ownRole(config, "validate", placeOf(config)))];
  }
}

function validateGrants(config: GovernanceConfig): Grant[] {
  const who = [ownRole(config, "validate", placeOf(config))];
  return [
    describeVersions(config, who),
    ...readEvidence(config, who),
    ...verdictObjects(config, who, [VERDICTS], WRITE_ONCE, ["kms:Decrypt", "kms:GenerateDataKey"]),
    {
      sid: "ReadWhatIsCited",
      who,
      may: ["s3:GetObject"],
      on: [{ bucket: verdictBucketName(config.prefix, placeOf(config)), keys: CITED_PREFIX }],
    },
    ...readInference(config, who),
    ...(config.runner === "lambda"
      ? runFunction(config, placeOf(config), who, "validate")
      : useJobContainer(config, placeOf(config), who, checksRepositoryOf(config))),
  ];
}

/** Name of the repository that holds the image that runs, which CI may keep elsewhere than in the stack's own. */
export const checksRepositoryOf = ({ prefix, checksImage }: GovernanceConfig): string =>
  /\/(.+)@/.exec(checksImage ?? "")?.[1] ?? checksRepositoryName(prefix);

/** The one role that sets a status. */
function decideGrants(config: GovernanceConfig): Grant[] {
  const who = [ownRole(config, "decide", placeOf(config))];
  return [
    describeVersions(config, who),
    {
      sid: "SetStatus",
      who,
      may: ["sagemaker:UpdateModelPackage"],
      on: versionsOf(config),
      when: { StringEquals: { "sagemaker:ModelApprovalStatus": ["Approved", "Rejected"] } },
    },
    // It notes there whom it told.
    ...verdictObjects(config, who, [VERDICTS], ["s3:GetObject"], ["kms:Decrypt", "kms:GenerateDataKey"]),
    ...tellPeople(who),
    ...runFunction(config, placeOf(config), who, "decide"),
  ];
}

const versionsOf = (config: GovernanceConfig): Resource[] =>
  config.groups.map(({ name }) => ({ arn: modelPackageArnPattern(placeOf(config), name) }));

const describeVersions = (config: GovernanceConfig, who: Grant["who"]): Grant => ({
  sid: "DescribeVersions",
  who,
  may: ["sagemaker:DescribeModelPackage"],
  on: versionsOf(config),
});

function readEvidence({ prefix, region, devAccounts }: GovernanceConfig, who: Grant["who"]): Grant[] {
  const buckets = devAccounts.map(({ account }) => ({ bucket: evidenceBucketName(prefix, account, region) }));
  const keys = devAccounts.map(({ account }) => ({ made: `evidence-key-${account}` as const }));
  return [
    { sid: "ReadEvidence", who, may: [READ_VERSION], on: buckets.map(({ bucket }) => ({ bucket, keys: "" })) },
    { sid: "ListEvidence", who, may: LIST, on: buckets },
    { sid: "OpenEvidence", who, may: ["kms:Decrypt"], on: keys },
  ];
}

/** What the collecting step wrote, for validate alone; there where a group is one of language models. */
function readInference(config: GovernanceConfig, who: Grant["who"]): Grant[] {
  if (languageGroups(config).length === 0) return [];
  const bucket = verdictBucketName(config.prefix, placeOf(config));
  return [{ sid: "ReadInference", who, may: ["s3:GetObject"], on: [{ bucket, keys: INFERENCE }] }];
}

/** @param keys beginnings of the keys in the verdict bucket that the process has to do with */
function verdictObjects(
  config: GovernanceConfig,
  who: Grant["who"],
  keys: readonly string[],
  may: readonly string[],
  mayWithKey: readonly string[],
): Grant[] {
  const bucket = verdictBucketName(config.prefix, placeOf(config));
  return [
    { sid: "UseVerdictBucket", who, may, on: keys.map((beginning) => ({ bucket, keys: beginning })) },
    // Without it a key that isn't there reads as access denied.
    { sid: "ListVerdictBucket", who, may: ["s3:ListBucket"], on: [{ bucket }] },
    { sid: "UseVerdictKey", who, may: mayWithKey, on: [{ made: "verdict-key" }] },
  ];
}

const tellPeople = (who: Grant["who"]): Grant[] => [
  { sid: "TellPeople", who, may: ["sns:Publish"], on: [{ made: "notice-topic" }] },
  { sid: "SealNotices", who, may: ["kms:Decrypt", "kms:GenerateDataKey"], on: [{ made: "notice-key" }] },
];
