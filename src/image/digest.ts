import { createHash } from "node:crypto";

/** What a registry names bytes by: `sha256:` and 64 hexadecimal digits. */
export const digestOf = (bytes: string | Uint8Array): string =>
  `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
