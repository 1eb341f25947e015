import { createHash } from "node:crypto";

/** Unique id of a role, by its ARN. */
export const roleIdOf = (arn: string): string =>
  `AROA${createHash("sha256").update(arn).digest("hex").slice(0, 17).toUpperCase()}`;

/** How AWS names a session of a role: in what it has changed, and in messages that it has sent. */
export const senderOf = (arn: string, session = "session"): string => `${roleIdOf(arn)}:${session}`;
