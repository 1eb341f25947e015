import {
  BUNDLES_PREFIX,
  CHECKPOINTS_PREFIX,
  CITED_PREFIX,
  DEFINITIONS_PREFIX,
  evidenceBucketName,
  functionArn,
  functionVersions,
  MARKERS_PREFIX,
  NOTED_PREFIX,
  notedPrefix,
  ofLanguage,
  POLICIES_PREFIX,
  PROMPT_SETS_PREFIX,
  pipelineArn,
  RECORDS_PREFIX,
  type RoleOf,
  recordBucketName,
  verdictBucketName,
} from "../../contract/names";
import { languageGroups } from "../evidence-sources";
import { type GovernanceConfig, placeOf } from "../stack-config";
import type { Grant, Resource } from "./grant";
import { INFERENCE } from "./language-table";
import { ownRole, wholeAccount } from "./principals";
import { runFunction } from "./running";
import { believedOnRecords, watchTable } from "./watch-table";

/** What the table of the governance account says in the same way for other processes. */
export interface SharedGrants {
  versions: readonly Resource[];
  describeVersions(who: Grant["who"]): Grant;
  tellPeople(who: Grant["who"]): Grant[];
}

interface LedgerGrants extends SharedGrants {
  /** Beginning of the keys of checks.json. */
  verdicts: string;
}

/** Who does what to decision records, to the checkpoints over them, and to bring back what got lost. */
export const ledgerTable = (config: GovernanceConfig, shared: LedgerGrants): Grant[] => [
  ...keepWhatJudges(config),
  ...recordDecisions(config, shared),
  ...reconcileGrants(config, shared),
  ...checkpointGrants(config),
  ...watchTable(config, shared),
  // Whoever in the account may read a public key, may: auditors verify with it.
  {
    sid: "ReadPublicKeys",
    who: [wholeAccount(placeOf(config))],
    may: ["kms:GetPublicKey"],
    on: Object.values(SIGNING).map((made) => ({ made })),
  },
];

const roleOf = (config: GovernanceConfig, of: RoleOf): Grant["who"] => [ownRole(config, of, placeOf(config))];
const recordsOf = (config: GovernanceConfig): string => recordBucketName(config.prefix, placeOf(config));
const verdictsOf = (config: GovernanceConfig): string => verdictBucketName(config.prefix, placeOf(config));

/** ARNs of the pipelines that decide. */
export function pipelinesOf(config: GovernanceConfig): string[] {
  const arn = pipelineArn(placeOf(config));
  return languageGroups(config).length === 0 ? [arn] : [arn, ofLanguage(arn)];
}

export const executionsOf = (config: GovernanceConfig): Resource[] =>
  pipelinesOf(config).map((arn) => ({ arn: `${arn}/execution/*` }));

/** @param keys beginnings of the keys in the record bucket that the process has to do with */
const useRecords = (
  config: GovernanceConfig,
  who: Grant["who"],
  keys: readonly string[],
  may: readonly string[],
): Grant[] => [
  { sid: "UseRecordBucket", who, may, on: keys.map((beginning) => ({ bucket: recordsOf(config), keys: beginning })) },
  {
    sid: "UseRecordKey",
    who,
    may: may.includes("s3:PutObject") ? ["kms:Decrypt", "kms:GenerateDataKey"] : ["kms:Decrypt"],
    on: [{ made: "record-key" }],
  },
];

/** Without it a key that isn't there reads as access denied. */
const listRecords = (config: GovernanceConfig, who: Grant["who"]): Grant => ({
  sid: "ListRecordBucket",
  who,
  may: ["s3:ListBucket"],
  on: [{ bucket: recordsOf(config) }],
});

const SIGNING = {
  records: "record-signing-key",
  checkpoints: "checkpoint-signing-key",
  verdicts: "verdict-signing-key",
  revocations: "revocation-signing-key",
} as const;

/** The key that signs them now, and those before it. */
const keysThatSigned = (config: GovernanceConfig, what: keyof typeof SIGNING): Resource[] => [
  { made: SIGNING[what] },
  ...config.signingKeys.former[what].map((arn) => ({ arn })),
];

/** @param believed keys whose signatures it looks at */
const sign = (who: Grant["who"], what: keyof typeof SIGNING, believed: readonly Resource[]): Grant[] => [
  { sid: "Sign", who, may: ["kms:Sign"], on: [{ made: SIGNING[what] }] },
  { sid: "ReadBelievedKeys", who, may: ["kms:GetPublicKey"], on: believed },
];

/** Beginnings of the keys of what is judged with. */
const judgesWith = (config: GovernanceConfig): readonly string[] => [
  ...[POLICIES_PREFIX, BUNDLES_PREFIX],
  ...(languageGroups(config).length === 0 ? [] : [PROMPT_SETS_PREFIX]),
];

/** Validate signs its verdicts, and keeps the policy and the checks that it judged with, and what language models were asked. */
const keepWhatJudges = (config: GovernanceConfig): Grant[] => {
  const who = roleOf(config, "validate");
  return [
    ...useRecords(config, who, judgesWith(config), ["s3:GetObject", "s3:PutObject"]),
    listRecords(config, who),
    ...sign(who, "verdicts", [{ made: SIGNING.verdicts }]),
  ];
};

function recordDecisions(config: GovernanceConfig, { verdicts, versions }: LedgerGrants): Grant[] {
  const who = roleOf(config, "decide");
  const evidence = config.devAccounts.map(({ account }) => ({
    bucket: evidenceBucketName(config.prefix, account, config.region),
    keys: "",
  }));
  const inference = languageGroups(config).length === 0 ? [] : [{ bucket: verdictsOf(config), keys: INFERENCE }];
  return [
    ...useRecords(config, who, [RECORDS_PREFIX], ["s3:GetObject", "s3:PutObject"]),
    listRecords(config, who),
    {
      sid: "ReadDefinitions",
      who,
      may: ["s3:GetObject"],
      on: [{ bucket: recordsOf(config), keys: DEFINITIONS_PREFIX }],
    },
    ...sign(who, "records", [...believedOnRecords(config), ...keysThatSigned(config, "verdicts")]),
    {
      sid: "ReadExecutions",
      who,
      may: [
        "sagemaker:DescribePipelineExecution",
        "sagemaker:DescribePipelineDefinitionForExecution",
        "sagemaker:ListPipelineParametersForExecution",
      ],
      on: executionsOf(config),
    },
    {
      sid: "KeepWhatIsCited",
      who,
      may: ["s3:GetObjectRetention", "s3:PutObjectRetention"],
      on: [
        ...[{ bucket: verdictsOf(config), keys: verdicts }, ...inference, ...evidence],
        ...judgesWith(config).map((keys) => ({ bucket: recordsOf(config), keys })),
      ],
    },
    {
      sid: "NoteWhatIsCited",
      who,
      may: ["s3:GetObject", "s3:PutObject"],
      on: [{ bucket: verdictsOf(config), keys: CITED_PREFIX }],
    },
    {
      sid: "NoteWhatWasTold",
      who,
      may: ["s3:GetObject", "s3:PutObject"],
      on: [notedPrefix("left-for-review"), `${NOTED_PREFIX}advised-`].map((keys) => ({
        bucket: verdictsOf(config),
        keys,
      })),
    },
    // A card is written before the status, in a call that sets none.
    {
      sid: "WriteCards",
      who,
      may: ["sagemaker:UpdateModelPackage"],
      on: versions,
      when: { Null: { "sagemaker:ModelApprovalStatus": "true" } },
    },
  ];
}

/** Asks start and decide; it sets no status itself. */
function reconcileGrants(config: GovernanceConfig, { versions, describeVersions, tellPeople }: LedgerGrants): Grant[] {
  const place = placeOf(config);
  const who = roleOf(config, "reconcile");
  const bucket = verdictsOf(config);
  return [
    { sid: "ListVersions", who, may: ["sagemaker:ListModelPackages"], on: versions },
    describeVersions(who),
    {
      sid: "ListExecutions",
      who,
      may: ["sagemaker:ListPipelineExecutions"],
      on: pipelinesOf(config).map((arn) => ({ arn })),
    },
    {
      sid: "EndExecutions",
      who,
      may: ["sagemaker:DescribePipelineExecution", "sagemaker:StopPipelineExecution"],
      on: executionsOf(config),
    },
    {
      sid: "ReadMarkers",
      who,
      may: ["s3:GetObject"],
      on: [MARKERS_PREFIX, NOTED_PREFIX, INFERENCE].map((keys) => ({ bucket, keys })),
    },
    { sid: "NoteWhatWasTold", who, may: ["s3:PutObject"], on: [{ bucket, keys: NOTED_PREFIX }] },
    { sid: "ListMarkers", who, may: ["s3:ListBucket"], on: [{ bucket }] },
    { sid: "UseVerdictKey", who, may: ["kms:Decrypt", "kms:GenerateDataKey"], on: [{ made: "verdict-key" }] },
    ...useRecords(config, who, [RECORDS_PREFIX], ["s3:GetObject"]),
    listRecords(config, who),
    { sid: "AskStart", who, may: ["sqs:SendMessage"], on: [{ made: "queue" }] },
    { sid: "AskWatch", who, may: ["sqs:SendMessage"], on: [{ made: "watch-queue" }] },
    {
      sid: "AskDecide",
      who,
      may: ["lambda:InvokeFunction"],
      on: [{ arn: functionVersions(functionArn(config.prefix, "decide", place)) }],
    },
    ...tellPeople(who),
    ...runFunction(config, place, who, "reconcile"),
  ];
}

/** Its key signs checkpoints alone: who can sign a record can't hide that one is missing. */
function checkpointGrants(config: GovernanceConfig): Grant[] {
  const who = roleOf(config, "checkpoint");
  return [
    ...useRecords(config, who, [CHECKPOINTS_PREFIX], ["s3:PutObject"]),
    {
      sid: "ReadRecords",
      who,
      may: ["s3:GetObjectVersion"],
      // By version: a delete marker may hide a record or a checkpoint.
      on: [RECORDS_PREFIX, CHECKPOINTS_PREFIX].map((keys) => ({ bucket: recordsOf(config), keys })),
    },
    {
      sid: "ListRecordBucket",
      who,
      may: ["s3:ListBucketVersions"],
      on: [{ bucket: recordsOf(config) }],
    },
    ...sign(who, "checkpoints", [...keysThatSigned(config, "checkpoints"), ...believedOnRecords(config)]),
    ...runFunction(config, placeOf(config), who, "checkpoint"),
  ];
}
