import { formatArn } from "../../contract/arn";
import {
  ofLanguage,
  pipelineArn,
  promptBucketName,
  servedModelBucketName,
  temporaryPrefix,
} from "../../contract/names";
import { languageGroups, servicesOf } from "../evidence-sources";
import { type GovernanceConfig, placeOf } from "../stack-config";
import { LIST_UPLOADS, READ_VERSION, RESUME } from "./carrying";
import type { Grant, Resource } from "./grant";
import { ownRole, wholeAccount } from "./principals";
import { runFunction, runJobs, useJobContainer } from "./running";

/** What the table of the governance account says in the same way for other processes. */
export interface SharedGrants {
  describeVersions(who: Grant["who"]): Grant;
  readEvidence(who: Grant["who"]): Grant[];
  verdictObjects(who: Grant["who"], keys: readonly string[]): Grant[];
  tellPeople(who: Grant["who"]): Grant[];
  /** Repository of the image that runs. */
  checksRepository: string;
}

/** Beginnings of the collecting step's keys in the verdict bucket. */
export const INFERENCE = "inference/";
const SPENDING = "spending/";

const TEMPORARY = ["model", "endpoint-config", "endpoint"] as const;
const NAMES = { model: "Model", "endpoint-config": "EndpointConfig", endpoint: "Endpoint" } as const;

/** Who does what to ask language models; nothing where no group is one of them. */
export function languageTable(config: GovernanceConfig, shared: SharedGrants): Grant[] {
  if (languageGroups(config).length === 0) return [];
  return [
    ...collectGrants(config, shared),
    ...servingGrants(config),
    ...cleanUpGrants(config, shared),
    ...otherStepsGrants(config),
    // Whom the account lets write prompt sets: a key's policy must let them seal as well. It opens nothing.
    {
      sid: "SealPrompts",
      who: [wholeAccount(placeOf(config))],
      may: ["kms:GenerateDataKey"],
      on: [{ made: "language-key" }],
    },
  ];
}

function collectGrants(config: GovernanceConfig, shared: SharedGrants): Grant[] {
  const place = placeOf(config);
  const who = [ownRole(config, "collect", place)];
  const models = servedModelBucketName(config.prefix, place);
  return [
    shared.describeVersions(who),
    ...shared.readEvidence(who),
    ...shared.verdictObjects(who, [INFERENCE, SPENDING]),
    ...readPrompts(config, who),
    {
      sid: "CopyModelData",
      who,
      may: ["s3:PutObject", READ_VERSION, ...RESUME],
      on: [{ bucket: models, keys: "models/" }],
    },
    { sid: "ListModelData", who, may: ["s3:ListBucketVersions", LIST_UPLOADS], on: [{ bucket: models }] },
    { sid: "SealModelData", who, may: ["kms:Decrypt", "kms:GenerateDataKey"], on: [{ made: "language-key" }] },
    {
      sid: "ServeForATime",
      who,
      may: [
        ...TEMPORARY.flatMap((of) => ["Create", "Describe", "Delete"].map((verb) => `sagemaker:${verb}${NAMES[of]}`)),
        "sagemaker:AddTags",
      ],
      on: temporary(config),
    },
    {
      sid: "AskModels",
      who,
      may: ["sagemaker:InvokeEndpoint"],
      on: [...temporary(config, ["endpoint"]), ...scorerEndpoint(config)],
    },
    {
      sid: "PassServingRole",
      who,
      may: ["iam:PassRole"],
      on: [{ arn: ownRole(config, "serving", place).arn }],
      when: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
    },
    // Comprehend takes no resource here.
    ...(config.language?.scorer.kind === "comprehend"
      ? [{ sid: "ScoreToxicity", who, may: ["comprehend:DetectToxicContent"], on: [{ arn: "*" }] }]
      : []),
    ...(usesBedrock(config) ? importModels(config, who) : []),
    ...shared.tellPeople(who),
    ...useJobContainer(config, place, who, shared.checksRepository),
  ];
}

/** A model's container, which a dev team made: its data, its image, its log. SageMaker does that for it; it itself is isolated. */
function servingGrants(config: GovernanceConfig): Grant[] {
  const place = placeOf(config);
  const who = [ownRole(config, "serving", place)];
  const models = servedModelBucketName(config.prefix, place);
  const accounts = [...new Set(languageGroups(config).flatMap((group) => group.accounts))];
  const logs = formatArn({
    ...place,
    service: "logs",
    resource: `log-group:/aws/sagemaker/Endpoints/${temporaryPrefix(config.prefix)}*`,
  });
  return [
    { sid: "LoadModelData", who, may: ["s3:GetObject"], on: [{ bucket: models, keys: "models/" }] },
    // Of files below a prefix.
    { sid: "ListModelData", who, may: ["s3:ListBucket"], on: [{ bucket: models }] },
    { sid: "OpenModelData", who, may: ["kms:Decrypt"], on: [{ made: "language-key" }] },
    {
      sid: "PullModelImages",
      who,
      may: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      on: [config.account, ...accounts].map((account) => ({
        arn: formatArn({ ...place, account, service: "ecr", resource: "repository/*" }),
      })),
    },
    // ECR takes no resource here.
    { sid: "LogInToRegistry", who, may: ["ecr:GetAuthorizationToken"], on: [{ arn: "*" }] },
    {
      sid: "WriteLogs",
      who,
      may: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
      on: [{ arn: logs }, { arn: `${logs}:*` }],
    },
  ];
}

function cleanUpGrants(config: GovernanceConfig, shared: SharedGrants): Grant[] {
  const who = [ownRole(config, "clean-up", placeOf(config))];
  return [
    // SageMaker takes no resource here.
    {
      sid: "FindTemporaryThings",
      who,
      may: TEMPORARY.map((of) => `sagemaker:List${NAMES[of]}s`),
      on: [{ arn: "*" }],
    },
    {
      sid: "TakeTemporaryThingsAway",
      who,
      may: ["sagemaker:ListTags", ...TEMPORARY.map((of) => `sagemaker:Delete${NAMES[of]}`)],
      on: temporary(config),
    },
    ...(usesBedrock(config)
      ? [
          { sid: "FindImportedModels", who, may: ["bedrock:ListImportedModels"], on: [{ arn: "*" }] },
          {
            sid: "TakeImportedModelsAway",
            who,
            may: ["bedrock:DeleteImportedModel", "bedrock:ListTagsForResource"],
            on: [bedrock(config, "imported-model/*")],
          },
        ]
      : []),
    ...shared.tellPeople(who),
    ...runFunction(config, placeOf(config), who, "clean-up"),
  ];
}

/** What start, validate and the pipeline do besides, for groups of language models. */
function otherStepsGrants(config: GovernanceConfig): Grant[] {
  const place = placeOf(config);
  const [start, validate, pipeline] = (["start", "validate", "pipeline"] as const).map((of) => [
    ownRole(config, of, place),
  ]);
  return [
    {
      sid: "StartLanguageExecutions",
      who: start ?? [],
      may: ["sagemaker:StartPipelineExecution", "sagemaker:ListPipelineExecutions"],
      on: [{ arn: ofLanguage(pipelineArn(place)) }],
    },
    ...readPrompts(config, validate ?? []),
    ...runJobs(place, pipeline ?? [], ownRole(config, "collect", place)).map((grant) => ({
      ...grant,
      sid: `${grant.sid}ThatAsk`,
    })),
  ];
}

const usesBedrock = (config: GovernanceConfig): boolean => servicesOf(config).includes("bedrock");

const bedrock = (config: GovernanceConfig, resource: string): Resource => ({
  arn: formatArn({ ...placeOf(config), service: "bedrock", resource }),
});

/** Bedrock's ARNs have ids, not names: only tags and the code tell temporary models from others. */
const importModels = (config: GovernanceConfig, who: Grant["who"]): Grant[] => [
  {
    sid: "StartImports",
    who,
    may: ["bedrock:CreateModelImportJob", "bedrock:ListModelImportJobs"],
    on: [{ arn: "*" }],
  },
  {
    sid: "UseImportedModels",
    who,
    may: [
      "bedrock:GetModelImportJob",
      "bedrock:GetImportedModel",
      "bedrock:InvokeModel",
      "bedrock:DeleteImportedModel",
      "bedrock:TagResource",
    ],
    on: [bedrock(config, "model-import-job/*"), bedrock(config, "imported-model/*")],
  },
  {
    sid: "PassServingRoleToBedrock",
    who,
    may: ["iam:PassRole"],
    on: [{ arn: ownRole(config, "serving", placeOf(config)).arn }],
    when: { StringEquals: { "iam:PassedToService": "bedrock.amazonaws.com" } },
  },
];

function readPrompts(config: GovernanceConfig, who: Grant["who"]): Grant[] {
  const bucket = promptBucketName(config.prefix, placeOf(config));
  return [
    { sid: "ReadPrompts", who, may: ["s3:GetObject"], on: [{ bucket, keys: "prompt-sets/" }] },
    { sid: "ListPrompts", who, may: ["s3:ListBucket"], on: [{ bucket }] },
    { sid: "OpenPrompts", who, may: ["kms:Decrypt"], on: [{ made: "language-key" }] },
  ];
}

const temporary = (config: GovernanceConfig, kinds: readonly string[] = TEMPORARY): Resource[] =>
  kinds.map((kind) => ({
    arn: formatArn({
      ...placeOf(config),
      service: "sagemaker",
      resource: `${kind}/${temporaryPrefix(config.prefix)}*`,
    }),
  }));

function scorerEndpoint({ language, ...config }: GovernanceConfig): Resource[] {
  if (language?.scorer.kind !== "endpoint") return [];
  return [
    {
      arn: formatArn({
        ...placeOf(config as GovernanceConfig),
        service: "sagemaker",
        resource: `endpoint/${language.scorer.endpoint.toLowerCase()}`,
      }),
    },
  ];
}
