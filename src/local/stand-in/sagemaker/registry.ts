import { isDeepStrictEqual } from "node:util";
import { arnParts } from "../arns";
import { Input } from "../call-input";
import { isRecord, listOf } from "../inputs";
import { AwsError, type Call, type Caller, type Surroundings } from "../service";
import { changedCard, requireCardChange, withCardMetadata } from "./cards";
import { announceVersion } from "./events";
import { admit, declaredGroups, type Group, groupFor } from "./groups";
import { validateMetadata, validateMetrics, validateVersion } from "./limits";
import { isWithin, pageOf } from "./pages";
import { describeVersion, type Version, withImageDigests } from "./version";

const REGISTERED = [
  "InferenceSpecification",
  "ModelApprovalStatus",
  "ModelMetrics",
  "MetadataProperties",
  "CustomerMetadataProperties",
  "ModelPackageDescription",
  "ModelPackageRegistrationType",
  "ManagedStorageType",
  "ModelCard",
];
const UPDATED = [
  "ModelApprovalStatus",
  "ApprovalDescription",
  "CustomerMetadataProperties",
  "InferenceSpecification",
  "SourceUri",
  "ModelLifeCycle",
  "ModelPackageRegistrationType",
  "ModelCard",
];

/** Virtual milliseconds until a registration's event goes out. */
const EVENT_AFTER = [1_000, 2_000] as const;
/** Virtual milliseconds until a version's LastModifiedTime moves by itself, as described versions show. */
const SETTLED_AFTER = [15_000, 22_000] as const;

/** The model registry of all accounts. */
export class Registry {
  private readonly groups: readonly Group[];
  /** What was done with a client token, by group or version. */
  private readonly done = new Map<string, { input: unknown; arn: string }>();

  constructor(private readonly around: Surroundings) {
    this.groups = declaredGroups(around);
  }

  all(): readonly Version[] {
    return this.groups.flatMap(({ versions }) => versions);
  }

  create(call: Call) {
    const input = new Input(call, ["ModelPackageGroupName", "ClientToken", ...REGISTERED]);
    const group = groupFor(this.groups, input.text("ModelPackageGroupName"), call.caller, this.around);
    validateVersion(call.input);
    validateMetrics(call.input.ModelMetrics);
    return this.once(`create in ${group.name}`, input, call, () => {
      const version = this.newVersion(group, call);
      group.versions.push(version);
      const { ModelApprovalStatus: status } = version.fields;
      this.around.trace.note(version.arn, `registered as ${status} by ${call.caller.principal}`);
      this.later(EVENT_AFTER, () => announceVersion(version, [], this.around));
      this.later(SETTLED_AFTER, () => this.settle(version));
      return version.arn;
    });
  }

  private newVersion({ name, resource: { account, region }, versions }: Group, { input, caller }: Call): Version {
    const now = this.around.clock.now();
    const number = versions.length + 1;
    const fields = { ModelApprovalStatus: "PendingManualApproval", ...picked(input, REGISTERED) };
    return {
      arn: `arn:${arnParts(caller.principal)?.partition}:sagemaker:${region}:${account}:model-package/${name}/${number}`,
      group: name,
      ...{ number, account, region, created: now, modified: now, fields },
      createdBy: caller.principal,
      modifiedBy: caller.principal,
    };
  }

  /** Nothing of it changes but the time, and no event follows. */
  private settle(version: Version): void {
    if (version.modified.getTime() === version.created.getTime()) version.modified = this.around.clock.now();
  }

  private later([least, most]: readonly [number, number], action: () => void): void {
    const { clock } = this.around;
    clock.limit(least + clock.random() * (most - least), action);
  }

  update(call: Call) {
    const fields = ["ModelPackageArn", "ClientToken", "CustomerMetadataPropertiesToRemove", ...UPDATED];
    const input = new Input(call, fields);
    const version = this.find(input.text("ModelPackageArn"), call.caller);
    validateVersion(call.input);
    requireCardChange(version.fields.ModelCard, call.input.ModelCard);
    return this.once(`update ${version.arn}`, input, call, () => {
      const updated = this.change(version, call);
      const { ModelApprovalStatus: status } = version.fields;
      const what = `now ${status}: ${updated.join(", ")} set by ${call.caller.principal}`;
      this.around.trace.note(version.arn, what);
      announceVersion(version, updated, this.around);
      return version.arn;
    });
  }

  /** @returns names of the changed fields as the event spells them */
  private change(version: Version, { input, caller }: Call): string[] {
    const changes = picked(input, UPDATED);
    if (isRecord(changes.ModelCard)) changes.ModelCard = changedCard(version.fields.ModelCard, changes.ModelCard);
    const metadata = changedMetadata(version.fields.CustomerMetadataProperties, input);
    if (metadata !== undefined) {
      validateMetadata(metadata);
      changes.CustomerMetadataProperties = metadata;
    }
    Object.assign(version.fields, changes);
    version.modified = this.around.clock.now();
    version.modifiedBy = caller.principal;
    return Object.keys(changes).map((name) => (name === "SourceUri" ? "sourceUri" : name));
  }

  /** Does it once for each client token; the same token with another input is a conflict. */
  private once(scope: string, input: Input, call: Call, action: () => string): { ModelPackageArn: string } {
    const token = input.optionalText("ClientToken");
    if (token === undefined) return { ModelPackageArn: action() };
    const before = this.done.get(`${scope} ${token}`);
    if (before !== undefined && !isDeepStrictEqual(before.input, call.input)) {
      throw new AwsError("ConflictException", `ClientToken ${token} was used with another input`);
    }
    const arn = before?.arn ?? action();
    this.done.set(`${scope} ${token}`, { input: call.input, arn });
    return { ModelPackageArn: arn };
  }

  describe(call: Call) {
    const input = new Input(call, ["ModelPackageName", "IncludedData"]);
    const included = input.choice("IncludedData", ["AllData", "MetadataOnly"]);
    const described = describeVersion(this.find(input.text("ModelPackageName"), call.caller));
    return included === "MetadataOnly" ? withCardMetadata(described) : described;
  }

  list(call: Call) {
    const filters = ["ModelPackageGroupName", "ModelApprovalStatus", "ModelPackageType", "CreationTimeBefore"];
    const paging = ["CreationTimeAfter", "SortBy", "SortOrder", "MaxResults", "NextToken"];
    const input = new Input(call, [...filters, ...paging]);
    input.choice("ModelPackageType", ["Versioned"]);
    input.choice("SortBy", ["CreationTime"]);
    const group = groupFor(this.groups, input.text("ModelPackageGroupName"), call.caller, this.around);
    const status = input.optionalText("ModelApprovalStatus");
    const found = group.versions.filter(
      ({ fields, created }) =>
        (status === undefined || fields.ModelApprovalStatus === status) &&
        isWithin(created, input, "CreationTimeAfter", "CreationTimeBefore"),
    );
    const newestFirst = input.choice("SortOrder", ["Ascending", "Descending"]) === "Descending";
    const { page, ...next } = pageOf(newestFirst ? found.reverse() : found, input);
    return { ModelPackageSummaryList: page.map(summaryOf), ...next };
  }

  private find(arn: string, caller: Caller): Version {
    const group = this.groups.find(({ versions }) => versions.some((version) => version.arn === arn));
    const version = group?.versions.find((one) => one.arn === arn);
    if (group === undefined || version === undefined || version.region !== caller.region) {
      throw new AwsError("ValidationException", `ModelPackage ${arn} does not exist.`);
    }
    admit(group, caller, this.around);
    return version;
  }
}

function picked(input: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  const given = names.filter((name) => input[name] !== undefined).map((name) => [name, input[name]]);
  const fields: Record<string, unknown> = Object.fromEntries(given);
  if (fields.InferenceSpecification === undefined) return fields;
  return { ...fields, InferenceSpecification: withImageDigests(fields.InferenceSpecification) };
}

/** Pairs are added to those that are there; undefined where the call speaks of none. */
function changedMetadata(
  before: unknown,
  { CustomerMetadataProperties: added, CustomerMetadataPropertiesToRemove: removed }: Readonly<Record<string, unknown>>,
): Record<string, unknown> | undefined {
  if (added === undefined && removed === undefined) return undefined;
  const pairs = { ...(isRecord(before) ? before : {}), ...(isRecord(added) ? added : {}) };
  return Object.fromEntries(Object.entries(pairs).filter(([name]) => !listOf(removed).includes(name)));
}

const summaryOf = ({ arn, group, number, created, fields }: Version) => ({
  ModelPackageGroupName: group,
  ModelPackageVersion: number,
  ModelPackageArn: arn,
  CreationTime: created,
  ModelPackageStatus: "Completed",
  ModelApprovalStatus: fields.ModelApprovalStatus,
  ...(fields.ModelPackageDescription === undefined ? {} : { ModelPackageDescription: fields.ModelPackageDescription }),
});
