import { type ModelPackageId, parseModelPackageArn } from "../contract/arn";
import { parseS3Uri } from "../contract/evidence-uri";
import { citedKey } from "../contract/names";
import { canonical } from "../core/canonical";
import type { PinnedObject } from "../core/evidence";
import type { WriteOnceStore } from "../core/ports";
import { isObject } from "../core/shape";
import type { ReusedEvidence, VerdictRecord } from "../core/verdict";

/** What is noted of a report's bytes: the version whose record was the first to cite them. */
interface Citation {
  schemaVersion: 1;
  modelPackageArn: string;
  sha256: string;
}

/**
 * ARN of the version whose evidence these bytes were first; undefined where they are no record's.
 * @param sha256 lower-case hex
 * @throws Error for a note that isn't decide's, and an AWS error
 */
export async function citedBy(sha256: string, verdicts: Pick<WriteOnceStore, "read">): Promise<string | undefined> {
  const key = citedKey(sha256);
  const bytes = await verdicts.read(key);
  if (bytes === undefined) return undefined;
  const citation: unknown = JSON.parse(Buffer.from(bytes).toString());
  const by = isObject(citation) && citation.sha256 === sha256 ? citation.modelPackageArn : undefined;
  if (typeof by !== "string" || parseModelPackageArn(by) === undefined)
    throw new Error(`${key}: isn't what decide notes of a report; look who wrote it`);
  return by;
}

/**
 * Notes reports as the evidence of this version, before its record does: of two versions with the same report one is first.
 * What was asked of its model in this execution is nobody else's.
 * @throws Error where another version was faster since the verdict, which knows nothing of it: the next attempt judges it so
 */
export async function cite(
  { evidence, reused = [] }: Pick<VerdictRecord, "evidence" | "reused">,
  { arn }: ModelPackageId,
  verdicts: WriteOnceStore,
  verdictBucket: string,
): Promise<void> {
  const reports = evidence.filter(({ uri }) => parseS3Uri(uri)?.bucket !== verdictBucket);
  const known = new Set(reused.map(({ sha256 }) => sha256));
  const digests = [...new Set(reports.map(({ sha256 }) => sha256))].filter((one) => !known.has(one));
  // In one order, one after the other: of two versions with the same reports the first has all of them, never each some.
  for (const sha256 of digests.sort()) {
    const citation: Citation = { schemaVersion: 1, modelPackageArn: arn, sha256 };
    if ((await verdicts.write(citedKey(sha256), canonical(citation))) === "written") continue;
    const by = await citedBy(sha256, verdicts);
    if (by !== arn) {
      throw new Error(
        `the report with the SHA-256 ${sha256} became evidence of ${by} while ${arn} was judged; the next attempt judges it as reused`,
      );
    }
  }
}

/** Looks up each report once, and keeps what is another version's. */
export class Reused {
  /** Undefined: it is no other version's. */
  private readonly found = new Map<string, string | undefined>();

  constructor(
    private readonly arn: string,
    private readonly lookUp: (sha256: string) => Promise<string | undefined>,
  ) {}

  /** ARN of the other version whose evidence it is. */
  async of({ sha256 }: PinnedObject): Promise<string | undefined> {
    // Asked once: a report in two slots counts in both or in none.
    if (!this.found.has(sha256)) {
      const by = await this.lookUp(sha256);
      this.found.set(sha256, by === this.arn ? undefined : by);
    }
    return this.found.get(sha256);
  }

  /** As a verdict has them; nothing where there are none. */
  asSaid(): { reused?: readonly ReusedEvidence[] } {
    const reused = [...this.found].flatMap(([sha256, modelPackageArn]) =>
      modelPackageArn === undefined ? [] : [{ sha256, modelPackageArn }],
    );
    return reused.length === 0 ? {} : { reused: reused.sort((one, other) => (one.sha256 < other.sha256 ? -1 : 1)) };
  }
}
