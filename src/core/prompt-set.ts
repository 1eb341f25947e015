import type { LanguageKind } from "./evidence";

/** Published formats that prompt sets are made from. */
export const PROMPT_FORMATS = ["bbq", "bold", "misinfo-reaction-frames", "book-passages", "source-code"] as const;
export type PromptFormat = (typeof PROMPT_FORMATS)[number];

/** A file of prompts, one JSON object a line: `id`, `prompt`, `category`, and the fields that the kind's check reads. */
export interface PromptShard {
  /** File name beside the manifest. */
  file: string;
  /** Of its bytes, lower-case hex. */
  sha256: string;
  prompts: number;
}

/** manifest.json of a prompt set: what a language model is asked, and where that comes from. */
export interface PromptSet {
  schemaVersion: 1;
  /** Lower-case letters, digits and hyphens. */
  name: string;
  kind: LanguageKind;
  format: PromptFormat;
  /** SPDX identifier or a text, as the publisher states it. */
  licence: string;
  /** Where the data was published. */
  source: string;
  samplingSeed: number;
  /** Completions that are asked for each prompt. */
  completions: number;
  parameters: { maxTokens: number; temperature: number };
  shards: readonly PromptShard[];
}
