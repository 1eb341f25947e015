import { parseArn } from "../../contract/arn";
import { type Place, type RoleOf, roleArn } from "../../contract/names";
import type { Principal } from "./grant";

/** A role that this project makes. */
export const ownRole = (prefix: string, of: RoleOf, place: Place): Principal => ({
  kind: "own-role",
  arn: roleArn(prefix, of, place),
  account: place.account,
});

/** A role that exists, by its name or ARN. */
export const existingRole = (nameOrArn: string, { partition, account }: Place): Principal => ({
  kind: "existing-role",
  arn: parseArn(nameOrArn) === undefined ? `arn:${partition}:iam::${account}:role/${nameOrArn}` : nameOrArn,
  account,
});

export const wholeAccount = ({ partition, account }: Place): Principal => ({
  kind: "account",
  arn: `arn:${partition}:iam::${account}:root`,
  account,
});
