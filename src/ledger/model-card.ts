import { isObject } from "../core/shape";
import { cardSection, type DecisionForCard, isCardSection } from "./card-section";
import { type Part, partsOf, type Span } from "./json-parts";

/**
 * Longest content of a card: `ModelPackageModelCard.ModelCardContent` of the SageMaker API. UTF-16 code units, which are
 * never fewer than characters.
 */
export const CARD_LIMIT = 100_000;

/** The section leaves half of a card to the team, however many findings there are. */
const SECTION_LIMIT = 50_000;

/** No metric is shorter, so no section has more. */
const SHORTEST_METRIC = 50;

/** A card with the decision in it, or why the card stays as it is: it is a team's, and nothing in it may get lost. */
export type CardChange = { content: string } | { problem: string };

/**
 * A version's card with its decision as one item of `evaluation_details`, in place of that of a record before. Everything
 * else stays as the team wrote it, to the character. The same record makes the same card.
 * @param before the card's JSON; undefined or empty where the version has none
 */
export function cardWithDecision(before: string | undefined, decided: DecisionForCard): CardChange {
  const card = before === undefined || before.trim() === "" ? "{}" : before;
  const place = placeIn(card);
  if ("problem" in place) return place;
  const room = Math.min(SECTION_LIMIT, CARD_LIMIT - place.head.length - place.tail.length);
  const section = longestSection(decided, room);
  if (section === undefined) {
    return { problem: `it has no room: with the decision it would have more than ${CARD_LIMIT} characters` };
  }
  return { content: `${place.head}${section}${place.tail}` };
}

/** What comes before and after the section in a card's text. */
interface Place {
  head: string;
  tail: string;
}

function placeIn(card: string): Place | { problem: string } {
  const value = parsed(card);
  if (value === undefined) return { problem: "it isn't JSON" };
  if (!isObject(value)) return { problem: "it isn't a JSON object" };
  const members = partsOf(card, card.indexOf("{"));
  const [list, another] = members.filter(({ key }) => key === "evaluation_details");
  if (another !== undefined) return { problem: "it has evaluation_details twice" };
  if (list === undefined) return atEnd(card, members);
  if (card[list.start] !== "[") return { problem: "its evaluation_details is no list" };
  return amongItems(card, list);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function atEnd(card: string, members: readonly Part[]): Place {
  const last = members.at(-1)?.end;
  const end = last ?? card.indexOf("{") + 1;
  return {
    head: `${card.slice(0, end)}${last === undefined ? "" : ","}"evaluation_details":[`,
    tail: `]${card.slice(end)}`,
  };
}

/** Where a section of ours was, or at the list's end. */
function amongItems(card: string, list: Span): Place {
  const items = partsOf(card, list.start).map(({ start, end }) => card.slice(start, end));
  const ours = items.findIndex(isOurs);
  const at = ours === -1 ? items.length : ours;
  const before = items.slice(0, at);
  const after = items.slice(at).filter((item) => !isOurs(item));
  return {
    head: `${card.slice(0, list.start)}[${before.map((item) => `${item},`).join("")}`,
    tail: `${after.map((item) => `,${item}`).join("")}]${card.slice(list.end)}`,
  };
}

const isOurs = (item: string): boolean => isCardSection(parsed(item));

/** The section with as many findings as there is room for; undefined where there is none for a section. */
function longestSection(decided: DecisionForCard, room: number): string | undefined {
  const withMost = (most: number): string => JSON.stringify(cardSection(decided, most));
  let fitting = withMost(0);
  if (fitting.length > room) return undefined;
  let fewest = 0;
  let most = Math.min(decided.judged?.findings.length ?? 0, Math.floor(room / SHORTEST_METRIC));
  while (fewest < most) {
    const middle = Math.ceil((fewest + most) / 2);
    const section = withMost(middle);
    if (section.length > room) most = middle - 1;
    else [fewest, fitting] = [middle, section];
  }
  return fitting;
}
