import { parseModelPackageArn } from "../contract/arn";
import { type EvidenceSource, evidenceLocation } from "../contract/evidence-uri";
import { bundleKey, keptPromptSetKey, policyKey, verdictKey } from "../contract/names";
import { NO_BUCKET, parseAttempt, type ValidateArguments, type ValidateOutputs } from "../contract/pipeline-parameters";
import type { PinnedPromptSet } from "../contract/prompt-sets";
import { type Check, talliesOf } from "../core/check";
import type { Evidence } from "../core/evidence";
import { judge } from "../core/judge";
import type { Policy } from "../core/policy";
import type { EvidenceStore, ModelPackage, ModelRegistry, WriteOnceStore } from "../core/ports";
import { sha256, type VerdictRecord } from "../core/verdict";
import { type Signer, seal } from "../ledger/signed";
import { readSignedVerdict, type SignedVerdict } from "../ledger/verdict-record";
import { assembleEvidence } from "../reports/assemble-evidence";
import { combined } from "../reports/language/combine";
import { sourcesOfDocument } from "../reports/report-document";
import { citedBy, Reused } from "./cited-evidence";
import { collectEvidence } from "./collect-evidence";
import { collectedInference } from "./collected-inference";
import { pinnedPromptSets, type ReadPromptSet, type ReadPrompts } from "./pinned-prompts";
import { SeenEvidence } from "./seen-evidence";

export interface ValidatePorts {
  registry: ModelRegistry;
  evidence: EvidenceStore;
  verdicts: WriteOnceStore;
  /** The record bucket, where policies, bundles and prompt sets' manifests are kept. */
  records: WriteOnceStore;
  /** Signs verdicts, and nobody else does with its key. */
  signer: Signer;
  /** Of the bucket of prompt sets. */
  prompts: ReadPrompts;
}

export interface ValidateSettings {
  groups: Readonly<Record<string, readonly string[]>>;
  sources: readonly EvidenceSource[];
  /** Digest of the image that runs the checks. */
  imageDigest: string;
  /** The file that the image runs. */
  bundle: { text: string; sha256: string };
  policy: Policy;
  checks: readonly Check[];
  /** Groups whose versions are asked before they are judged, and by which prompts. */
  languageGroups: readonly string[];
  promptSets: readonly PinnedPromptSet[];
  /** Name of the verdict bucket. */
  verdictBucket: string;
}

/**
 * Judges exactly the version of the arguments and writes checks.json, signed, once an execution: a repeat gives back what is there.
 * @throws what is a fault of ours: arguments that don't belong together, a version that isn't there, an AWS error
 */
export async function validate(
  args: ValidateArguments,
  ports: ValidatePorts,
  settings: ValidateSettings,
): Promise<ValidateOutputs> {
  const sources = sourcesOf(args, settings);
  const key = verdictKey(args.ExecutionId);
  const before = await ports.verdicts.read(key);
  if (before !== undefined) return outputs(before, args);
  const version = await ports.registry.describe(args.ModelPackageArn);
  if (version === undefined) throw new Error(`${args.ModelPackageArn} isn't in the registry`);
  const isAsked = settings.languageGroups.includes(version.id.group);
  const promptSets = isAsked ? await pinnedPromptSets(settings.promptSets, ports.prompts) : [];
  await keepWhatJudges(ports.records, settings, promptSets);
  const judgement = await judged(
    version,
    args,
    sources,
    { ...ports, citedBy: (digest) => citedBy(digest, ports.verdicts) },
    { ...settings, promptSets },
  );
  const body = await seal<SignedVerdict>({ schemaVersion: 3, ...judgement }, ports.signer);
  if ((await ports.verdicts.write(key, body)) === "written") return outputs(Buffer.from(body), args);
  const written = await ports.verdicts.read(key);
  if (written === undefined) throw new Error(`${key} exists and can't be read`);
  return outputs(written, args);
}

/** Whoever judges again, years later, needs the same policy and checks, and what says how a language model was asked. */
async function keepWhatJudges(
  records: WriteOnceStore,
  { policy, bundle }: ValidateSettings,
  promptSets: readonly ReadPromptSet[],
): Promise<void> {
  await keep(records, policyKey(policy.digest), policy.text);
  await keep(records, bundleKey(bundle.sha256), bundle.text);
  for (const { sha256: digest, text } of promptSets) await keep(records, keptPromptSetKey(digest), text);
}

/** Looks first: S3 refuses what is there before a large body is sent whole, which reads as a broken connection. */
async function keep(records: WriteOnceStore, key: string, text: string): Promise<void> {
  if (!(await records.has(key))) await records.write(key, text);
}

/** The accounts' buckets that evidence of this version may come from. */
function sourcesOf(args: ValidateArguments, { groups, sources }: ValidateSettings): EvidenceSource[] {
  const id = parseModelPackageArn(args.ModelPackageArn);
  if (id === undefined)
    throw new Error(`ModelPackageArn: found ${args.ModelPackageArn}, expected the ARN of a versioned model package`);
  if (id.group !== args.ModelPackageGroupName) {
    throw new Error(
      `ModelPackageGroupName: found ${args.ModelPackageGroupName}, expected ${id.group} as in ModelPackageArn`,
    );
  }
  const accounts = Object.hasOwn(groups, id.group) ? groups[id.group] : undefined;
  if (accounts === undefined)
    throw new Error(`ModelPackageGroupName: group ${id.group} isn't configured in the governance stack`);
  const listed = sources.filter(({ account }) => accounts.includes(account));
  if (args.Bucket !== NO_BUCKET && !listed.some(({ evidenceBucket }) => evidenceBucket === args.Bucket)) {
    throw new Error(
      `Bucket: found ${args.Bucket}, expected an evidence bucket of an account listed for ${id.group}, or ${NO_BUCKET}`,
    );
  }
  return listed;
}

/** What of a version is judged. */
export type JudgedVersion = Pick<ModelPackage, "id" | "fingerprint" | "createdAt" | "evidence">;

/** What judging itself takes; all else is around it. */
export type JudgePorts = Pick<ValidatePorts, "evidence"> & {
  verdicts: Pick<WriteOnceStore, "readVersion">;
  /** ARN of the version whose evidence a report is on record, by its SHA-256. */
  citedBy(sha256: string): Promise<string | undefined>;
};
export type JudgeSettings = Pick<ValidateSettings, "imageDigest" | "policy" | "checks" | "verdictBucket"> & {
  bundle: { sha256: string };
  /** What this version was asked; none where it is no language model. */
  promptSets: readonly ReadPromptSet[];
};

/** The verdict on a version, in no format yet: the same versions of the same objects, policy and checks give the same. */
export async function judged(
  version: JudgedVersion,
  args: ValidateArguments,
  sources: readonly EvidenceSource[],
  ports: JudgePorts,
  settings: JudgeSettings,
): Promise<Omit<VerdictRecord, "schemaVersion">> {
  const { policy, checks, imageDigest, bundle, promptSets } = settings;
  const groupPolicy = policy.forGroup(version.id.group);
  const seen = new SeenEvidence(ports.evidence);
  const reused = new Reused(version.id.arn, ports.citedBy);
  const documents = await collectEvidence(version, {
    place: (registered) => evidenceLocation(registered, sources),
    store: seen,
    acceptUndigested: groupPolicy.acceptUndigestedEvidence,
    reusedFrom: (report) => reused.of(report),
    acceptReused: groupPolicy.acceptReusedEvidence,
  });
  const named = assembleEvidence(documents, { tallies: talliesOf(checks), model: version.id.arn });
  const collected = await collectedFor(version, args.ExecutionId, ports, settings);
  const { fingerprint, createdAt, evidence } = version;
  return {
    modelPackageArn: version.id.arn,
    executionId: args.ExecutionId,
    attempt: parseAttempt(args.Attempt),
    registered: { fingerprint, createdAt: createdAt.toISOString(), evidence },
    checks: { imageDigest, bundleSha256: bundle.sha256 },
    sources,
    promptSets: promptSets.map(({ name, sha256: digest }) => ({ name, sha256: digest })),
    evidence: [...documents.flatMap(sourcesOfDocument), ...collected.flatMap((one) => one.sources)],
    ...reused.asSaid(),
    ...seen.asSaid(),
    ...judge(combined(named, collected), groupPolicy, checks),
  };
}

/** What a language model answered in this execution; nothing of others. */
async function collectedFor(
  { id }: JudgedVersion,
  executionId: string,
  { verdicts }: JudgePorts,
  { promptSets, verdictBucket, checks }: JudgeSettings,
): Promise<Evidence[]> {
  if (promptSets.length === 0) return [];
  const sets = promptSets.map(({ set }) => set);
  return collectedInference(sets, {
    ...{ executionId, modelPackageArn: id.arn, results: verdicts, bucket: verdictBucket },
    tallies: talliesOf(checks),
  });
}

function outputs(bytes: Uint8Array, args: ValidateArguments): ValidateOutputs {
  const key = verdictKey(args.ExecutionId);
  const { decision, modelPackageArn, executionId } = readSignedVerdict(bytes, key).body;
  if (modelPackageArn !== args.ModelPackageArn || executionId !== args.ExecutionId) {
    throw new Error(
      `${key} is about ${modelPackageArn} in execution ${executionId}, not about ${args.ModelPackageArn}`,
    );
  }
  return { Decision: decision, VerdictSha256: sha256(bytes) };
}
