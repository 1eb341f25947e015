import { formatS3Uri } from "../contract/evidence-uri";
import { verdictKey } from "../contract/names";
import { type DecideArguments, type DecideOutputs, DIGEST_NOT_TOLD } from "../contract/pipeline-parameters";
import { PENDING } from "../contract/registry-event";
import type { ModelPackage, ModelRegistry, Notices, WriteOnceStore } from "../core/ports";
import { describeVerdict, sha256, type VerdictRecord } from "../core/verdict";
import { parseVerdictRecord } from "../core/verdict-record";

export interface DecidePorts {
  registry: ModelRegistry;
  verdicts: WriteOnceStore;
  notices: Notices;
}

export interface DecideSettings {
  groups: Readonly<Record<string, readonly string[]>>;
  verdictBucket: string;
  policyDigest: string;
  imageDigest: string;
}

/** Customer metadata that points from a decided version to its full result. */
export const METADATA = {
  uri: "governance-verdict-uri",
  sha256: "governance-verdict-sha256",
  policy: "governance-policy-sha256",
  execution: "governance-execution",
} as const;

/**
 * Writes a verdict to the registry: status, reason and the way to the full result, in one call. It never judges. A version
 * that is no longer pending is left alone.
 * @throws what is a fault of ours: a verdict that is another version's, execution's, policy's or image's, an AWS error
 */
export async function decide(
  args: DecideArguments,
  ports: DecidePorts,
  settings: DecideSettings,
): Promise<DecideOutputs> {
  const { record, digest } = await readVerdict(args, ports.verdicts, settings);
  const version = await ports.registry.describe(args.ModelPackageArn);
  if (version === undefined) throw new Error(`${args.ModelPackageArn} isn't in the registry`);
  if (!Object.hasOwn(settings.groups, version.id.group))
    throw new Error(`group ${version.id.group} isn't configured in the governance stack`);
  if (version.approvalStatus !== PENDING) return leftAlone(version, args, digest);
  const uri = formatS3Uri({ bucket: settings.verdictBucket, key: verdictKey(args.ExecutionId) });
  const description = describeVerdict(record, uri);
  if (record.decision === "PendingManualApproval") {
    await ports.notices.tell(
      `A person must decide on ${version.id.group} version ${version.id.version}`,
      `${version.id.arn}\n${description}`,
    );
    return { ApprovalStatus: PENDING, Effect: "left for review" };
  }
  await ports.registry.setStatus(version.id.arn, {
    status: record.decision,
    description,
    metadata: {
      [METADATA.uri]: uri,
      [METADATA.sha256]: digest,
      [METADATA.policy]: record.policy.digest,
      [METADATA.execution]: args.ExecutionId,
    },
    token: tokenOf(args),
  });
  return { ApprovalStatus: record.decision, Effect: "set" };
}

async function readVerdict(
  args: DecideArguments,
  verdicts: WriteOnceStore,
  settings: DecideSettings,
): Promise<{ record: VerdictRecord; digest: string }> {
  const key = verdictKey(args.ExecutionId);
  const body = await verdicts.read(key);
  if (body === undefined) throw new Error(`${key}: the validate step of this execution wrote none`);
  const record = parseVerdictRecord(body);
  const digest = sha256(body);
  // Where no digest is told, what is there is what validate wrote: its role alone writes there, a key takes one write, and
  // the record must be of this execution.
  const told = args.VerdictSha256 === DIGEST_NOT_TOLD ? digest : args.VerdictSha256;
  const expected = {
    "SHA-256": [digest, told],
    modelPackageArn: [record.modelPackageArn, args.ModelPackageArn],
    executionId: [record.executionId, args.ExecutionId],
    "policy.digest": [record.policy.digest, settings.policyDigest],
    "checks.imageDigest": [record.checks.imageDigest, settings.imageDigest],
  };
  for (const [name, [found, wanted]] of Object.entries(expected)) {
    if (found !== wanted) throw new Error(`${key}: ${name}: found ${found}, expected ${wanted}; it decides nothing`);
  }
  return { record, digest };
}

function leftAlone(
  { approvalStatus, customerMetadata }: ModelPackage,
  args: DecideArguments,
  digest: string,
): DecideOutputs {
  const ours =
    customerMetadata.get(METADATA.sha256) === digest && customerMetadata.get(METADATA.execution) === args.ExecutionId;
  return { ApprovalStatus: approvalStatus, Effect: ours ? "set before" : "left alone, decided meanwhile" };
}

/** The same for a repeat of this decision: a UUID's shape, as the registry's tokens have at most 36 characters. */
function tokenOf({ ModelPackageArn, ExecutionId }: DecideArguments): string {
  const hex = sha256(`${ModelPackageArn} ${ExecutionId}`);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
