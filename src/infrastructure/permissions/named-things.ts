import { formatArn } from "../../contract/arn";
import { type AccountConfig, placeOf } from "../stack-config";

/** Pattern of the names that begin with the prefix. */
export const named = (config: AccountConfig, service: string, before: string): string =>
  formatArn({ ...placeOf(config), service, resource: `${before}${config.prefix}-*` });

export const rolesOf = ({ prefix, rolePath, ...config }: AccountConfig): string =>
  formatArn({ ...config, service: "iam", region: "", resource: `role${rolePath}${prefix}-*-${config.region}` });

/** The managed policy of the roles that register versions; unique in an account that is used from several Regions. */
export const registeringPolicyName = ({ prefix, region }: AccountConfig): string => `${prefix}-register-${region}`;
