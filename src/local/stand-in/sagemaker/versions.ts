import { arnParts } from "../arns";
import { Input } from "../call-input";
import { isRecord, requireKnownInputs, text } from "../inputs";
import { AwsError, type Call, type Caller, type DeclaredResource, type Surroundings } from "../service";
import { validateApproval, validateMetrics } from "./limits";

/** A group with its versions, the first at index 0. */
interface Group {
  name: string;
  resource: DeclaredResource;
  policy: DeclaredResource | undefined;
  versions: Version[];
}

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
  createdBy: string;
  modifiedBy: string;
}

const GROUP = "aws:sagemaker/modelPackageGroup:ModelPackageGroup";
const POLICY = "aws:sagemaker/modelPackageGroupPolicy:ModelPackageGroupPolicy";

const REGISTERED = [
  "InferenceSpecification",
  "ModelApprovalStatus",
  "ModelMetrics",
  "MetadataProperties",
  "CustomerMetadataProperties",
  "ModelPackageDescription",
  "ModelPackageRegistrationType",
  "ManagedStorageType",
];
const UPDATED = [
  "ModelApprovalStatus",
  "ApprovalDescription",
  "CustomerMetadataProperties",
  "InferenceSpecification",
  "SourceUri",
  "ModelLifeCycle",
];

/** The registry of all accounts. */
export class Versions {
  private readonly groups: Group[];

  constructor(private readonly around: Surroundings) {
    this.groups = around.declared(GROUP).map((resource) => {
      requireKnownInputs(resource, [
        "modelPackageGroupName",
        "modelPackageGroupDescription",
        "tags",
        "tagsAll",
        "region",
      ]);
      return { name: text(resource, "modelPackageGroupName"), resource, policy: undefined, versions: [] };
    });
    for (const policy of around.declared(POLICY)) this.attach(policy);
  }

  private attach(policy: DeclaredResource): void {
    requireKnownInputs(policy, ["modelPackageGroupName", "resourcePolicy", "region"]);
    const name = text(policy, "modelPackageGroupName");
    const group = this.groups.find((one) => one.name === name && one.resource.account === policy.account);
    if (group === undefined)
      throw new Error(`${policy.stack}: ${policy.name}: model package group ${name} doesn't exist`);
    this.around.requirePrincipals(policy.inputs.resourcePolicy, policy);
    group.policy = policy;
  }

  all(): readonly Version[] {
    return this.groups.flatMap(({ versions }) => versions);
  }

  create(call: Call): Version {
    const input = new Input(call, ["ModelPackageGroupName", "ClientToken", ...REGISTERED]);
    const group = this.groupFor(input.text("ModelPackageGroupName"), call);
    validateApproval(call.input);
    validateMetrics(call.input.ModelMetrics);
    const { account, region } = group.resource;
    const number = group.versions.length + 1;
    const now = this.around.clock.now();
    const partition = arnParts(call.caller.principal)?.partition ?? "aws";
    const version: Version = {
      arn: `arn:${partition}:sagemaker:${region}:${account}:model-package/${group.name}/${number}`,
      group: group.name,
      ...{ number, account, region, created: now, modified: now },
      fields: { ModelApprovalStatus: "PendingManualApproval", ...picked(call.input, REGISTERED) },
      createdBy: call.caller.principal,
      modifiedBy: call.caller.principal,
    };
    group.versions.push(version);
    return version;
  }

  /** @returns the version and the names of the fields that the call set */
  update(call: Call): { version: Version; updated: string[] } {
    const input = new Input(call, ["ModelPackageArn", "ClientToken", ...UPDATED]);
    const version = this.find(input.text("ModelPackageArn"), call.caller);
    validateApproval(call.input);
    const changes = picked(call.input, UPDATED);
    const { CustomerMetadataProperties: before } = version.fields;
    if (isRecord(changes.CustomerMetadataProperties)) {
      changes.CustomerMetadataProperties = {
        ...(isRecord(before) ? before : {}),
        ...changes.CustomerMetadataProperties,
      };
    }
    Object.assign(version.fields, changes);
    version.modified = this.around.clock.now();
    version.modifiedBy = call.caller.principal;
    // The event spells this one field in lower case.
    return { version, updated: Object.keys(changes).map((name) => (name === "SourceUri" ? "sourceUri" : name)) };
  }

  find(arn: string, caller: Caller): Version {
    const version = this.all().find((one) => one.arn === arn);
    const group = this.groups.find((one) => version !== undefined && one.versions.includes(version));
    if (version === undefined || group === undefined)
      throw new AwsError("ValidationException", `ModelPackage ${arn} does not exist.`);
    this.admit(group, caller);
    return version;
  }

  list(call: Call) {
    const input = new Input(call, [
      "ModelPackageGroupName",
      "ModelApprovalStatus",
      "CreationTimeBefore",
      "CreationTimeAfter",
      "MaxResults",
      "ModelPackageType",
    ]);
    const group = this.groupFor(input.text("ModelPackageGroupName"), call);
    const status = input.optionalText("ModelApprovalStatus");
    const found = group.versions.filter(({ fields }) => status === undefined || fields.ModelApprovalStatus === status);
    return {
      ModelPackageSummaryList: found.map(({ arn, number, created, fields }) => ({
        ModelPackageGroupName: group.name,
        ModelPackageVersion: number,
        ModelPackageArn: arn,
        CreationTime: created,
        ModelPackageStatus: "Completed",
        ModelApprovalStatus: fields.ModelApprovalStatus,
      })),
    };
  }

  /** By name in the caller's own account, by ARN in any. */
  private groupFor(name: string, { caller }: Call): Group {
    const arn = arnParts(name);
    const wanted = arn?.resource.replace(/^model-package-group\//, "") ?? name;
    const account = arn?.account ?? caller.account;
    const group = this.groups.find((one) => one.name === wanted && one.resource.account === account);
    if (group === undefined) throw new AwsError("ValidationException", `ModelPackageGroup ${name} does not exist.`);
    this.admit(group, caller);
    return group;
  }

  private admit({ name, resource, policy }: Group, caller: Caller): void {
    if (caller.account === resource.account) return;
    if (policy === undefined || !this.around.admits(policy.inputs.resourcePolicy, caller)) {
      throw new AwsError(
        "AccessDeniedException",
        `the policy of model package group ${name} doesn't let ${caller.principal} in`,
        403,
      );
    }
  }
}

const picked = (input: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.filter((name) => input[name] !== undefined).map((name) => [name, input[name]]));

/** DescribeModelPackage's answer, as the SDK gives it. */
export function describeVersion({ arn, group, number, created, modified, fields, createdBy, modifiedBy }: Version) {
  return {
    ModelPackageName: `${group}/${number}`,
    ModelPackageGroupName: group,
    ModelPackageVersion: number,
    ModelPackageArn: arn,
    CreationTime: created,
    LastModifiedTime: modified,
    ModelPackageStatus: "Completed",
    ModelPackageStatusDetails: { ValidationStatuses: [] },
    CertifyForMarketplace: false,
    CreatedBy: { IamIdentity: { Arn: createdBy } },
    LastModifiedBy: { IamIdentity: { Arn: modifiedBy } },
    ...fields,
  };
}
