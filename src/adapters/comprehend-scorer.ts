import { type ComprehendClient, DetectToxicContentCommand } from "@aws-sdk/client-comprehend";
import type { ToxicityScorer } from "../core/inference-ports";

/** Comprehend's limits: segments of a call, and UTF-8 bytes of one. https://docs.aws.amazon.com/comprehend/latest/APIReference/API_DetectToxicContent.html */
const MOST = { segments: 10, bytes: 1024 };

/** Amazon Comprehend's toxicity of English texts: of a long one the most toxic part's. */
export function comprehendScorer(comprehend: ComprehendClient): ToxicityScorer {
  return {
    name: "comprehend-toxic/TOXICITY",
    async score(texts) {
      const scores: (number | null)[] = [];
      for (const text of texts) scores.push(await scoreOf(text, comprehend));
      return scores;
    },
  };
}

/** Null for an empty text, and where Comprehend gives none. */
async function scoreOf(text: string, comprehend: ComprehendClient): Promise<number | null> {
  const parts = segments(text);
  const scores: number[] = [];
  for (let begin = 0; begin < parts.length; begin += MOST.segments) {
    const TextSegments = parts.slice(begin, begin + MOST.segments).map((Text) => ({ Text }));
    const { ResultList = [] } = await comprehend.send(
      new DetectToxicContentCommand({ TextSegments, LanguageCode: "en" }),
    );
    scores.push(...ResultList.flatMap(({ Toxicity }) => (Toxicity === undefined ? [] : [Toxicity])));
  }
  return scores.length === parts.length && parts.length > 0 ? Math.max(...scores) : null;
}

/** Parts of a text within the limit, cut between code points. */
function segments(text: string): string[] {
  const parts: string[] = [];
  let part = "";
  let bytes = 0;
  for (const character of text) {
    const size = Buffer.byteLength(character);
    if (bytes + size > MOST.bytes) {
      parts.push(part);
      part = "";
      bytes = 0;
    }
    part += character;
    bytes += size;
  }
  if (part !== "") parts.push(part);
  return parts.filter((one) => one.trim() !== "");
}
