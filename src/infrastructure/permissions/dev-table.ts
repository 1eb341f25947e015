import { formatArn } from "../../contract/arn";
import { artifactBucketOf, type DevConfig, governancePlaceOf, placeOf } from "../stack-config";
import { carrying, READ } from "./carrying";
import type { Grant, Principal, Resource } from "./grant";
import { existingRole, ownRole, wholeAccount } from "./principals";
import { registeringIn } from "./registering";
import { runFunction, takeMessages } from "./running";

/** Who does what in a dev account: the table that all its roles' and resources' policies are made from. */
export function devTable(config: DevConfig): Grant[] {
  const governance = [wholeAccount(governancePlaceOf(config))];
  return [...carrierGrants(config), ...registrarGrants(config), ...readModels(config, governance)];
}

/** The role that carries evidence, and the roles that register. */
export const carrierOf = (config: DevConfig): Principal => ownRole(config, config.transfer, placeOf(config));
export const registrarsOf = (config: DevConfig): Principal[] =>
  config.registeringRoles.map((role) => existingRole(role, placeOf(config)));

function carrierGrants(config: DevConfig): Grant[] {
  const { transfer, governanceRegion } = config;
  const who = [carrierOf(config)];
  const there = carrying({ naming: config, transfer, dev: placeOf(config), governanceRegion });
  switch (transfer) {
    case "copy":
      return [
        ...takeMessages(who),
        ...copySource(config, who),
        ...there,
        ...runFunction(config, placeOf(config), who, "copy"),
      ];
    case "replication":
      return [...replicationSource(config, who), ...there];
  }
}

function copySource(config: DevConfig, who: readonly Principal[]): Grant[] {
  const bucket = bucketOf(config);
  return [
    { sid: "ReadArtifacts", who, may: READ, on: evidenceObjects(config) },
    { sid: "ListArtifacts", who, may: ["s3:ListBucket", "s3:ListBucketVersions"], on: [{ bucket }] },
    ...withArtifactKey(config, { sid: "OpenArtifacts", who, may: ["kms:Decrypt"] }),
  ];
}

function replicationSource(config: DevConfig, who: readonly Principal[]): Grant[] {
  const bucket = bucketOf(config);
  const may = ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"];
  return [
    { sid: "ReadConfiguration", who, may: ["s3:GetReplicationConfiguration", "s3:ListBucket"], on: [{ bucket }] },
    { sid: "ReadArtifacts", who, may, on: evidenceObjects(config) },
    ...withArtifactKey(config, { sid: "OpenArtifacts", who, may: ["kms:Decrypt"] }),
  ];
}

/** What registering needs: the central groups, and the team's own bucket. */
function registrarGrants(config: DevConfig): Grant[] {
  const who = registrarsOf(config);
  const bucket = bucketOf(config);
  const may = ["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"];
  const objects = config.artifactBucket === undefined ? [{ bucket, keys: "" }] : evidenceObjects(config);
  return [
    ...registeringIn(who, governancePlaceOf(config), config.groups),
    { sid: "WriteArtifacts", who, may, on: objects },
    { sid: "ListArtifacts", who, may: ["s3:ListBucket"], on: [{ bucket }] },
    ...withArtifactKey(config, { sid: "SealArtifacts", who, may: ["kms:GenerateDataKey", "kms:Decrypt"] }),
  ];
}

/** The registry resolves a version's model data and image in the governance account's name, or registration fails. */
function readModels(config: DevConfig, who: readonly Principal[]): Grant[] {
  const bucket = bucketOf(config);
  return [
    { sid: "ReadModels", who, may: ["s3:GetObject", "s3:GetObjectAcl"], on: [{ bucket, keys: "" }] },
    { sid: "ReadModelBucket", who, may: ["s3:GetBucketAcl"], on: [{ bucket }] },
    ...withArtifactKey(config, { sid: "OpenModels", who, may: ["kms:Decrypt", "kms:GenerateDataKey*"] }),
    ...config.imageRepositories.map((repository) => ({
      sid: "ReadModelImages",
      who,
      // The last two are for the temporary endpoints of language models.
      may: [
        "ecr:BatchGetImage",
        "ecr:DescribeImages",
        "ecr:DescribeRepositories",
        "ecr:GetDownloadUrlForLayer",
        "ecr:BatchCheckLayerAvailability",
      ],
      on: [{ arn: repositoryArn(config, repository) }],
    })),
  ];
}

export const repositoryArn = (config: DevConfig, repository: string): string =>
  formatArn({ ...placeOf(config), service: "ecr", resource: `repository/${repository}` });

export const bucketOf = (config: DevConfig): string =>
  artifactBucketOf(config.prefix, placeOf(config), config.artifactBucket);

const evidenceObjects = (config: DevConfig): Resource[] =>
  config.evidencePrefixes.map((keys) => ({ bucket: bucketOf(config), keys }));

/** An existing bucket may have no key of its own. */
export const hasArtifactKey = ({ artifactBucket, artifactKeyArn }: DevConfig): boolean =>
  artifactBucket === undefined || artifactKeyArn !== undefined;

const withArtifactKey = (config: DevConfig, grant: Omit<Grant, "on">): Grant[] =>
  hasArtifactKey(config) ? [{ ...grant, on: [{ made: "artifact-key" }] }] : [];
