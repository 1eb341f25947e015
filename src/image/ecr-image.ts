import type { ReachedAccount } from "../adapters/account-credentials";
import { type BaseImage, baseImage } from "./base-image";
import { baseRegistry, ecrRegistry } from "./ecr";
import { type PlannedImage, planImage } from "./planned-image";
import { type PushedImage, pushImage } from "./push";
import type { Retrying } from "./registry-error";
import { RegistryRepository } from "./registry-repository";

/** Where a base is to be had, as configuration says it; AWS's own where it doesn't. */
export interface BaseChoice {
  /** Host of AWS's registry or of a mirror of it. */
  baseRegistry?: string;
  /** `repository[:tag]@sha256:…` */
  baseImage?: string;
}

/** A repository of ECR, and the base of its images. */
export interface EcrTarget extends ReachedAccount, BaseChoice {
  /** `mg/checks` */
  repository: string;
}

/** The base that a choice means. */
const chosenBase = (choice: BaseChoice): BaseImage => baseImage(choice.baseImage, choice.baseRegistry);

/** Plans an image of files on the chosen base, without a network. */
export const planOn = (choice: BaseChoice, files: ReadonlyMap<string, string>): PlannedImage =>
  planImage(files, chosenBase(choice).digest);

/** The repository of the chosen base. */
export async function baseRepository(
  choice: BaseChoice & Pick<ReachedAccount, "assumeRole">,
  retrying?: Retrying,
): Promise<RegistryRepository> {
  const { registry, repository } = chosenBase(choice);
  return new RegistryRepository(await baseRegistry(registry, choice.assumeRole), repository, retrying);
}

/** Pushes a planned image into the account's registry. @throws Error as `pushImage` and `ecrRegistry` do */
export async function pushToEcr(plan: PlannedImage, target: EcrTarget): Promise<PushedImage> {
  const registry = await ecrRegistry(target);
  const base = await baseRepository(target);
  return pushImage(plan, base, new RegistryRepository(registry, target.repository));
}

/** Whether the account's registry has an image of that digest. */
export async function isInEcr(digest: string, target: EcrTarget): Promise<boolean> {
  const registry = await ecrRegistry(target);
  return (await new RegistryRepository(registry, target.repository).manifest(digest)) !== undefined;
}
