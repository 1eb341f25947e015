import {
  CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  type GetEventSelectorsCommandOutput,
  GetTrailStatusCommand,
} from "@aws-sdk/client-cloudtrail";
import {
  DescribePolicyCommand,
  ListParentsCommand,
  ListPoliciesForTargetCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { mockClient } from "aws-sdk-client-mock";
import { deployedTrails } from "../../../src/adapters/deployed-trails";
import { organizationPolicies } from "../../../src/adapters/organization-policies";
import { awsError, sent } from "../../support/sdk-answers";

const cloudTrail = mockClient(CloudTrailClient);
const organizations = mockClient(OrganizationsClient);
const TRAIL = "arn:aws:cloudtrail:us-east-1:999988887777:trail/organization";
const BUCKET = "arn:aws:s3:::records/";

beforeEach(() => {
  cloudTrail.reset();
  organizations.reset();
});

describe("what a trail logs of writes to objects", () => {
  const data = { Field: "eventCategory", Equals: ["Data"] };
  const objects = { Field: "resources.type", Equals: ["AWS::S3::Object"] };
  const classic = (ReadWriteType: "All" | "ReadOnly" | "WriteOnly", ...Values: string[]) => ({
    EventSelectors: [{ ReadWriteType, DataResources: [{ Type: "AWS::S3::Object", Values }] }],
  });
  const advanced = (...FieldSelectors: { Field: string; Equals?: string[]; StartsWith?: string[] }[]) => ({
    AdvancedEventSelectors: [{ FieldSelectors: [data, objects, ...FieldSelectors] }],
  });

  it.each<[string, Partial<GetEventSelectorsCommandOutput>, string[]]>([
    ["every bucket", classic("All", "arn:aws:s3"), [""]],
    ["every bucket, in the older way", classic("WriteOnly", "arn:aws:s3:::"), [""]],
    ["one bucket", classic("WriteOnly", BUCKET), [BUCKET]],
    ["reads alone", classic("ReadOnly", BUCKET), []],
    [
      "functions alone",
      { EventSelectors: [{ DataResources: [{ Type: "AWS::Lambda::Function", Values: ["arn:aws:lambda"] }] }] },
      [],
    ],
    ["management events alone", { EventSelectors: [{ ReadWriteType: "All", IncludeManagementEvents: true }] }, []],
    ["every bucket, by fields", advanced(), [""]],
    [
      "writes of one bucket, by fields",
      advanced({ Field: "readOnly", Equals: ["false"] }, { Field: "resources.ARN", StartsWith: [BUCKET] }),
      [BUCKET],
    ],
    ["reads alone, by fields", advanced({ Field: "readOnly", Equals: ["true"] }), []],
    ["one object", advanced({ Field: "resources.ARN", Equals: [`${BUCKET}a`] }), []],
    ["some events", advanced({ Field: "eventName", Equals: ["DeleteObject"] }), []],
    ["nothing", {}, []],
  ])("%s", async (_, selectors, writesLoggedBelow) => {
    cloudTrail.on(DescribeTrailsCommand).resolves({ trailList: [{ TrailARN: TRAIL }] });
    cloudTrail.on(GetTrailStatusCommand).resolves({ IsLogging: true });
    cloudTrail.on(GetEventSelectorsCommand).resolves(selectors);
    const trails = await deployedTrails(new CloudTrailClient({ region: "us-east-1" }));
    expect(trails).toEqual([{ name: TRAIL, isLogging: true, writesLoggedBelow }]);
    expect(sent(cloudTrail)[0]).toEqual(["DescribeTrails", { includeShadowTrails: true }]);
  });
});

describe("service control policies of an account", () => {
  const policies = organizationPolicies(new OrganizationsClient({ region: "us-east-1" }));

  it("are its own, those of the units that it lies in, and the root's", async () => {
    const parents: Record<string, string> = { "444455556666": "ou-1", "ou-1": "r-1" };
    organizations
      .on(ListPoliciesForTargetCommand)
      .callsFake(async ({ TargetId, NextToken }) =>
        TargetId === "ou-1" && NextToken === undefined
          ? { Policies: [{ Id: "p-first" }], NextToken: "n" }
          : { Policies: [{ Id: `p-${TargetId}` }] },
      );
    organizations
      .on(DescribePolicyCommand)
      .callsFake(async ({ PolicyId }) => ({ Policy: { Content: `of ${PolicyId}` } }));
    organizations.on(ListParentsCommand).callsFake(async ({ ChildId }) => ({ Parents: [{ Id: parents[ChildId] }] }));
    expect(await policies.policiesOf("444455556666")).toEqual([
      "of p-444455556666",
      "of p-first",
      "of p-ou-1",
      "of p-r-1",
    ]);
  });

  it("that one may not look at are thrown", async () => {
    organizations.rejects(awsError("AccessDeniedException"));
    await expect(policies.policiesOf("444455556666")).rejects.toMatchObject({ name: "AccessDeniedException" });
  });
});
