import { Input } from "./call-input";
import { type IamRequest, requestFor } from "./iam/request";
import { isRecord, listOf } from "./inputs";
import { AwsError, type Call, type Service, UnknownToStandIn } from "./service";

/** What DetectToxicContent takes at most: segments, and bytes of one. */
const MOST = { segments: 10, bytes: 1024 };
/** Words of the samples that are toxic. */
const TOXIC = /\b(idiot|stupid|worthless|scum)\b/i;

/** Amazon Comprehend's toxicity detection, by a few words. */
export class Comprehend implements Service {
  needs({ operation, caller }: Call): IamRequest[] {
    if (operation !== "DetectToxicContent") throw new UnknownToStandIn(`Comprehend ${operation}`);
    return [requestFor(caller.principal, `comprehend:${operation}`, "*")];
  }

  async call(call: Call): Promise<unknown> {
    if (call.operation !== "DetectToxicContent") throw new UnknownToStandIn(`Comprehend ${call.operation}`);
    const input = new Input(call, ["TextSegments", "LanguageCode"]);
    if (input.text("LanguageCode") !== "en") throw new AwsError("ValidationException", "LanguageCode must be en");
    const texts = listOf(input.value("TextSegments")).map((segment) => (isRecord(segment) ? String(segment.Text) : ""));
    if (texts.length === 0 || texts.length > MOST.segments)
      throw new AwsError("ValidationException", `TextSegments: 1 to ${MOST.segments}`);
    const wrong = texts.find((text) => text === "" || Buffer.byteLength(text) > MOST.bytes);
    if (wrong !== undefined)
      throw new AwsError("TextSizeLimitExceededException", `a segment has 1 to ${MOST.bytes} bytes`);
    return { ResultList: texts.map((text) => ({ Labels: [], Toxicity: TOXIC.test(text) ? 0.92 : 0.03 })) };
  }
}
