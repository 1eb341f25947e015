import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  type NotificationConfiguration,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  type ReplicationConfiguration,
  S3Client,
} from "@aws-sdk/client-s3";
import { GOVERNANCE, makeRegisteringRole, PAYMENTS } from "./deployment";
import { Emulator } from "./emulator";
import { copyProject, DeployedStack } from "./stacks";
import { missing, say } from "./tools";

const absent = missing("pulumi", "fakecloud");
if (absent.length > 0) say(`skipped, a bucket that exists: ${absent.join(" and ")} not on PATH`);

const MINUTES = 60_000;
const Bucket = "team-artifacts";
/** What the team wrote, and what has to stay. */
const TEAMS = {
  Sid: "Team",
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${PAYMENTS}:role/ml-build` },
  Action: "s3:*",
  Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
};

const { region } = GOVERNANCE;
const CONFIGURED = {
  ...{ role: "dev", account: PAYMENTS, region, transfer: "replication", registeringRoles: ["ml-build"] },
  ...{ governanceAccount: GOVERNANCE.account, groups: ["payment-fraud"] },
  evidenceKeyArn: `arn:aws:kms:${region}:${GOVERNANCE.account}:key/00000000-0000-0000-0000-000000000000`,
  ...{ artifactBucket: Bucket, evidencePrefixes: ["evidence/"] },
};

(absent.length > 0 ? describe.skip : describe)("a stack that names a bucket which exists", () => {
  let folder: string;
  let emulator: Emulator;
  let dev: DeployedStack;
  let s3: S3Client;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "governance-e2e-"));
    emulator = await Emulator.start({ folder, accounts: [PAYMENTS], region, sageMakerUrl: "http://127.0.0.1:9" });
    await makeRegisteringRole(emulator, PAYMENTS);
    const credentials = emulator.keysOf(PAYMENTS);
    s3 = new S3Client({ region, endpoint: emulator.url, forcePathStyle: true, credentials });
    await s3.send(new CreateBucketCommand({ Bucket }));
    await write([TEAMS]);
    dev = await DeployedStack.create("dev", copyProject(folder), emulator.url, credentials);
    dev.configure(CONFIGURED);
  }, 2 * MINUTES);
  afterAll(async () => {
    await emulator?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, MINUTES);

  const write = (Statement: unknown[]) =>
    s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: "2012-10-17", Statement }) }));
  const preview = () =>
    dev.preview().then(
      () => "passes",
      (error: unknown) => String(error),
    );

  it(
    "has preview stop with what to add to its policy, and pass once it is added",
    async () => {
      const stopped = await preview();
      expect(stopped).toContain(
        `error: Pulumi.dev.yaml: governance:artifactBucket: the versioning of bucket ${Bucket}`,
      );
      const needed = jsonAfter(stopped, `the policy of bucket ${Bucket} lacks`) as unknown[];
      await write([TEAMS, ...needed]);
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
      expect(await preview()).toBe("passes");
    },
    5 * MINUTES,
  );

  it(
    "stops once it is up, until the bucket names its role and its queue",
    async () => {
      const { outputs } = await dev.up();
      const stopped = await preview();
      const rules = jsonAfter(stopped, `the replication of bucket ${Bucket} lacks`);
      const told = jsonAfter(stopped, `the notifications of bucket ${Bucket} lacks`);
      expect(rules).toEqual(outputs.addToArtifactBucketReplication?.value);
      expect(told).toEqual(outputs.addToArtifactBucketNotifications?.value);
      await s3.send(
        new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration: rules as ReplicationConfiguration }),
      );
      await s3.send(
        new PutBucketNotificationConfigurationCommand({
          Bucket,
          NotificationConfiguration: told as NotificationConfiguration,
        }),
      );
      expect(await preview()).toBe("passes");
    },
    10 * MINUTES,
  );

  it("leaves what the team wrote", async () => {
    const { Policy = "" } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    expect(JSON.parse(Policy).Statement).toContainEqual(TEAMS);
  });

  it(
    "writes it whole where the configuration says that it is the stack's",
    async () => {
      dev.configure({ ...CONFIGURED, ownsArtifactBucket: true });
      await dev.up();
      const { Policy = "" } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
      expect(Policy).toContain("DenyPlainText");
      expect(Policy).not.toContain(TEAMS.Sid);
    },
    10 * MINUTES,
  );
});

/** The first JSON after a text, which Pulumi has indented. */
function jsonAfter(text: string, mark: string): unknown {
  const after = text.slice(text.indexOf(mark));
  const [, indent = "", json = ""] = /^( *)([[{]$.*?^\1[\]}])$/ms.exec(after) ?? [];
  return JSON.parse(json.replaceAll(`\n${indent}`, "\n") || "null");
}
