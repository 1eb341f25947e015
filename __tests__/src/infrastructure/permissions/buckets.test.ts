import {
  evidencePolicy,
  recordPolicy,
  tablePolicy,
  writeOncePolicy,
} from "../../../../src/infrastructure/permissions/bucket-policy";
import { devTable } from "../../../../src/infrastructure/permissions/dev-table";
import { governanceTable } from "../../../../src/infrastructure/permissions/governance-table";
import { placeOf } from "../../../../src/infrastructure/stack-config";
import { languageValues } from "../../../support/language-config";
import { allowed, byCondition, denied, dev, governance } from "../../../support/policies";

const table = governanceTable(governance());
const place = placeOf(governance());
const CREDIT = "mg-evidence-111122223333-us-east-1";
const PAYMENTS = "mg-evidence-222233334444-us-east-1";

describe("an evidence bucket", () => {
  it("lets in its account's copy role, and nobody else", () => {
    expect(allowed(evidencePolicy(table, { ...place, bucket: CREDIT }, "KEY"))).toEqual([
      {
        Sid: "PutEvidence",
        Effect: "Allow",
        ...byCondition("111122223333", "mg-copy-us-east-1"),
        Action: ["s3:PutObject", "s3:GetObjectVersion", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
        Resource: [`arn:aws:s3:::${CREDIT}/*`],
      },
      {
        Sid: "ListEvidence",
        Effect: "Allow",
        ...byCondition("111122223333", "mg-copy-us-east-1"),
        Action: ["s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"],
        Resource: [`arn:aws:s3:::${CREDIT}`],
      },
    ]);
  });

  it("lets in its account's replication role, which deletes nothing", () => {
    expect(allowed(evidencePolicy(table, { ...place, bucket: PAYMENTS }, "KEY"))).toEqual([
      {
        Sid: "ReplicateEvidence",
        Effect: "Allow",
        ...byCondition("222233334444", "mg-replication-us-east-1"),
        Action: ["s3:ReplicateObject", "s3:ReplicateTags", "s3:ObjectOwnerOverrideToBucketOwner"],
        Resource: [`arn:aws:s3:::${PAYMENTS}/*`],
      },
    ]);
  });

  it("refuses plain text and objects under another key", () => {
    const objects = [`arn:aws:s3:::${CREDIT}/*`];
    const forAll = { Effect: "Deny", Principal: "*" };
    expect(denied(evidencePolicy(table, { ...place, bucket: CREDIT }, "KEY"))).toEqual([
      {
        ...forAll,
        Sid: "DenyPlainText",
        Action: ["s3:*"],
        Resource: [`arn:aws:s3:::${CREDIT}`, ...objects],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      {
        ...forAll,
        Sid: "DenyOtherEncryption",
        Action: ["s3:PutObject"],
        Resource: objects,
        Condition: {
          Null: { "s3:x-amz-server-side-encryption": "false" },
          StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" },
        },
      },
      {
        ...forAll,
        Sid: "DenyOtherKey",
        Action: ["s3:PutObject"],
        Resource: objects,
        Condition: {
          Null: { "s3:x-amz-server-side-encryption-aws-kms-key-id": "false" },
          StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": "KEY" },
        },
      },
    ]);
  });
});

const ROLE = (of: string) => `arn:aws:iam::444455556666:role/mg-${of}-us-east-1`;
const otherWriters = (of: object, roles: readonly string[]) => ({
  ...{ Sid: "DenyOtherWriters", Effect: "Deny", Principal: "*", Action: ["s3:PutObject", "s3:ReplicateObject"] },
  ...{ ...of, Condition: { ArnNotEquals: { "aws:PrincipalArn": roles.map(ROLE) } } },
});

describe("the verdict bucket", () => {
  const owned = { ...place, bucket: "mg-verdicts-444455556666-us-east-1" };
  const arn = `arn:aws:s3:::${owned.bucket}`;

  it("lets in no account, is written by the table's roles alone, takes each key once and gives up no version", () => {
    const policy = writeOncePolicy(table, owned, undefined);
    expect(allowed(policy)).toEqual([]);
    expect(denied(policy).slice(1)).toEqual([
      otherWriters({ Resource: [`${arn}/*`] }, ["start", "validate", "decide", "reconcile", "watch", "revoke"]),
      {
        Sid: "DenyOverwriting",
        Effect: "Deny",
        Principal: "*",
        Action: ["s3:PutObject"],
        Resource: [`${arn}/*`],
        Condition: { Null: { "s3:if-none-match": "true" }, Bool: { "s3:ObjectCreationOperation": "true" } },
      },
      {
        Sid: "DenyUndoing",
        Effect: "Deny",
        Principal: "*",
        Action: [
          "s3:DeleteObjectVersion",
          "s3:BypassGovernanceRetention",
          "s3:PutBucketVersioning",
          "s3:PutBucketObjectLockConfiguration",
          "s3:PutReplicationConfiguration",
          "s3:PutLifecycleConfiguration",
        ],
        Resource: [arn, `${arn}/*`],
      },
    ]);
  });

  it("is written by collect too, where language models are asked", () => {
    const config = governance({ groups: languageValues().groups, language: languageValues().language });
    const others = denied(writeOncePolicy(governanceTable(config), owned, undefined)).find(
      ({ Sid }) => Sid === "DenyOtherWriters",
    );
    expect(others?.Condition?.ArnNotEquals?.["aws:PrincipalArn"]).toContain(ROLE("collect"));
  });

  it("leaves its settings to the deploy role", () => {
    const deploy = "arn:aws:iam::444455556666:role/deploy";
    expect(denied(writeOncePolicy(table, owned, deploy)).at(-1)?.Condition).toEqual({
      ArnNotEquals: { "aws:PrincipalArn": deploy },
    });
  });
});

describe("the record bucket", () => {
  const owned = { ...place, bucket: "mg-records-444455556666-us-east-1" };
  it.each([undefined, "arn:aws:iam::444455556666:role/deploy"])("lets nobody delete, deploy role: %s", (deploy) => {
    const policy = recordPolicy(table, owned, deploy);
    expect(allowed(policy)).toEqual([]);
    const isOfWriting = ({ Sid }: { Sid: string }) => /^Deny(Over|Other)/.test(Sid);
    const others = denied(policy).filter((statement) => !isOfWriting(statement));
    const writeOnce = denied(writeOncePolicy(table, owned, deploy)).filter((statement) => !isOfWriting(statement));
    expect(others.slice(0, -1)).toEqual(writeOnce);
    expect(denied(policy).at(-1)).toEqual({
      Sid: "DenyDeleting",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
      Resource: [`arn:aws:s3:::${owned.bucket}/*`],
    });
  });

  const put = { Effect: "Deny", Principal: "*", Action: ["s3:PutObject"] };
  const definitions = [`arn:aws:s3:::${owned.bucket}/definitions/*`];
  const overwriting = {
    ...{ ...put, Sid: "DenyOverwriting", NotResource: definitions },
    Condition: { Null: { "s3:if-none-match": "true" }, Bool: { "s3:ObjectCreationOperation": "true" } },
  };
  const deploy = "arn:aws:iam::444455556666:role/deploy";

  it.each<[string, string | undefined, object[]]>([
    [
      "and definitions from the deployer alone",
      deploy,
      [
        {
          ...{ ...put, Sid: "DenyOtherDefinitions", Action: ["s3:PutObject", "s3:ReplicateObject"] },
          Resource: definitions,
          Condition: { ArnNotEquals: { "aws:PrincipalArn": deploy } },
        },
      ],
    ],
    ["and definitions from whom their own policies let, where no deployer is known", undefined, []],
  ])("is written by the table's roles alone, takes each key once, %s", (_, role, others) => {
    const writes = denied(recordPolicy(table, owned, role)).filter(({ Action }) => Action.includes("s3:PutObject"));
    const writers = ["validate", "decide", "checkpoint", "revoke"];
    expect(writes).toEqual([otherWriters({ NotResource: definitions }, writers), overwriting, ...others]);
  });
});

describe("an artifact bucket", () => {
  it("lets governance read what the registry resolves", () => {
    const config = dev();
    const bucket = "mg-artifacts-111122223333-us-east-1";
    const Principal = { AWS: "arn:aws:iam::444455556666:root" };
    expect(allowed(tablePolicy(devTable(config), { ...placeOf(config), bucket }))).toEqual([
      {
        Sid: "ReadModels",
        Effect: "Allow",
        Principal,
        Action: ["s3:GetObject", "s3:GetObjectAcl"],
        Resource: [`arn:aws:s3:::${bucket}/*`],
      },
      {
        Sid: "ReadModelBucket",
        Effect: "Allow",
        Principal,
        Action: ["s3:GetBucketAcl"],
        Resource: [`arn:aws:s3:::${bucket}`],
      },
    ]);
  });
});
