import { textHash } from "../../language/hash";

const SYLLABLES = ["ba", "ke", "lo", "mi", "nu", "ra", "se", "ti", "vo", "wu", "xa", "ze"];

/** Invented words, the same for the same name: no text of anyone's. */
export function inventedWords(name: string, count: number): string {
  let state = textHash(name);
  const next = (below: number): number => {
    state = textHash(`${state}`, below);
    return state % below;
  };
  const word = () => Array.from({ length: 2 + next(3) }, () => SYLLABLES[next(SYLLABLES.length)]).join("");
  return Array.from({ length: count }, word).join(" ");
}
