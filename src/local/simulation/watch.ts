import { createHash } from "node:crypto";
import { parseS3Uri } from "../../contract/evidence-uri";
import { PENDING } from "../../contract/registry-event";
import { METADATA } from "../../stages/apply-record";
import type { EvaluatedProgram } from "../evaluate-program";
import { readLedger } from "../ledger";
import type { LocalWorld } from "../stand-in/create-world";
import type { Attempt } from "../stand-in/gateway";
import { isRecord, listOf } from "../stand-in/inputs";
import type { Version } from "../stand-in/sagemaker/version";
import type { Call } from "../stand-in/service";
import { type Counts, count, processOf } from "./fault-plan";

/** Longest that a function may go on with what it read of a version, in virtual milliseconds: the longest timeout. */
const LONGEST_READ = 600_000;

/** Looks at calls as they happen: what no end state shows. */
export class Watch {
  /** What no call may do, and one did. */
  readonly broken: string[] = [];
  readonly calls: Counts = new Map();
  /** Of the order in which all processes' calls came. */
  private readonly hash = createHash("sha256");
  /** When each version was first seen with a status that was set. */
  private readonly decided = new Map<string, Date>();

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

  /** Any call, just before its effect. */
  beforeEffect({ operation, input, caller }: Call): void {
    if (operation === "UpdateModelPackage" && input.ModelApprovalStatus !== undefined) {
      if (processOf(caller.principal, this.program) !== undefined) this.requireRecord(input);
      const arn = String(input.ModelPackageArn);
      if (!this.decided.has(arn)) this.decided.set(arn, this.world().clock.now());
    }
    if (operation === "StartPipelineExecution") this.requirePending(input);
  }

  /** Record first, then status; and never over a status that someone has set. */
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
    if (before !== PENDING && before !== input.ModelApprovalStatus && this.wasDecided(arn)) {
      this.broken.push(`${arn} was ${String(before)} already and was set to ${String(input.ModelApprovalStatus)}`);
    }
  }

  private requirePending(input: Call["input"]): void {
    const values = listOf(input.PipelineParameters).map((one) => (isRecord(one) ? String(one.Value) : ""));
    const arn = values.find((value) => this.version(value) !== undefined);
    if (arn === undefined) {
      this.broken.push("an execution was started for a version that isn't there");
    } else if (this.version(arn)?.fields.ModelApprovalStatus !== PENDING && this.wasDecided(arn)) {
      this.broken.push(`an execution was started for ${arn}, which was decided long before`);
    }
  }

  private version(arn: string): Version | undefined {
    return this.world()
      .sageMaker.versions()
      .find((one) => one.arn === arn);
  }

  /** So long ago that no function may still go by what it was before. */
  private wasDecided(arn: string): boolean {
    const at = this.decided.get(arn)?.getTime() ?? Number.POSITIVE_INFINITY;
    return this.world().clock.now().getTime() - at > LONGEST_READ;
  }
}
