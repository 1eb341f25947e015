import { isRecord } from "../inputs";
import { refuse } from "./limits";

type Fields = Readonly<Record<string, unknown>>;

/** Parts that a card may have, where it is a version's ("Model package model card schema", SageMaker Developer Guide). */
const PARTS = [
  "model_overview",
  "intended_uses",
  "business_details",
  "training_details",
  "evaluation_details",
  "additional_information",
];

/** Refuses a change of a version's card that SageMaker would refuse: content and status at once, or of an archived one. */
export function requireCardChange(before: unknown, change: unknown): void {
  if (!isRecord(change)) return;
  const { ModelCardContent: content, ModelCardStatus: status } = change;
  if (content === undefined) return;
  if (status !== undefined) refuse("ModelCard: content and status can't be updated in one call");
  if (isRecord(before) && before.ModelCardStatus === "Archived") refuse("Model Card is in Archived state");
  requireContent(String(content));
}

function requireContent(content: string): void {
  const card = parsed(content);
  const unknown = Object.keys(card).filter((part) => !PARTS.includes(part));
  if (unknown.length > 0)
    refuse(`ModelCardContent: ${unknown.join(", ")} isn't in the model package model card schema`);
}

function parsed(content: string): Fields {
  try {
    const card: unknown = JSON.parse(content);
    if (isRecord(card)) return card;
  } catch {
    // As for anything else that is no object.
  }
  return refuse("ModelCardContent: must be a JSON object");
}

/** The card after a change: what the call doesn't speak of stays, and a new one is a draft. */
export const changedCard = (before: unknown, change: Fields): Fields => ({
  ModelCardStatus: "Draft",
  ...(isRecord(before) ? before : {}),
  ...change,
});

/** A description without what only AllData shows of the card: of a version's, all but its risk rating. */
export function withCardMetadata(described: Fields): Fields {
  const { ModelCard: card } = described;
  if (!isRecord(card) || typeof card.ModelCardContent !== "string") return described;
  const { intended_uses: uses } = parsed(card.ModelCardContent);
  const rating = isRecord(uses) ? uses.risk_rating : undefined;
  const shown = rating === undefined ? {} : { intended_uses: { risk_rating: rating } };
  return { ...described, ModelCard: { ...card, ModelCardContent: JSON.stringify(shown) } };
}
