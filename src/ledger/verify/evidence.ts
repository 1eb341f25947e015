import { parseS3Uri } from "../../contract/evidence-uri";
import { RECORDS_PREFIX } from "../../contract/names";
import { canonical } from "../../core/canonical";
import { distinctObjects, type PinnedObject } from "../../core/evidence";
import { sha256, type VerdictRecord } from "../../core/verdict";
import { BrokenLink, keysOf, type LedgerCopy, onlyVersion } from "../copy";
import { isJudged, type PolicyRecord, readDecisionRecord } from "../decision-record";
import { parseVerdictRecord } from "../verdict-record";
import { asBrokenLink } from "./checkpoints";
import { verifyPromptSets } from "./kept";

/** What was hashed. */
export interface EvidenceCounts {
  objects: number;
  bytes: number;
  /** Manifests of prompt sets that language models were asked. */
  promptSets: number;
}

/**
 * Verifies what the records cite: each object version is there with its SHA-256 and size, checks.json says what the
 * record says, and each prompt set that it names is there with its SHA-256. The records hold already.
 * @throws BrokenLink the first that isn't so
 */
export async function verifyEvidence(copy: LedgerCopy): Promise<EvidenceCounts> {
  const counts = { objects: 0, bytes: 0 };
  const promptSets = new Set<string>();
  for await (const one of keysOf(copy, RECORDS_PREFIX)) {
    const { bytes } = await onlyVersion(copy, one);
    const { body } = asBrokenLink(one.key, () => readDecisionRecord(bytes, one.key));
    if (!isJudged(body)) continue;
    const verdict = await readVerdict(copy, one.key, body.verdict);
    requireSame(one.key, body, verdict);
    for (const { sha256: digest } of verdict.promptSets) promptSets.add(digest);
    counts.bytes += body.verdict.size;
    for (const object of distinctObjects(body.evidence)) {
      await readPinned(copy, one.key, object);
      counts.bytes += object.size;
      counts.objects += 1;
    }
    counts.objects += 1;
  }
  await verifyPromptSets(copy, promptSets);
  return { ...counts, promptSets: promptSets.size };
}

/**
 * The checks.json that a record cites.
 * @throws BrokenLink where it is missing, changed or none
 */
export async function readVerdict(copy: LedgerCopy, record: string, object: PinnedObject): Promise<VerdictRecord> {
  const bytes = await readPinned(copy, record, object);
  try {
    return parseVerdictRecord(bytes);
  } catch (error) {
    throw new BrokenLink(object.uri, error instanceof Error ? error.message : String(error));
  }
}

/**
 * An object version that a record cites.
 * @param record its key
 * @throws BrokenLink where it is missing or changed
 */
export async function readPinned(
  copy: LedgerCopy,
  record: string,
  { uri, versionId, sha256: digest, size }: PinnedObject,
): Promise<Uint8Array> {
  const at = parseS3Uri(uri);
  const bytes = at && (await copy.readCited(at, versionId, size));
  const version = versionId === null ? "" : ` version ${versionId}`;
  if (bytes === undefined)
    throw new BrokenLink(
      uri,
      `is cited by ${record}, and its${version || " bytes"} isn't in the copy; fetch with --evidence`,
    );
  const found = sha256(bytes);
  if (found === digest && bytes.length === size) return bytes;
  throw new BrokenLink(
    uri,
    `was changed:${version} has the SHA-256 ${found} and ${bytes.length} bytes, ${record} cites ${digest} and ${size}`,
  );
}

const executionOf = ({ decidedBy }: PolicyRecord): string | undefined =>
  decidedBy.kind === "policy" ? decidedBy.executionId : undefined;

function requireSame(record: string, body: PolicyRecord, verdict: VerdictRecord): void {
  const fields: [name: string, said: unknown, judged: unknown][] = [
    ["modelPackageArn", body.modelPackageArn, verdict.modelPackageArn],
    ["decidedBy.executionId", executionOf(body), verdict.executionId],
    ["attempt", body.attempt, verdict.attempt],
    ["fingerprint", body.fingerprint, verdict.registered.fingerprint],
    ["decision", body.decision, verdict.decision],
    ["policy", body.policy, verdict.policy],
    ["checks", body.checks, verdict.checks],
    ["evidence", body.evidence, verdict.evidence],
    ["findings", body.findings, verdict.findings],
  ];
  for (const [name, said, judged] of fields) {
    if (canonical(said) !== canonical(judged))
      throw new BrokenLink(record, `says other ${name} than ${body.verdict.uri}, which it cites`);
  }
}
