/** A prompt set of which not a byte may differ. */
export interface PinnedPromptSet {
  name: string;
  /** SHA-256 of its manifest.json, lower-case hex. */
  sha256: string;
}
