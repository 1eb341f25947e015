import type { ExistingThings } from "../../../src/adapters/existing-things";
import type { StackConfig } from "../../../src/infrastructure/stack-config";
import { declaredStack } from "../../support/declared-stack";
import { jsonIn, OTHERS, policy, previewed, printed } from "../../support/existing-account";
import { dev, governance } from "../../support/policies";
import { IMAGE_DIGEST } from "../../support/stack-values";

const KEY = "arn:aws:kms:us-east-1:111122223333:key/team";
const BUCKET = { artifactBucket: "team-artifacts", evidencePrefixes: ["evidence/"] };
const group = (takeOver: Readonly<Record<string, unknown>>) =>
  governance({
    groups: [
      { name: "payment-fraud", accounts: ["222233334444"] },
      { name: "credit-risk", accounts: ["111122223333"], ...takeOver },
    ],
  });

it.each<[string, StackConfig]>([
  ["a governance stack whose image is in its own repository", governance()],
  ["a governance stack that owns its group's policy", group({ existing: true, ownsPolicy: true })],
  [
    "a Processing job's image, which its role may pull",
    governance({
      runner: "processing",
      checksImage: `444455556666.dkr.ecr.us-east-1.amazonaws.com/own@${IMAGE_DIGEST}`,
    }),
  ],
  ["a dev stack with its own bucket", dev()],
  ["a dev stack that owns an existing bucket's documents", dev({ ...BUCKET, ownsArtifactBucket: true })],
  ["signing keys of another account", governance({ signingKeys: { records: KEY } })],
])("asks nothing of %s", async (_, config) => {
  expect(await previewed(config)).toMatchObject({ asked: [], warnings: [], stops: [] });
});

describe.each<
  [
    string,
    StackConfig,
    (read: () => Promise<string | undefined>) => Partial<ExistingThings>,
    string,
    [output: string, of?: string],
    RegExp,
  ]
>([
  [
    "a group",
    group({ existing: true }),
    (groupPolicy) => ({ groupPolicy }),
    "governance:groups[1]: the policy of model package group credit-risk",
    ["addToGroupPolicies", "credit-risk"],
    /aws sagemaker put-model-package-group-policy --model-package-group-name credit-risk --resource-policy file:\/\/policy.json\nor let the stack write all of it.*: ownsPolicy: true/,
  ],
  [
    "an artifact bucket",
    dev(BUCKET),
    (bucketPolicy) => ({ bucketPolicy, notifications: async () => ({ EventBridgeConfiguration: {} }) }),
    "governance:artifactBucket: the policy of bucket team-artifacts",
    ["addToArtifactBucketPolicy"],
    /aws s3api put-bucket-policy --bucket team-artifacts --policy file:\/\/policy.json\nor let the stack .*: governance:ownsArtifactBucket: true/,
  ],
  [
    "a repository of models' images",
    dev({ imageRepositories: ["serve"] }),
    (repositoryPolicy) => ({ repositoryPolicy }),
    "governance:imageRepositories[0]: the policy of repository serve",
    ["addToImageRepositoryPolicies", "serve"],
    /aws ecr set-repository-policy --repository-name serve --policy-text file:\/\/policy.json$/,
  ],
  [
    "a key with two uses",
    dev({ artifactKeyArn: KEY, noticeKeyArn: KEY }),
    (keyPolicy) => ({ keyPolicy }),
    `governance:artifactKeyArn, governance:noticeKeyArn: the policy of key ${KEY}`,
    ["addToKeyPolicies", KEY],
    /aws kms put-key-policy --key-id arn:aws:kms:us-east-1:111122223333:key\/team --policy-name default --policy file:\/\/policy.json$/,
  ],
])("the policy of %s", (_, config, there, name, [output, of], commands) => {
  const found = (text: string | undefined) =>
    previewed(
      config,
      there(async () => text),
    );

  it("stops preview with what to add, and how", async () => {
    const needed = await printed(config, output, of);
    for (const text of [undefined, policy([OTHERS])]) {
      const { stops, warnings } = await found(text);
      expect(stops).toHaveLength(1);
      expect(stops[0]).toMatch(
        new RegExp(`^Pulumi\\.test\\.yaml: ${name.replace(/[[\]]/g, "\\$&")} lacks what the stack needs; add`),
      );
      // Where there is none, what to add is a whole document.
      const whole = { Version: "2012-10-17", Statement: needed };
      expect(jsonIn(stops[0])).toEqual(JSON.parse(JSON.stringify(text === undefined ? whole : needed)));
      expect(stops[0]).toMatch(commands);
      expect(/aws .* get-/.test(stops[0] ?? "")).toBe(text !== undefined);
      expect(warnings).toEqual([]);
    }
  });

  it("lets preview pass once it is added to what was there", async () => {
    const needed = await printed(config, output, of);
    expect(await found(policy([OTHERS, needed].flat()))).toMatchObject({ stops: [], warnings: [] });
  });

  it("names what alone is missing", async () => {
    const [first, ...others] = [await printed(config, output, of)].flat() as { Sid: string }[];
    const { stops } = await found(policy([OTHERS, ...others]));
    expect((jsonIn(stops[0]) as { Sid: string }[]).map(({ Sid }) => Sid)).toEqual([first?.Sid]);
  });

  it("stops on a statement that denies it all, and on what is no policy", async () => {
    const needed = [await printed(config, output, of)].flat();
    const deny = { Sid: "Closed", Effect: "Deny", Principal: "*", Action: "*", Resource: "*" };
    const services = needed.every((one) => "Service" in Object(Reflect.get(Object(one), "Principal")));
    expect(services).toBe(false);
    expect((await found(policy([...needed, deny]))).stops).toEqual([
      expect.stringMatching(
        /isn't as the stack needs it\.\nIn the way: its statement Closed denies what the stack needs/,
      ),
    ]);
    expect((await found("{")).stops).toEqual([
      expect.stringContaining("couldn't be compared: found no policy document, but {"),
    ]);
  });

  it("stops, and says which setting, where it can't be read", async () => {
    const { stops } = await previewed(
      config,
      there(async () => {
        throw new Error("AWS refuses it: let the deployer do that");
      }),
    );
    expect(stops).toEqual([`Pulumi.test.yaml: ${name} couldn't be compared: AWS refuses it: let the deployer do that`]);
  });
});

it("stops on the repository of an image that CI pushed elsewhere, unless Lambda may pull it", async () => {
  const config = governance({ checksImage: `444455556666.dkr.ecr.us-east-1.amazonaws.com/own/checks@${IMAGE_DIGEST}` });
  const { stops, asked } = await previewed(config);
  expect(asked).toEqual(["repositoryPolicy own/checks"]);
  expect(stops).toEqual([
    expect.stringMatching(/^Pulumi.test.yaml: governance:checksImage: the policy of repository own\/checks lacks/),
  ]);
  expect((await previewed(config, { repositoryPolicy: async () => JSON.stringify(jsonIn(stops[0])) })).stops).toEqual(
    [],
  );
});

it("says all at once", async () => {
  const { stops } = await previewed(dev({ ...BUCKET, artifactKeyArn: KEY, imageRepositories: ["serve"] }));
  expect(stops.map((stop) => stop.split(" lacks ")[0])).toEqual([
    "Pulumi.test.yaml: governance:artifactBucket: the policy of bucket team-artifacts",
    "Pulumi.test.yaml: governance:artifactBucket: the notifications of bucket team-artifacts",
    "Pulumi.test.yaml: governance:imageRepositories[0]: the policy of repository serve",
    `Pulumi.test.yaml: governance:artifactKeyArn: the policy of key ${KEY}`,
  ]);
});

it.each(["copy", "replication"])(
  "a stack that owns the documents of an existing bucket writes each whole, in mode %s",
  async (transfer) => {
    const { names, one, outputs, resources } = await declaredStack(
      dev({ ...BUCKET, transfer, ownsArtifactBucket: true }),
    );
    expect(names("Bucket")).toEqual([]);
    const written = resources.filter(({ type }) => /^Bucket/.test(type));
    expect(written.map(({ type }) => type).sort()).toEqual(
      transfer === "copy"
        ? ["BucketNotification", "BucketPolicy"]
        : ["BucketNotification", "BucketPolicy", "BucketReplicationConfig"],
    );
    for (const { inputs, retainOnDelete } of written)
      expect([inputs.bucket, retainOnDelete]).toEqual(["team-artifacts", true]);
    const { Statement } = JSON.parse(String(one("BucketPolicy", "artifacts").inputs.policy));
    expect(Statement.map(({ Sid }: { Sid: string }) => Sid)).toEqual([
      "DenyPlainText",
      "ReadModels",
      "ReadModelBucket",
    ]);
    expect(Object.keys(outputs).filter((name) => name.startsWith("addToArtifact"))).toEqual(
      transfer === "copy" ? [] : ["addToArtifactBucketVersioning"],
    );
  },
);

it("a stack that owns an existing group's policy writes it, and not the group", async () => {
  const own = await declaredStack(group({}));
  const owning = await declaredStack(group({ existing: true, ownsPolicy: true }));
  expect(owning.names("ModelPackageGroup")).toEqual(["payment-fraud"]);
  expect(owning.outputs).not.toHaveProperty("addToGroupPolicies");
  expect(owning.one("ModelPackageGroupPolicy", "credit-risk").inputs).toEqual(
    own.one("ModelPackageGroupPolicy", "credit-risk").inputs,
  );
  const retained = (stack: typeof own) => stack.one("ModelPackageGroupPolicy", "credit-risk").retainOnDelete;
  expect([own, owning].map(retained)).toEqual([false, true]);
});
