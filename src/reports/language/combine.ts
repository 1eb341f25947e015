import {
  type Evidence,
  LANGUAGE_KINDS,
  type LanguageEvaluation,
  type LanguageKind,
  languageEvidenceOf,
} from "../../core/evidence";
import { merged } from "../../language/evaluate-records";
import { attempt } from "../report-document";

/**
 * What a version names and what it was asked, a kind at a time as one: each metric that either has. A metric that both
 * have is ambiguous; where one has a problem both stand, and neither makes up for the other.
 */
export function combined(named: readonly Evidence[], collected: readonly Evidence[]): Evidence[] {
  const both = [...named, ...collected];
  const other = both.filter(({ kind }) => !isLanguage(kind));
  return [
    ...other,
    ...LANGUAGE_KINDS.flatMap((kind) =>
      together(
        kind,
        both.filter((one) => one.kind === kind),
      ),
    ),
  ];
}

const isLanguage = (kind: string): boolean => LANGUAGE_KINDS.some((one) => one === kind);

function together(kind: LanguageKind, all: readonly Evidence[]): Evidence[] {
  if (all.length < 2 || all.some((one) => "problem" in one)) return [...all];
  // Every language kind has this content.
  const contents = all.flatMap((one) => ("content" in one ? [one.content as LanguageEvaluation] : []));
  const read = attempt(() => merged(contents));
  return [
    languageEvidenceOf(
      kind,
      all.flatMap(({ sources }) => sources),
      read,
    ),
  ];
}
