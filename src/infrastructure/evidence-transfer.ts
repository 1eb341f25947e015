import * as pulumi from "@pulumi/pulumi";
import type { Bundle } from "../bundle";
import type { ArtifactBucket } from "./artifact-bucket";
import { EvidenceCopy } from "./evidence-copy";
import { EvidenceReplication } from "./evidence-replication";
import type { Grant, MadeArns } from "./permissions/grant";
import type { DevConfig } from "./stack-config";

export interface EvidenceTransferArgs {
  config: DevConfig;
  /** Code of the copy function; not asked for where S3 replicates. */
  copyCode: () => Bundle;
  table: readonly Grant[];
  made: MadeArns;
  topicArn: pulumi.Input<string>;
  /** The bucket that the stack made; undefined for an existing one. */
  ownBucket: ArtifactBucket | undefined;
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
    const { copyCode, ownBucket, ...flow } = args;
    switch (args.config.transfer) {
      case "copy": {
        const copy = new EvidenceCopy(
          name,
          { ...flow, code: copyCode(), ownBucket: ownBucket?.bucket },
          { parent: this },
        );
        this.copyQueueUrl = copy.queueUrl;
        this.deadLettersUrl = copy.deadLettersUrl;
        break;
      }
      case "replication":
        this.failuresArn = new EvidenceReplication(name, { ...flow, ownBucket }, { parent: this }).failuresArn;
    }
    this.registerOutputs({});
  }
}
