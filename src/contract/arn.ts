/** The parts of an Amazon Resource Name: `arn:partition:service:region:account:resource`. */
export interface Arn {
  partition: string;
  service: string;
  region: string;
  account: string;
  resource: string;
}

/** A versioned model package: one version of a model package group. */
export interface ModelPackageId {
  arn: string;
  partition: string;
  region: string;
  account: string;
  group: string;
  version: number;
}

const ARN = /^arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):(\d{12}|):(.+)$/;
const VERSIONED = /^model-package\/([a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62})\/([1-9]\d{0,8})$/;

/** Splits an ARN; undefined for any text that is none. */
export function parseArn(text: string): Arn | undefined {
  const [, partition, service, region, account, resource] = ARN.exec(text) ?? [];
  if (partition === undefined || service === undefined || resource === undefined) return undefined;
  return { partition, service, region: region ?? "", account: account ?? "", resource };
}

/** Writes an ARN from its parts. */
export function formatArn({ partition, service, region, account, resource }: Arn): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

/**
 * Reads the ARN of a versioned model package. The group is the whole name, never a prefix of it.
 * @returns undefined for anything else, an unversioned package included.
 */
export function parseModelPackageArn(text: string): ModelPackageId | undefined {
  const arn = parseArn(text);
  if (arn?.service !== "sagemaker") return undefined;
  const [, group, version] = VERSIONED.exec(arn.resource) ?? [];
  if (group === undefined || version === undefined) return undefined;
  const { partition, region, account } = arn;
  return { arn: text, partition, region, account, group, version: Number(version) };
}

/**
 * Whether a session's ARN is one of that role: `arn:…:sts::<account>:assumed-role/<name>/<session>`, without the role's path,
 * since a role's name is there once in its account.
 */
export function isSessionOf(session: string, role: string): boolean {
  const [found, wanted] = [parseArn(session), parseArn(role)];
  const [kind, name, ...rest] = found?.resource.split("/") ?? [];
  return (
    found?.service === "sts" &&
    kind === "assumed-role" &&
    rest.length === 1 &&
    found.partition === wanted?.partition &&
    found.account === wanted.account &&
    name === wanted.resource.split("/").at(-1)
  );
}
