import { existsSync } from "node:fs";
import path from "node:path";

/** The policy of this clone, or the one that a packed tarball carries beside its bundle. */
export function defaultPolicyDirectory(): string {
  const inClone = path.join(__dirname, "..", "..", "checks", "policy");
  return existsSync(inClone) ? inClone : path.join(__dirname, "policy");
}
