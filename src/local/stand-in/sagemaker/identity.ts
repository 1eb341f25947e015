import { arnParts } from "../arns";
import { senderOf } from "../role-id";

/** Who made or changed something, as describing it says: a session of the role. */
export function identityOf(principal: string) {
  const parts = arnParts(principal);
  const role = parts?.resource.split("/").at(-1) ?? principal;
  return {
    IamIdentity: {
      Arn: `arn:${parts?.partition}:sts::${parts?.account}:assumed-role/${role}/session`,
      PrincipalId: senderOf(principal),
    },
  };
}
