import { formatS3Uri } from "../contract/evidence-uri";
import { definitionKey, verdictKey } from "../contract/names";
import { type DecideArguments, DIGEST_NOT_TOLD, parseAttempt } from "../contract/pipeline-parameters";
import type { PinnedObject } from "../core/evidence";
import type { Executions, WriteOnceStore } from "../core/ports";
import { sha256, type VerdictRecord } from "../core/verdict";
import { requireSignature, type TrustedKeys } from "../ledger/signed";
import { readSignedVerdict } from "../ledger/verdict-record";
import { whyUntrusted } from "./untrusted-execution";

export interface TrustPorts {
  executions: Executions;
  verdicts: WriteOnceStore;
  /** The record bucket, where definitions lie that were deployed. */
  records: Pick<WriteOnceStore, "has">;
  /** Public keys of what signs and signed verdicts. */
  verdictKeys(): Promise<TrustedKeys>;
}

export interface TrustSettings {
  verdictBucket: string;
  policyDigest: string;
  imageDigest: string;
  /** ARN of a group's pipeline. */
  pipelineOf(group: string): string;
  /** ARN of the one role that starts executions. */
  startRoleArn: string;
}

/** A verdict, and the object that holds it. */
export interface Judged {
  verdict: VerdictRecord;
  object: PinnedObject;
}

/**
 * The verdict of an execution. Nothing is believed because it was handed over: AWS says who started the execution, with what,
 * and which steps it runs; the verdict is signed with validate's key, and about this version, execution, policy and image.
 * @param group of the arguments' version
 * @throws what says which of it isn't so, or an AWS error
 */
export async function trustedVerdict(
  args: DecideArguments,
  group: string,
  ports: TrustPorts,
  settings: TrustSettings,
): Promise<Judged> {
  await requireTrusted(args, group, ports, settings);
  return readVerdict(args, ports, settings);
}

async function requireTrusted(
  { ExecutionId, ModelPackageArn, Attempt }: DecideArguments,
  group: string,
  { executions, records }: TrustPorts,
  { pipelineOf, startRoleArn }: TrustSettings,
): Promise<void> {
  const pipelineArn = pipelineOf(group);
  const arn = `${pipelineArn}/execution/${ExecutionId}`;
  const why = await whyUntrusted(await executions.describe(arn), {
    ...{ arn, pipelineArn, startRoleArn },
    parameters: { ModelPackageGroupName: group, ModelPackageArn, Attempt },
    isDeployed: (digest) => records.has(definitionKey(digest)),
  });
  if (why !== undefined) throw new Error(`execution ${arn}: ${why}; it decides nothing`);
}

async function readVerdict(
  args: DecideArguments,
  { verdicts, verdictKeys }: TrustPorts,
  settings: TrustSettings,
): Promise<Judged> {
  const key = verdictKey(args.ExecutionId);
  const written = await verdicts.readVersion(key);
  if (written === undefined) throw new Error(`${key}: the validate step of this execution wrote none`);
  const { bytes, versionId } = written;
  const signed = readSignedVerdict(bytes, key);
  requireSignature(signed, await verdictKeys());
  const verdict = signed.body;
  const digest = sha256(bytes);
  // A job can't tell it. Then what is there is what validate wrote: its key signed it, a key takes one write, and it must be
  // of this execution.
  const told = args.VerdictSha256 === DIGEST_NOT_TOLD ? digest : args.VerdictSha256;
  const expected = {
    "SHA-256": [digest, told],
    modelPackageArn: [verdict.modelPackageArn, args.ModelPackageArn],
    attempt: [verdict.attempt, parseAttempt(args.Attempt)],
    executionId: [verdict.executionId, args.ExecutionId],
    "policy.digest": [verdict.policy.digest, settings.policyDigest],
    "checks.imageDigest": [verdict.checks.imageDigest, settings.imageDigest],
  };
  for (const [name, [found, wanted]] of Object.entries(expected)) {
    if (found !== wanted) throw new Error(`${key}: ${name}: found ${found}, expected ${wanted}; it decides nothing`);
  }
  const uri = formatS3Uri({ bucket: settings.verdictBucket, key });
  return { verdict, object: { uri, versionId, sha256: digest, size: bytes.length } };
}
