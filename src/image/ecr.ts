import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { type ClientConfig, clientConfig, clientConfigIn, type ReachedAccount } from "../adapters/account-credentials";
import { originOf } from "./base-image";
import type { Registry } from "./registry-repository";

/**
 * Credentials of an account's registry, fetched now and kept nowhere: they live for twelve hours.
 * @throws Error where the credentials at hand are another account's
 */
export async function ecrRegistry(place: ReachedAccount): Promise<Registry> {
  const { authorization, endpoint } = await tokenIn(await clientConfigIn(place));
  return { origin: endpoint, authorization };
}

const PRIVATE = /\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/;

/** A base's registry: a mirror in ECR wants the account's own credentials, a public one gives its token to everyone. */
export async function baseRegistry(registry: string, assumeRole?: string): Promise<Registry> {
  const origin = originOf(registry);
  const [, region] = PRIVATE.exec(new URL(origin).hostname) ?? [];
  if (region === undefined) return { origin };
  const { authorization } = await tokenIn(await clientConfig(region, assumeRole));
  return { origin, authorization };
}

async function tokenIn(as: ClientConfig): Promise<{ authorization: string; endpoint: string }> {
  const { authorizationData } = await new ECRClient(as).send(new GetAuthorizationTokenCommand({}));
  const [{ authorizationToken, proxyEndpoint } = {}] = authorizationData ?? [];
  if (authorizationToken === undefined || proxyEndpoint === undefined) throw new Error("ECR gave no token");
  return { authorization: `Basic ${authorizationToken}`, endpoint: proxyEndpoint };
}
