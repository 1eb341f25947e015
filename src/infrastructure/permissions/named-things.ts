import { formatArn } from "../../contract/arn";
import { type AccountConfig, placeOf } from "../stack-config";

/** ARN, or pattern of ARNs, in the stack's own account and Region. */
export const arnIn = (config: AccountConfig, service: string, resource: string): string =>
  formatArn({ ...placeOf(config), service, resource });

/** Pulumi's own names for these are the logical name, a hyphen, and letters of its choice. */
export const byPulumi = (config: AccountConfig, service: string, before: string, names: readonly string[]): string[] =>
  names.map((name) => arnIn(config, service, `${before}${name}-*`));

/** The one of that logical name, not those whose names only begin so: Pulumi chooses seven letters. */
export const oneByPulumi = (config: AccountConfig, service: string, name: string): string =>
  arnIn(config, service, `${name}-${"?".repeat(7)}`);

/** Pattern of the names that begin with the prefix. */
export const named = (config: AccountConfig, service: string, before: string): string =>
  arnIn(config, service, `${before}${config.prefix}-*`);

export const rolesOf = ({ prefix, rolePath, ...config }: AccountConfig): string =>
  formatArn({ ...config, service: "iam", region: "", resource: `role${rolePath}${prefix}-*-${config.region}` });

/** The managed policy of the roles that register versions; unique in an account that is used from several Regions. */
export const registeringPolicyName = ({ prefix, region }: AccountConfig): string => `${prefix}-register-${region}`;
