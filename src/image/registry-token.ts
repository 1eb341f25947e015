import { RegistryError } from "./registry-error";
import { parseJsonObject } from "./registry-json";

/**
 * Asks for the token that a registry wants of everyone, as its challenge says (distribution-spec, token authentication).
 * @param challenge header `www-authenticate`: `Bearer realm="…",service="…",scope="…"`
 * @returns undefined where the registry wants something else
 */
export async function anonymousToken(challenge: string, title: string): Promise<string | undefined> {
  if (!/^bearer /i.test(challenge)) return undefined;
  const { realm, ...parameters } = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]),
  );
  if (realm === undefined) return undefined;
  const url = new URL(realm);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const answer = await fetch(url);
  if (!answer.ok) throw new RegistryError(`${title}: ${url.origin} gave no token: ${answer.status}`, answer.status);
  const { token, access_token } = parseJsonObject(new Uint8Array(await answer.arrayBuffer()), url.origin);
  const found = token ?? access_token;
  return typeof found === "string" ? found : undefined;
}
