import { gzipSync } from "node:zlib";
import { digestOf } from "../../../src/image/digest";
import { planImage } from "../../../src/image/planned-image";
import { assembleOn, pushImage } from "../../../src/image/push";
import { RegistryRepository } from "../../../src/image/registry-repository";
import { type TestRegistry, testRegistry } from "./registry";

const QUICK = { attempts: 3, pauseMilliseconds: 1 };
const BASE_LAYERS = [gzipSync("system"), gzipSync("node".repeat(300_000), { level: 0 })];
const CONFIG = {
  architecture: "amd64",
  os: "linux",
  config: { Entrypoint: ["/lambda-entrypoint.sh"], WorkingDir: "/var/task", Labels: { from: "base" } },
  rootfs: { type: "layers", diff_ids: ["sha256:1", "sha256:2"] },
  history: [{ created_by: "base" }],
};
const FILES = new Map([["/var/task/index.js", "exports.handler = 1;"]]);

let source: TestRegistry;
let target: TestRegistry;
beforeEach(async () => {
  [source, target] = await Promise.all([testRegistry(), testRegistry()]);
});
afterEach(() => Promise.all([source.close(), target.close()]));

const hold = (config: object = CONFIG, list = false) =>
  source.hold("lambda/nodejs", { config, layers: BASE_LAYERS, list });
const base = () => new RegistryRepository({ origin: source.origin }, "lambda/nodejs", QUICK);
const checks = (authorization?: string) =>
  new RegistryRepository({ origin: target.origin, ...(authorization && { authorization }) }, "mg/checks", QUICK);
const push = (digest: string) => pushImage(planImage(FILES, digest), base(), checks());
const message = (run: Promise<unknown>) =>
  run.then(
    () => "no error",
    (error: Error) => error.message,
  );
const writes = ({ calls }: TestRegistry) => calls.filter((call) => !/^(GET|HEAD)/.test(call));

describe("a pushed image", () => {
  it.each([
    ["of one platform", false],
    ["of several", true],
  ])("has a base %s, our layer and our command", async (_, list) => {
    const digest = hold(CONFIG, list);
    const plan = planImage(FILES, digest);
    const pushed = await pushImage(plan, base(), checks());
    const manifest = JSON.parse(String(target.manifests.get(`mg/checks@${pushed.digest}`)));
    const layers = [...BASE_LAYERS.map(digestOf), plan.layer.digest];
    expect(manifest.layers.map((layer: { digest: string }) => layer.digest)).toEqual(layers);
    expect(JSON.parse(String(target.blobs.get(manifest.config.digest)))).toEqual({
      ...CONFIG,
      config: {
        ...CONFIG.config,
        Cmd: ["index.handler"],
        Labels: {
          from: "base",
          "org.opencontainers.image.base.digest": digest,
          "governance.content-hash": plan.contentHash,
        },
      },
      rootfs: { type: "layers", diff_ids: ["sha256:1", "sha256:2", plan.layer.diffId] },
      history: [
        { created_by: "base" },
        { created: "1970-01-01T00:00:00Z", created_by: "checks and policy", comment: plan.contentHash },
      ],
    });
    for (const layer of layers) expect(digestOf(target.blobs.get(layer) ?? "")).toBe(layer);
    const size = [...BASE_LAYERS, plan.layer.bytes].reduce((sum, { length }) => sum + length, 0);
    expect(pushed).toEqual({ digest: pushed.digest, size, existed: false });
    expect([...target.manifests.keys()]).toEqual([`mg/checks:${plan.contentHash}`, `mg/checks@${pushed.digest}`]);
  });

  it("that is there already is success, and nothing is written", async () => {
    const digest = hold();
    const first = await push(digest);
    target.calls.length = 0;
    expect(await push(digest)).toEqual({ ...first, existed: true });
    expect(writes(target)).toEqual([]);
  });

  it("has the digest that assembling without a push gives", async () => {
    const digest = hold();
    const assembled = await assembleOn(planImage(FILES, digest), base());
    expect((await push(digest)).digest).toBe(assembled.digest);
  });

  it("that another push finished first is success", async () => {
    const digest = hold();
    const image = await assembleOn(planImage(FILES, digest), base());
    target.habits.before = ({ method, url = "" }, response) => {
      if (method !== "PUT" || !url.includes("/manifests/")) return false;
      target.manifests.set(`mg/checks:${planImage(FILES, digest).contentHash}`, Buffer.from(image.manifest));
      response.writeHead(400).end("ImageTagAlreadyExists");
      return true;
    };
    expect(await push(digest)).toMatchObject({ digest: image.digest });
  });
});

describe("nothing is pushed where", () => {
  it("the tag names another image", async () => {
    const digest = hold();
    const { contentHash } = planImage(FILES, digest);
    target.manifests.set(`mg/checks:${contentHash}`, Buffer.from("{}"));
    expect(await message(push(digest))).toContain(`found image ${digestOf("{}")}, expected sha256:`);
    expect(writes(target)).toEqual([]);
  });

  it("the registry has no base of that digest", async () => {
    const absent = `sha256:${"0".repeat(64)}`;
    expect(await message(push(absent))).toContain(`lambda/nodejs: has no image ${absent}; name a mirror`);
  });

  it("the registry gives another base under that digest", async () => {
    const digest = hold();
    source.manifests.set(`lambda/nodejs@${digest}`, Buffer.from("{}"));
    expect(await message(push(digest))).toContain(
      `found a manifest of digest ${digestOf("{}")}, expected the pinned ${digest}; nothing was built on it`,
    );
    expect(target.calls).toEqual([]);
  });

  it("the base's config is not what its digest says", async () => {
    const digest = hold();
    source.blobs.set(digestOf(JSON.stringify(CONFIG)), Buffer.from("{}"));
    expect(await message(push(digest))).toContain(`found bytes of digest ${digestOf("{}")}`);
    expect(target.calls).toEqual([]);
  });

  it("the base is of another platform", async () => {
    const digest = hold({ ...CONFIG, architecture: "arm64" });
    expect(await message(push(digest))).toContain("found linux/arm64, expected linux/amd64");
  });
});

it("a base's layer that is not what its digest says is never named by an image", async () => {
  const digest = hold();
  source.blobs.set(digestOf(BASE_LAYERS[1] ?? ""), Buffer.from("altered"));
  expect(await message(push(digest))).toContain(`found bytes of digest ${digestOf("altered")}`);
  expect(target.manifests.size).toBe(0);
});

describe("on the way", () => {
  /** Does something to the first requests of a kind, then lets the registry answer. */
  const first = (registry: TestRegistry, times: number, kind: RegExp, act: TestRegistry["habits"]["before"]) => {
    let left = times;
    registry.habits.before = (request, response) => {
      if (left === 0 || !kind.test(`${request.method} ${request.url}`)) return false;
      left -= 1;
      return act?.(request, response) ?? false;
    };
  };
  const fail: TestRegistry["habits"]["before"] = (_, response) => {
    response.writeHead(503).end("busy");
    return true;
  };

  it.each<[string, RegExp]>([
    ["an upload begins", /^POST/],
    ["bytes are sent", /^PATCH/],
    ["an upload ends", /^PUT .*blobs/],
    ["the manifest is named", /^PUT .*manifests/],
    ["blobs are looked for", /^HEAD/],
  ])("a registry that is busy when %s is asked again", async (_, kind) => {
    first(target, 2, kind, fail);
    expect(await push(hold())).toMatchObject({ existed: false });
  });

  it("a base that is busy is asked again", async () => {
    first(source, 2, /^GET/, fail);
    expect(await push(hold())).toMatchObject({ existed: false });
  });

  it("a registry that stays busy is named with what it said", async () => {
    first(target, 99, /^POST/, fail);
    expect(await message(push(hold()))).toMatch(/mg\/checks: http.*answered 503, expected 202: busy$/);
  });

  it.each<[string, () => TestRegistry, RegExp]>([
    ["an upload", () => target, /^PATCH/],
    ["a download", () => source, /^GET .*blobs/],
  ])("%s that breaks off is begun anew", async (_, registry, kind) => {
    first(registry(), 1, kind, (request, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("part");
      setImmediate(() => request.socket.destroy());
      return true;
    });
    expect(await push(hold())).toMatchObject({ existed: false });
  });

  it("a push that was stopped is completed by the next, which sends only what is absent", async () => {
    first(target, 99, /^PUT .*manifests/, fail);
    const digest = hold();
    await message(push(digest));
    target.habits.before = () => false;
    target.calls.length = 0;
    await push(digest);
    expect(writes(target)).toEqual([`PUT /v2/mg/checks/manifests/${planImage(FILES, digest).contentHash}`]);
  });
});

describe("credentials", () => {
  it("ours go to our registry with each call", async () => {
    const seen = new Set<string | undefined>();
    target.habits.before = ({ headers }) => {
      seen.add(headers.authorization);
      return false;
    };
    await pushImage(planImage(FILES, hold()), base(), checks("Basic QVdTOnNlY3JldA=="));
    expect([...seen]).toEqual(["Basic QVdTOnNlY3JldA=="]);
  });

  it("a public registry's token is asked for as its challenge says", async () => {
    const asked: string[] = [];
    source.habits.before = ({ url = "", headers }, response) => {
      if (url.startsWith("/token")) {
        asked.push(url);
        response.writeHead(200).end('{"token":"for-everyone"}');
        return true;
      }
      if (headers.authorization === "Bearer for-everyone") return false;
      const realm = `${source.origin}/token`;
      response.writeHead(401, {
        "www-authenticate": `Bearer realm="${realm}",service="s",scope="repository:lambda/nodejs:pull"`,
      });
      response.end();
      return true;
    };
    expect(await push(hold())).toMatchObject({ existed: false });
    expect(asked).toEqual(["/token?service=s&scope=repository%3Alambda%2Fnodejs%3Apull"]);
  });

  it("that are refused are said to be", async () => {
    target.habits.before = (_, response) => {
      response.writeHead(401, { "www-authenticate": "Basic" }).end("no basic auth credentials");
      return true;
    };
    expect(await message(push(hold()))).toMatch(/mg\/checks: .*answered 401, expected 200: no basic auth credentials$/);
  });
});
