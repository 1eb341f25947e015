import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Command } from "commander";
import { checksImageFiles } from "../checks/image";
import { DEFAULT_BASE_IMAGE, originOf } from "../src/image/base-image";
import { type BaseChoice, baseRepository, planOn, pushToEcr } from "../src/image/ecr-image";
import type { PlannedImage } from "../src/image/planned-image";
import { assembleOn, type PushedImage, pushImage } from "../src/image/push";
import { RegistryRepository } from "../src/image/registry-repository";
import { imageSbom } from "./image-sbom";

const SBOM = "dist/image.cdx.json";
const ECR = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/;

const ONCE = { attempts: 1, pauseMilliseconds: 0 };

interface Options extends BaseChoice {
  push?: string;
  assumeRole?: string;
}

const say = (name: string, value: string) => console.log(`${name.padEnd(14)}${value}`);

async function run(options: Options): Promise<void> {
  const files = checksImageFiles();
  const plan = planOn(options, files);
  const base = options.baseImage ?? DEFAULT_BASE_IMAGE;
  say("content hash", plan.contentHash);
  say("tag", plan.contentHash);
  say("our layer", `${plan.layer.bytes.length} bytes, ${plan.layer.digest}`);
  say("base", base);
  writeSbom(imageSbom(files, base));
  say("SBOM", SBOM);
  if (options.push === undefined) return sayDigest(plan, options);
  const { digest, size, existed } = await push(plan, options.push, options);
  say("manifest", digest);
  say("whole image", `${size} bytes in layers`);
  say(existed ? "was there" : "pushed", `${options.push}@${digest}`);
}

function writeSbom(text: string): void {
  const file = path.join(__dirname, "..", SBOM);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** The digest is known once the base's manifest and config are read; without them the rest is still worth printing. */
async function sayDigest(plan: PlannedImage, options: Options): Promise<void> {
  try {
    const { digest, size } = await assembleOn(plan, await baseRepository(options, ONCE));
    say("manifest", digest);
    say("whole image", `${size} bytes in layers`);
  } catch (error) {
    say("manifest", `not known without the base: ${messageOf(error)}`);
  }
}

/** ECR is asked for credentials; another registry gets the header that the environment holds, or none. */
async function push(plan: PlannedImage, to: string, options: Options): Promise<PushedImage> {
  const [, origin = "", host = "", repository = ""] = /^((?:https?:\/\/)?([^/]+))\/(.+)$/.exec(to) ?? [];
  if (repository === "") throw new Error(`--push: found ${to}, expected host/repository`);
  const [, account, region] = ECR.exec(host) ?? [];
  if (account !== undefined && region !== undefined) {
    return pushToEcr(plan, { ...options, account, region, repository });
  }
  const authorization = process.env.REGISTRY_AUTHORIZATION;
  const registry = { origin: originOf(origin), ...(authorization !== undefined && { authorization }) };
  return pushImage(plan, await baseRepository(options), new RegistryRepository(registry, repository));
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

new Command("npm run image --")
  .description("Builds the checks' image without a container engine, and says what it is.")
  .option("--push <repository>", "push it there, for example 444455556666.dkr.ecr.us-east-1.amazonaws.com/mg/checks")
  .option("--base-registry <host>", "a mirror that has the base")
  .option("--base-image <name>", "another base, by digest: repository[:tag]@sha256:…")
  .option("--assume-role <arn>", "the role to push with")
  .action((options: Options) =>
    run(options).catch((error: unknown) => {
      console.error(messageOf(error));
      process.exitCode = 1;
    }),
  )
  .parse();
