import { baseImage } from "../../../src/image/base-image";
import { planImage } from "../../../src/image/planned-image";
import { checksImageProvider } from "../../../src/infrastructure/checks-image-provider";
import { arnOf, declaredStack } from "../../support/declared-stack";
import { governance } from "../../support/policies";
import { IMAGE_DIGEST } from "../../support/stack-values";

const TYPE = "pulumi-nodejs:dynamic/governance:ChecksImage";
const build = (change: object = {}) => governance({ checksImage: undefined, checksImageBuild: {}, ...change });
const files = new Map([["/var/task/index.js", "//"]]);
const contentHash = planImage(files, baseImage().digest).contentHash;

/** The provider as Pulumi's own process gets it: from the text in the state. */
function loaded(text: string): object {
  const exported: { handler?: () => object } = {};
  new Function("exports", "require", text)(exported, require);
  return exported.handler?.() ?? {};
}

it("a stack that names a pushed image builds none", async () => {
  expect((await declaredStack(governance())).names(TYPE)).toEqual([]);
});

describe("a stack that builds the image", () => {
  it("sends what is to be made, and neither bytes nor secrets", async () => {
    const { one } = await declaredStack(build({ assumeRole: "arn:aws:iam::444455556666:role/deploy" }));
    const { __provider: provider, ...inputs } = one(TYPE, "checks-image").inputs;
    expect(Object.keys(loaded(String(provider)))).toEqual(["diff", "create", "update", "read", "delete"]);
    expect(String(provider)).not.toMatch(/process\.env|[Cc]redential|[Aa]uthorization|\/home\//);
    expect(inputs).toEqual({
      contentHash,
      repositoryUrl: "https://repository/checks",
      repository: "mg/checks",
      account: "444455556666",
      region: "us-east-1",
      assumeRole: "arn:aws:iam::444455556666:role/deploy",
    });
  });

  it("runs what was pushed, by its digest", async () => {
    const { one } = await declaredStack(build());
    expect(one("Function", "validate").inputs.imageUri).toBe(`repository@${IMAGE_DIGEST}`);
    for (const name of ["validate", "decide"]) {
      expect(one("Function", name).inputs.environment).toMatchObject({
        variables: { CHECKS_IMAGE_DIGEST: IMAGE_DIGEST },
      });
    }
    expect(one("Function", "start").inputs.role).toBe(arnOf("Role", "start"));
  });

  it("takes another base and another registry", async () => {
    const base = { baseRegistry: "registry.example.com:5000", baseImage: `node@sha256:${"b".repeat(64)}` };
    const { one } = await declaredStack(build({ checksImageBuild: base }));
    const expected = planImage(files, `sha256:${"b".repeat(64)}`).contentHash;
    expect(one(TYPE, "checks-image").inputs).toMatchObject({ ...base, contentHash: expected });
  });
});

describe("the provider", () => {
  const inputs = { contentHash, repositoryUrl: "r/mg/checks", repository: "mg/checks", account: "1", region: "r" };
  const outputs = { ...inputs, digest: IMAGE_DIGEST, uri: `r/mg/checks@${IMAGE_DIGEST}` };

  it.each<[string, object, { changes: boolean; replaces: string[] }]>([
    ["nothing", {}, { changes: false, replaces: [] }],
    ["its content", { contentHash: "other" }, { changes: true, replaces: ["contentHash"] }],
    ["its repository", { repositoryUrl: "s/mg/checks" }, { changes: true, replaces: ["repositoryUrl"] }],
    ["the role", { assumeRole: "arn:aws:iam::1:role/deploy" }, { changes: true, replaces: [] }],
    ["the mirror", { baseRegistry: "mirror" }, { changes: true, replaces: [] }],
  ])("says what changes with %s", async (_, change, expected) => {
    expect(await checksImageProvider.diff?.("id", outputs, { ...inputs, ...change })).toEqual(expected);
  });

  it("keeps the image's name where only the way to it changes", async () => {
    const news = { ...inputs, baseRegistry: "mirror" };
    expect(await checksImageProvider.update?.(IMAGE_DIGEST, outputs, news)).toEqual({
      outs: { ...outputs, baseRegistry: "mirror" },
    });
  });

  it("pushes nothing but what was previewed", async () => {
    await expect(checksImageProvider.create({ ...inputs, contentHash: "previewed" })).rejects.toThrow(
      /^the checks' image: found content [0-9a-f]{64}, expected previewed, which was previewed; .* run pulumi up again$/,
    );
  });
});
