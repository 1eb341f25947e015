import { createHash } from "node:crypto";
import { arnParts } from "../arns";

/** Who made or changed something, as describing it says: a session of the role. */
export function identityOf(principal: string) {
  const parts = arnParts(principal);
  const role = parts?.resource.split("/").at(-1) ?? principal;
  const id = createHash("sha256").update(principal).digest("hex").slice(0, 17).toUpperCase();
  return {
    IamIdentity: {
      Arn: `arn:${parts?.partition}:sts::${parts?.account}:assumed-role/${role}/session`,
      PrincipalId: `AROA${id}:session`,
    },
  };
}
