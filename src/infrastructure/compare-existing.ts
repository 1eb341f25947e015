import { RunError } from "@pulumi/pulumi";
import type { ExistingThings } from "../adapters/existing-things";
import { type ExistingDocument, existingDocuments, type Lack } from "./existing-documents";
import type { StackConfig } from "./stack-config";

/**
 * Compares what a stack names and doesn't own with what it needs there, before its first resource. A stack that names nothing
 * asks nothing.
 * @param file name of the stack file, for messages
 * @param warn told of what can't be there before an update has made what it names
 * @throws RunError with all that is missing, as JSON to add, and with what couldn't be read
 */
export async function compareExisting(
  config: StackConfig,
  file: string,
  things: ExistingThings,
  warn: (text: string) => void,
): Promise<void> {
  const stops: string[] = [];
  for (const document of existingDocuments(config)) {
    const at = `${file}: ${document.settings.map((setting) => `governance:${setting}`).join(", ")}: ${document.name}`;
    try {
      const lack = await document.lacks(things);
      if (lack.awaits !== undefined) warn(`${at} ${later(document, lack)}`);
      else if (lack.add !== undefined || lack.obstacles.length > 0) stops.push(`${at} ${now(document, lack)}`);
    } catch (error) {
      stops.push(`${at} couldn't be compared: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (stops.length > 0) throw new RunError(stops.join("\n\n"));
}

const json = (value: unknown): string => JSON.stringify(value, undefined, 2);

/** What a person does before the next preview. */
const now = ({ commands, owning }: ExistingDocument, { add, isNew, obstacles }: Lack): string =>
  [
    add === undefined
      ? "isn't as the stack needs it."
      : `${isNew ? "lacks what the stack needs; add it whole, as policy.json" : "lacks what the stack needs; add to it"}\n${json(add)}`,
    ...obstacles.map((obstacle) => `In the way: ${obstacle}.`),
    "It is its owner's, so the stack doesn't write it. Put it right by",
    ...(isNew ? commands.slice(-1) : commands).map((command) => `  ${command}`),
    ...(owning === undefined
      ? []
      : [`or let the stack write all of it, in place of what others have in it: ${owning}.`]),
  ].join("\n");

const later = ({ commands }: ExistingDocument, { add, awaits }: Lack): string =>
  [
    `lacks what the stack needs and AWS doesn't take before an update has made ${awaits}; then add to it\n${json(add)}`,
    "by",
    ...commands.map((command) => `  ${command}`),
    "No evidence is replicated, or nobody is told of what isn't, until it is there; once that is made, preview stops without it.",
  ].join("\n");
