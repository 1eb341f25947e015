import * as pulumi from "@pulumi/pulumi";
import type { Bundle } from "../bundle";
import type { WrittenBucket } from "./artifact-bucket";
import { EvidenceCopy } from "./evidence-copy";
import { EvidenceReplication } from "./evidence-replication";
import type { Grant, MadeArns } from "./permissions/grant";
import type { DevConfig } from "./stack-config";

/** Its name in a stack; names of what Pulumi names begin with it. */
export const TRANSFER = "transfer";

export interface EvidenceTransferArgs {
  config: DevConfig;
  /** Code of the copy function; not asked for where S3 replicates. */
  copyCode: () => Bundle;
  table: readonly Grant[];
  made: MadeArns;
  topicArn: pulumi.Input<string>;
  /** Undefined for an existing bucket of which nothing is written. */
  written: WrittenBucket | undefined;
}

/** Evidence written in a dev account appears in its evidence bucket, in the way that config chooses. */
export class EvidenceTransfer extends pulumi.ComponentResource {
  /** In mode copy: where the function is asked to carry objects. */
  readonly copyQueueUrl: pulumi.Output<string> | undefined;
  /** In mode copy: what the function couldn't take. */
  readonly deadLettersUrl: pulumi.Output<string> | undefined;
  /** In mode replication: what S3 couldn't replicate. */
  readonly failuresArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: EvidenceTransferArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:EvidenceTransfer", name, {}, options);
    const { copyCode, ...flow } = args;
    switch (args.config.transfer) {
      case "copy": {
        const copy = new EvidenceCopy(name, { ...flow, code: copyCode() }, { parent: this });
        this.copyQueueUrl = copy.queueUrl;
        this.deadLettersUrl = copy.deadLettersUrl;
        break;
      }
      case "replication":
        this.failuresArn = new EvidenceReplication(name, flow, { parent: this }).failuresArn;
    }
    this.registerOutputs({});
  }
}
