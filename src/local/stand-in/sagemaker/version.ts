import { isRecord } from "../inputs";
import { identityOf } from "./identity";

/** A model package as the registry keeps it: what was registered, and what was changed since. */
export interface Version {
  arn: string;
  group: string;
  number: number;
  account: string;
  region: string;
  created: Date;
  modified: Date;
  /** Fields as CreateModelPackage and UpdateModelPackage have them. */
  fields: Record<string, unknown>;
  /** Role of who registered it, and of who changed it last. */
  createdBy: string;
  modifiedBy: string;
}

/** DescribeModelPackage's answer, as the SDK gives it. */
export const describeVersion = (version: Version) => ({
  ...saidOf(version),
  CreationTime: version.created,
  LastModifiedTime: version.modified,
  CreatedBy: identityOf(version.createdBy),
  LastModifiedBy: identityOf(version.modifiedBy),
});

/** What description and event share. */
export const saidOf = ({ arn, group, number, fields }: Version) => ({
  ModelPackageName: `${group}/${number}`,
  ModelPackageGroupName: group,
  ModelPackageVersion: number,
  ModelPackageArn: arn,
  ModelPackageStatus: "Completed",
  ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
  CertifyForMarketplace: false,
  ...fields,
});

/** A specification with the digest of each image that is named by one. */
export function withImageDigests(specification: unknown): unknown {
  if (!isRecord(specification) || !Array.isArray(specification.Containers)) return specification;
  const Containers = specification.Containers.map((container: unknown) => {
    if (!isRecord(container) || typeof container.Image !== "string") return container;
    const [, digest] = container.Image.split("@");
    return digest === undefined ? container : { ...container, ImageDigest: digest };
  });
  return { ...specification, Containers };
}
