import { createHash } from "node:crypto";
import { parseS3Uri } from "../../contract/evidence-uri";
import { RECORDS_PREFIX } from "../../contract/names";
import { PENDING } from "../../contract/registry-event";
import { readDecisionRecord } from "../../ledger/decision-record";
import { parseModelPackage } from "../../reports/model-package";
import { METADATA } from "../../stages/apply-record";
import type { EvaluatedProgram } from "../evaluate-program";
import { readLedger } from "../ledger";
import type { LocalWorld } from "../stand-in/create-world";
import type { Attempt } from "../stand-in/gateway";
import { isRecord, listOf } from "../stand-in/inputs";
import { describeVersion, type Version } from "../stand-in/sagemaker/version";
import type { Call } from "../stand-in/service";
import { type Counts, count, processOf } from "./fault-plan";

/** Longest that a function may go on with what it read of a version, in virtual milliseconds: the longest timeout. */
const LONGEST_READ = 600_000;

/** Of a version as it is: what decide compares with what was judged. */
export const fingerprintNow = (version: Version): string => parseModelPackage(describeVersion(version)).fingerprint;

/** Looks at calls as they happen: what no end state shows. */
export class Watch {
  /** What no call may do, and one did. */
  readonly broken: string[] = [];
  readonly calls: Counts = new Map();
  /** Of the order in which all processes' calls came. */
  private readonly hash = createHash("sha256");
  /** When each version's status was set last by a person, or first by decide, in virtual milliseconds. */
  private readonly statusSet = new Map<string, number>();
  /** When what a version is was changed last. */
  private readonly changed = new Map<string, number>();
  /** When a process was told of a version as it was then, by both. */
  private readonly reads = new Map<string, number[]>();

  constructor(
    private readonly program: EvaluatedProgram,
    private readonly world: () => LocalWorld,
  ) {}

  /** Asked once, in the end. */
  order(): string {
    return this.hash.digest("hex");
  }

  /** A function's try of a call. */
  sees({ service, call }: Attempt): void {
    const of = processOf(call.caller.principal, this.program) ?? "other";
    count(this.calls, of);
    this.hash.update(`${of} ${service} ${call.operation};`);
  }

  /** A function's call that was answered. */
  answered({ operation, input, caller }: Call): void {
    if (operation !== "DescribeModelPackage") return;
    const key = `${processOf(caller.principal, this.program)} ${input.ModelPackageName}`;
    this.reads.set(key, [...(this.reads.get(key) ?? []), this.now()]);
  }

  /** Any call, just before its effect. */
  beforeEffect({ operation, input, caller }: Call): void {
    const of = processOf(caller.principal, this.program);
    if (operation === "UpdateModelPackage") this.seesUpdate(input, of);
    if (operation === "StartPipelineExecution") this.requirePending(input);
    if (operation === "PutObject" && of === "decide" && String(input.Key).startsWith(RECORDS_PREFIX))
      this.requireFresh(input);
  }

  private seesUpdate(input: Call["input"], of: string | undefined): void {
    const arn = String(input.ModelPackageArn);
    if (input.SourceUri !== undefined) this.changed.set(arn, this.now());
    if (input.ModelApprovalStatus === undefined) return;
    if (of !== undefined) this.requireRecord(input);
    if (of === undefined || !this.statusSet.has(arn)) this.statusSet.set(arn, this.now());
  }

  /** Record first, then status; never over a status that someone has set, nor over what is no longer what was judged. */
  private requireRecord(input: Call["input"]): void {
    const arn = String(input.ModelPackageArn);
    const metadata = isRecord(input.CustomerMetadataProperties) ? input.CustomerMetadataProperties : {};
    const uri = String(metadata[METADATA.record]);
    const { records, faults } = readLedger(this.world(), this.program);
    const record = records.find(({ key }) => key === parseS3Uri(uri)?.key)?.document;
    const says = record?.body.modelPackageArn === arn ? record.body.decision : undefined;
    if (says !== input.ModelApprovalStatus || record?.sha256 !== metadata[METADATA.recordSha256]) {
      const found = [says === undefined ? "there is none" : `it says ${says}`, ...faults].join("; ");
      this.broken.push(`${arn} was set to ${String(input.ModelApprovalStatus)} with the record ${uri}: ${found}`);
    }
    const before = this.version(arn)?.fields.ModelApprovalStatus;
    if (before !== input.ModelApprovalStatus && this.knew("decide", arn, this.statusSet)) {
      this.broken.push(`${arn} had been set to ${String(before)} and was set to ${String(input.ModelApprovalStatus)}`);
    }
    if (record !== undefined) this.requireUnchanged(arn, record.body.fingerprint, "its status was set");
  }

  /** A record that is about to be written is about the version as it is. */
  private requireFresh({ Key: key, Body: body }: Call["input"]): void {
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    if (!(bytes instanceof Uint8Array)) throw new Error(`${String(key)}: a record is put as a text or bytes`);
    const { modelPackageArn, fingerprint } = readDecisionRecord(bytes, String(key)).body;
    this.requireUnchanged(modelPackageArn, fingerprint, "it was recorded");
  }

  private requireUnchanged(arn: string, fingerprint: string, what: string): void {
    const version = this.version(arn);
    if (version === undefined || fingerprintNow(version) === fingerprint) return;
    if (this.knew("decide", arn, this.changed))
      this.broken.push(`${arn}: ${what} by what it was before it was changed`);
  }

  private requirePending(input: Call["input"]): void {
    const values = listOf(input.PipelineParameters).map((one) => (isRecord(one) ? String(one.Value) : ""));
    const arn = values.find((value) => this.version(value) !== undefined);
    if (arn === undefined) {
      this.broken.push("an execution was started for a version that isn't there");
    } else if (this.version(arn)?.fields.ModelApprovalStatus !== PENDING && this.knew("start", arn, this.statusSet)) {
      this.broken.push(`an execution was started for ${arn}, which was decided before start looked at it`);
    }
  }

  private version(arn: string): Version | undefined {
    return this.world()
      .sageMaker.versions()
      .find((one) => one.arn === arn);
  }

  /** Whether it happened before the process looked at the version: no run of it may still go by what was before. */
  private knew(of: "decide" | "start", arn: string, happened: ReadonlyMap<string, number>): boolean {
    const at = happened.get(arn);
    if (at === undefined) return false;
    const mayStillGoByIt = (read: number) => read <= at && this.now() - read < LONGEST_READ;
    return !(this.reads.get(`${of} ${arn}`) ?? []).some(mayStillGoByIt);
  }

  private now(): number {
    return this.world().clock.now().getTime();
  }
}
