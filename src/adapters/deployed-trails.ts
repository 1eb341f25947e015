import {
  type AdvancedEventSelector,
  type AdvancedFieldSelector,
  type CloudTrailClient,
  DescribeTrailsCommand,
  type EventSelector,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
} from "@aws-sdk/client-cloudtrail";
import type { FoundTrail } from "../doctor/ports";

/** Trails that log this account and Region, the organisation's too. */
export async function deployedTrails(client: CloudTrailClient): Promise<FoundTrail[]> {
  const { trailList = [] } = await client.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
  const trails: FoundTrail[] = [];
  for (const { TrailARN: name } of trailList) {
    if (name === undefined) continue;
    const { IsLogging = false } = await client.send(new GetTrailStatusCommand({ Name: name }));
    const selectors = await client.send(new GetEventSelectorsCommand({ TrailName: name }));
    const writesLoggedBelow = [
      ...(selectors.EventSelectors ?? []).flatMap(ofSelector),
      ...(selectors.AdvancedEventSelectors ?? []).flatMap(ofAdvanced),
    ];
    trails.push({ name, isLogging: IsLogging, writesLoggedBelow });
  }
  return trails;
}

const S3_OBJECT = "AWS::S3::Object";

/** Classic selectors name `arn:aws:s3` for every bucket, or beginnings of objects' ARNs. */
function ofSelector({ ReadWriteType, DataResources = [] }: EventSelector): string[] {
  if (ReadWriteType === "ReadOnly") return [];
  const values = DataResources.filter(({ Type }) => Type === S3_OBJECT).flatMap(({ Values = [] }) => Values);
  return values.map((value) => (/^arn:[^:]+:s3(:::)?$/.test(value) ? "" : value));
}

/** A selector with a field that isn't known here may leave events out, so it isn't counted. */
function ofAdvanced({ FieldSelectors = [] }: AdvancedEventSelector): string[] {
  const field = (name: string) => FieldSelectors.find(({ Field }) => Field === name);
  const known = ["eventCategory", "resources.type", "resources.ARN", "readOnly"];
  const logsWrites =
    FieldSelectors.every(({ Field = "" }) => known.includes(Field)) &&
    isOnly(field("eventCategory"), "Data") &&
    isOnly(field("resources.type"), S3_OBJECT) &&
    (field("readOnly") === undefined || isOnly(field("readOnly"), "false"));
  if (!logsWrites) return [];
  const arn = field("resources.ARN");
  if (arn === undefined) return [""];
  const { StartsWith = [], Field: _, ...others } = arn;
  return Object.values(others).some((values) => values !== undefined && values.length > 0) ? [] : StartsWith;
}

const isOnly = (selector: AdvancedFieldSelector | undefined, value: string): boolean =>
  selector?.Equals?.length === 1 && selector.Equals[0] === value;
