import {
  GetPolicyCommand,
  type LambdaClient,
  paginateListAliases,
  paginateListVersionsByFunction,
} from "@aws-sdk/client-lambda";
import type { FoundFunction } from "../doctor/ports";
import { unlessMissing } from "./aws-error";

/** Lambda's one error for a function that isn't there and for a policy that isn't. */
const MISSING = ["ResourceNotFoundException"];

/** A function with the policies of itself and of its published versions; undefined where there is none. */
export async function deployedFunction(client: LambdaClient, FunctionName: string): Promise<FoundFunction | undefined> {
  const published = await unlessMissing(MISSING, publishedVersions(client, FunctionName));
  if (published === undefined) return undefined;
  const policyOf = async (of: { Qualifier?: string }) =>
    (await unlessMissing(MISSING, client.send(new GetPolicyCommand({ FunctionName, ...of }))))?.Policy;
  const policy = await policyOf({});
  const versions: { version: string; policy: string }[] = [];
  for (const version of published) {
    const found = await policyOf({ Qualifier: version });
    if (found !== undefined) versions.push({ version, policy: found });
  }
  const aliases: string[] = [];
  for await (const { Aliases = [] } of paginateListAliases({ client }, { FunctionName }))
    aliases.push(...Aliases.flatMap(({ Name }) => Name ?? []));
  return { ...(policy !== undefined && { policy }), versions, aliases };
}

/** `$LATEST` is the function itself. */
async function publishedVersions(client: LambdaClient, FunctionName: string): Promise<string[]> {
  const versions: string[] = [];
  for await (const page of paginateListVersionsByFunction({ client }, { FunctionName }))
    versions.push(...(page.Versions ?? []).flatMap(({ Version }) => Version ?? []));
  return versions.filter((version) => version !== "$LATEST");
}
