import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { SAMPLE_STACKS } from "../../src/local/story";

/**
 * The sample stacks' files, in which bob, carla and tina decide, tina is of the team, and what is tampered with is revoked.
 * @param folder where the governance stack's file is written
 */
export function reviewedStacks(folder: string): string[] {
  const [governance = "", ...others] = SAMPLE_STACKS;
  const users = ["bob", "carla", "tina"].map((name) => `"arn:aws:iam::444455556666:user/${name}"`).join(", ");
  const text = readFileSync(governance, "utf8")
    .replaceAll(/team: \[.*\]/g, "team: [tina]")
    .replace(/users: \[.*\]/, `users: [${users}]`);
  const file = path.join(folder, "governance.yaml");
  writeFileSync(file, `${text}  governance:revokeOnTampering: true\n`);
  return [file, ...others];
}
