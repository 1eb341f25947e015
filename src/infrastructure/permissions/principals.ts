import { formatArn, parseArn } from "../../contract/arn";
import { type Place, type RoleNaming, type RoleOf, roleArn } from "../../contract/names";
import type { Principal } from "./grant";

/** A role that this project makes. */
export const ownRole = (naming: RoleNaming, of: RoleOf, place: Place): Principal => ({
  kind: "own-role",
  arn: roleArn(naming, of, place),
  account: place.account,
  root: rootArn(place),
});

/** A role that exists, by its name or ARN. */
export const existingRole = (nameOrArn: string, place: Place): Principal => ({
  kind: "existing-role",
  arn: parseArn(nameOrArn) === undefined ? iamArn(place, `role/${nameOrArn}`) : nameOrArn,
  account: place.account,
  root: rootArn(place),
});

export const wholeAccount = (place: Place): Principal => ({
  kind: "account",
  arn: rootArn(place),
  account: place.account,
  root: rootArn(place),
});

/** What stands for a whole account in a resource's policy. */
export const rootArn = (place: Place): string => iamArn(place, "root");

export const iamArn = (place: Place, resource: string): string =>
  formatArn({ ...place, service: "iam", region: "", resource });
