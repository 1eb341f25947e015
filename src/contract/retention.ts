/** Modes of S3's Object Lock. Nobody shortens COMPLIANCE; GOVERNANCE is shortened by whom a permission lets. */
export const RETENTION_MODES = ["GOVERNANCE", "COMPLIANCE"] as const;

/** How long what a decision rests on can't be deleted. */
export interface Retention {
  mode: (typeof RETENTION_MODES)[number];
  days: number;
}
