import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

/** An account, and how to get there. */
export interface ReachedAccount {
  /** Twelve digits. */
  account: string;
  region: string;
  /** ARN of the role to take on; the caller's own where it isn't said. */
  assumeRole?: string;
}

/** What a client of the SDK is made with. */
export interface ClientConfig {
  region: string;
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
}

/**
 * Clients' configuration for that account, as the stack's provider has it.
 * @throws Error where the credentials at hand are another account's
 */
export async function clientConfigIn({ account, region, assumeRole }: ReachedAccount): Promise<ClientConfig> {
  const as = await clientConfig(region, assumeRole);
  const { Account } = await new STSClient(as).send(new GetCallerIdentityCommand({}));
  if (Account === account) return as;
  throw new Error(
    `found credentials of account ${Account}, expected ${account}; take on a role there, or name one in governance:assumeRole`,
  );
}

/** The same in whatever account the credentials are of. */
export async function clientConfig(region: string, assumeRole?: string): Promise<ClientConfig> {
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
