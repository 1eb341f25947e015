import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import type { Bundle } from "../bundle";
import { evidenceBucketName } from "../contract/names";
import type { WrittenBucket } from "./artifact-bucket";
import { HandlerFunction } from "./handler-function";
import { bucketOf } from "./permissions/dev-table";
import type { Grant, MadeArns } from "./permissions/grant";
import { environmentOf } from "./process-environment";
import { consumeQueue } from "./queue-consumer";
import { RuleQueue } from "./rule-queue";
import type { DevConfig } from "./stack-config";

export interface EvidenceCopyArgs {
  config: DevConfig;
  /** The copy function. */
  code: Bundle;
  table: readonly Grant[];
  made: MadeArns;
  topicArn: pulumi.Input<string>;
  /** Undefined for an existing bucket of which nothing is written. */
  written: WrittenBucket | undefined;
}

/** Longest run of the copy function, Lambda's own limit: one invocation copies what is above 5 GB in parts. */
const TIMEOUT_SECONDS = 900;

/** Carries evidence by a function: S3's event, rule, queue, copy. */
export class EvidenceCopy extends pulumi.ComponentResource {
  readonly queueUrl: pulumi.Output<string>;
  readonly deadLettersUrl: pulumi.Output<string>;

  constructor(name: string, args: EvidenceCopyArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:EvidenceCopy", name, {}, options);
    const { config, table, written } = args;
    if (written !== undefined) {
      const { bucket, retainOnDelete } = written;
      new s3.BucketNotification(name, { bucket, eventbridge: true }, { parent: this, retainOnDelete });
    }
    const queue = new RuleQueue(
      "copy",
      {
        account: config.account,
        description: "An object was created under the evidence prefixes",
        pattern: evidencePattern(bucketOf(config), config.evidencePrefixes),
        functionTimeoutSeconds: TIMEOUT_SECONDS,
        holds: "Evidence that couldn't be copied",
        table: [],
        topicArn: args.topicArn,
      },
      { parent: this },
    );
    const copy = new HandlerFunction(
      "copy",
      {
        config,
        of: "copy",
        description: "Copies evidence to this account's evidence bucket in governance",
        code: { bundle: args.code },
        environment: environment(config),
        timeoutSeconds: TIMEOUT_SECONDS,
        memoryMegabytes: 512,
        table,
        made: { ...args.made, queue: queue.arn },
      },
      { parent: this },
    );
    // As few that a batch of the largest objects, one an invocation, ends before its last becomes a dead letter. An object
    // that takes longer than an invocation is taken up by the next.
    consumeQueue("copy", { queueArn: queue.arn, functionArn: copy.arn, batchSize: 3, atOnce: 10 }, { parent: this });
    this.queueUrl = queue.url;
    this.deadLettersUrl = queue.deadLettersUrl;
    this.registerOutputs({ queueUrl: this.queueUrl, deadLettersUrl: this.deadLettersUrl });
  }
}

/** Characters that EventBridge takes in a rule's pattern. */
const LONGEST_PATTERN = 2048;

/**
 * Pattern of the rule that sees new evidence: one bucket, keys that begin with one of the prefixes.
 * @throws RunError at preview where EventBridge would refuse it
 */
export function evidencePattern(bucket: string, prefixes: readonly string[]) {
  const pattern = {
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: { bucket: { name: [bucket] }, object: { key: prefixes.map((prefix) => ({ prefix })) } },
  };
  const { length } = JSON.stringify(pattern);
  if (length <= LONGEST_PATTERN) return pattern;
  throw new pulumi.RunError(
    `governance:evidencePrefixes: the rule's pattern has ${length} characters, EventBridge takes ${LONGEST_PATTERN}; name fewer or shorter prefixes`,
  );
}

const environment = (config: DevConfig) =>
  environmentOf("copy", {
    ARTIFACT_BUCKET: bucketOf(config),
    ARTIFACT_BUCKET_OWNER: config.account,
    EVIDENCE_PREFIXES: [...config.evidencePrefixes],
    EVIDENCE_BUCKET: evidenceBucketName(config.prefix, config.account, config.governanceRegion),
    EVIDENCE_BUCKET_OWNER: config.governanceAccount,
    EVIDENCE_KEY_ARN: config.evidenceKeyArn,
  });
