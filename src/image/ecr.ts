import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { originOf } from "./base-image";
import type { Registry } from "./registry-repository";

/** The account whose registry is meant, and how to get there. */
export interface EcrAccount {
  /** Twelve digits. */
  account: string;
  region: string;
  /** ARN of the role to take on; the caller's own where it isn't said. */
  assumeRole?: string;
}

interface ClientConfig {
  region: string;
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
}

/**
 * Credentials of an account's registry, fetched now and kept nowhere: they live for twelve hours.
 * @throws Error where the credentials at hand are another account's
 */
export async function ecrRegistry(place: EcrAccount): Promise<Registry> {
  const as = await clientOf(place.region, place.assumeRole);
  const { Account } = await new STSClient(as).send(new GetCallerIdentityCommand({}));
  if (Account !== place.account) {
    throw new Error(
      `found credentials of account ${Account}, expected ${place.account}; take on a role there, or name one in governance:assumeRole`,
    );
  }
  const { authorization, endpoint } = await tokenIn(as);
  return { origin: endpoint, authorization };
}

const PRIVATE = /\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/;

/** A base's registry: a mirror in ECR wants the account's own credentials, a public one gives its token to everyone. */
export async function baseRegistry(registry: string, assumeRole?: string): Promise<Registry> {
  const origin = originOf(registry);
  const [, region] = PRIVATE.exec(new URL(origin).hostname) ?? [];
  if (region === undefined) return { origin };
  const { authorization } = await tokenIn(await clientOf(region, assumeRole));
  return { origin, authorization };
}

async function clientOf(region: string, assumeRole?: string): Promise<ClientConfig> {
  if (assumeRole === undefined) return { region };
  const request = { RoleArn: assumeRole, RoleSessionName: "model-governance" };
  const { Credentials } = await new STSClient({ region }).send(new AssumeRoleCommand(request));
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials ?? {};
  if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined) {
    throw new Error(`${assumeRole}: STS gave no credentials`);
  }
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  return { region, credentials };
}

async function tokenIn(as: ClientConfig): Promise<{ authorization: string; endpoint: string }> {
  const { authorizationData } = await new ECRClient(as).send(new GetAuthorizationTokenCommand({}));
  const [{ authorizationToken, proxyEndpoint } = {}] = authorizationData ?? [];
  if (authorizationToken === undefined || proxyEndpoint === undefined) throw new Error("ECR gave no token");
  return { authorization: `Basic ${authorizationToken}`, endpoint: proxyEndpoint };
}
