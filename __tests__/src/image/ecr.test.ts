import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { mockClient } from "aws-sdk-client-mock";
import { checksImageFiles } from "../../../checks/image";
import { baseRegistry, ecrRegistry } from "../../../src/image/ecr";
import { type EcrTarget, isInEcr, planOn, pushToEcr } from "../../../src/image/ecr-image";
import { checksImageProvider } from "../../../src/infrastructure/checks-image-provider";
import { type TestRegistry, testRegistry } from "./registry";

const TOKEN = "QVdTOnNlY3JldA==";
const PLACE = { account: "444455556666", region: "us-east-1" };
const ROLE = "arn:aws:iam::444455556666:role/deploy";
const FILES = new Map([["/var/task/index.js", "//"]]);
const ecr = mockClient(ECRClient);
const sts = mockClient(STSClient);

let registry: TestRegistry;
beforeEach(async () => {
  registry = await testRegistry();
  ecr.reset();
  sts.reset();
  ecr
    .on(GetAuthorizationTokenCommand)
    .resolves({ authorizationData: [{ authorizationToken: TOKEN, proxyEndpoint: registry.origin }] });
  sts.on(GetCallerIdentityCommand).resolves({ Account: PLACE.account });
  sts.on(AssumeRoleCommand).resolves({
    Credentials: { AccessKeyId: "of-role", SecretAccessKey: "s", SessionToken: "t", Expiration: new Date(0) },
  });
});
afterEach(() => registry.close());

describe("the account's registry", () => {
  it("is asked for credentials", async () => {
    expect(await ecrRegistry(PLACE)).toEqual({ origin: registry.origin, authorization: `Basic ${TOKEN}` });
  });

  it("is reached under the stack's role", async () => {
    await ecrRegistry({ ...PLACE, assumeRole: ROLE });
    expect(sts.commandCalls(AssumeRoleCommand).map(({ args }) => args[0].input)).toEqual([
      { RoleArn: ROLE, RoleSessionName: "model-governance" },
    ]);
    const [call] = ecr.commandCalls(GetAuthorizationTokenCommand);
    expect(await call?.thisValue.config.credentials()).toMatchObject({ accessKeyId: "of-role" });
  });

  it("is refused where the credentials are another account's", async () => {
    sts.on(GetCallerIdentityCommand).resolves({ Account: "111122223333" });
    await expect(ecrRegistry(PLACE)).rejects.toThrow(
      "found credentials of account 111122223333, expected 444455556666; take on a role there, or name one in governance:assumeRole",
    );
  });
});

describe("the base's registry", () => {
  it.each([
    ["public.ecr.aws", "https://public.ecr.aws"],
    ["http://127.0.0.1:5005", "http://127.0.0.1:5005"],
  ])("%s wants no credentials of ours", async (host, origin) => {
    expect(await baseRegistry(host)).toEqual({ origin });
    expect(ecr.calls()).toEqual([]);
  });

  it("a mirror in ECR wants them, of its own Region", async () => {
    const host = "444455556666.dkr.ecr.eu-north-1.amazonaws.com";
    expect(await baseRegistry(host)).toEqual({ origin: `https://${host}`, authorization: `Basic ${TOKEN}` });
    const [call] = ecr.commandCalls(GetAuthorizationTokenCommand);
    expect(await call?.thisValue.config.region()).toBe("eu-north-1");
  });
});

describe("an image in ECR", () => {
  const target = (): EcrTarget => {
    const config = { architecture: "amd64", os: "linux", rootfs: { type: "layers", diff_ids: ["sha256:1"] } };
    const digest = registry.hold("base", { config, layers: [Buffer.from("system")] });
    return { ...PLACE, repository: "mg/checks", baseRegistry: registry.origin, baseImage: `base@${digest}` };
  };

  it("is there once it is pushed, and not before", async () => {
    const to = target();
    const plan = planOn(to, FILES);
    const { digest } = await pushToEcr(plan, to);
    expect(await isInEcr(digest, to)).toBe(true);
    expect(await isInEcr(digest, { ...to, repository: "other" })).toBe(false);
  });

  it("is what the provider makes and reads; one that is gone is gone from the state", async () => {
    const to = target();
    const { contentHash } = planOn(to, checksImageFiles());
    const inputs = { ...to, contentHash, repositoryUrl: "host/mg/checks" };
    const { id, outs } = await checksImageProvider.create(inputs);
    expect(outs).toEqual({ ...inputs, digest: id, uri: `host/mg/checks@${id}` });
    expect(await checksImageProvider.read?.(id, outs)).toEqual({ id, props: outs });
    registry.manifests.delete(`mg/checks@${id}`);
    expect(await checksImageProvider.read?.(id, outs)).toEqual({});
    expect(JSON.stringify(outs)).not.toContain(TOKEN);
  });
});
