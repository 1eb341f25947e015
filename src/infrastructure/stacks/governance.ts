import type { ComponentResourceOptions, Input, Output } from "@pulumi/pulumi";
import {
  FAILURE_DEAD_LETTERS,
  FAILURE_RULE,
  MADE_OUTPUT,
  START_DEAD_LETTERS,
  scheduleRule,
} from "../../contract/governance-outputs";
import { groupAdditions, keyAdditions } from "../additions";
import { ApprovalPipeline } from "../approval-pipeline";
import { checksImage } from "../checks-image";
import { ChecksRepository } from "../checks-repository";
import { EvidenceBucket } from "../evidence-bucket";
import { FailedExecutions } from "../failed-executions";
import { LanguageBuckets } from "../language-buckets";
import { languageCleanUp } from "../language-clean-up";
import { checkpoints, reconciler } from "../ledger-functions";
import { LedgerStore } from "../ledger-store";
import { ModelRegistry } from "../model-registry";
import { Notices } from "../notices";
import { PeopleDecide, reviewerRoleId } from "../people-decide";
import { governanceTable } from "../permissions/governance-table";
import type { MadeArns } from "../permissions/grant";
import { policyOutputs } from "../policy-outputs";
import { readers } from "../readers";
import { recordKeyValues } from "../record-keys";
import { RegistryEvents } from "../registry-events";
import { Revocations } from "../revocations";
import type { StackBuild } from "../stack-build";
import type { GovernanceConfig } from "../stack-config";
import { VerdictBucket } from "../verdict-bucket";

/** The governance account: registry, evidence, and the flow that decides. */
export function governanceStack(
  config: GovernanceConfig,
  build: StackBuild,
  options: ComponentResourceOptions,
): Record<string, Input<unknown>> {
  const { policy } = build;
  const table = governanceTable(config);
  const notices = new Notices("notices", { config, table }, options);
  const verdicts = new VerdictBucket("verdicts", { config, table }, options);
  const ledger = new LedgerStore("records", { config, table }, options);
  const evidence = config.devAccounts.map(({ account }): [string, EvidenceBucket] => [
    account,
    new EvidenceBucket(`evidence-${account}`, { config, account, table }, options),
  ]);
  new ModelRegistry("registry", { config }, options);
  const repository = new ChecksRepository("checks", { config }, options);
  const image = checksImage({ config, build, repositoryUrl: repository.url }, options);

  const language = config.language && new LanguageBuckets("language", { config, table }, options);

  const { topicArn } = notices;
  const made: MadeArns = {
    "verdict-key": verdicts.keyArn,
    "record-key": ledger.keyArn,
    "record-signing-key": ledger.recordSigningKeyArn,
    "checkpoint-signing-key": ledger.checkpointSigningKeyArn,
    "verdict-signing-key": ledger.verdictSigningKeyArn,
    "revocation-signing-key": ledger.revocationSigningKeyArn,
    "notice-key": notices.keyArn,
    "notice-topic": topicArn,
    ...(language && { "language-key": language.keyArn }),
    ...Object.fromEntries(evidence.map(([account, { keyArn }]) => [`evidence-key-${account}`, keyArn])),
  };
  const recordKeys = recordKeyValues(config, ledger);
  const bare = { config, policy, code: build.code, table, made, topicArn };
  const events = new RegistryEvents("registry-events", bare, options);
  const queue = { url: events.queueUrl, arn: events.queueArn };
  const flow = { ...bare, made: { ...made, queue: queue.arn } };
  const pipeline = new ApprovalPipeline(
    "approval",
    { ...flow, image, ledger, recordKeys, languageKeyArn: language?.keyArn },
    options,
  );
  const reviewerId = reviewerRoleId(flow, options);
  const revocations = new Revocations("revocations", { ...flow, recordKeys, reviewerId }, options);
  const schedules = {
    ...(language && { [scheduleRule("clean-up")]: languageCleanUp(flow, options).ruleArn }),
    [scheduleRule("reconcile")]: reconciler(
      {
        ...flow,
        made: { ...flow.made, ...revocations.watched },
        decideArn: pipeline.decideArn,
        queueUrl: queue.url,
        watchQueueUrl: revocations.watchQueueUrl,
      },
      options,
    ).ruleArn,
    [scheduleRule("checkpoint")]: checkpoints(
      { ...flow, signingKeyArn: ledger.checkpointSigningKeyArn, recordKeys },
      options,
    ).ruleArn,
  };
  const people =
    reviewerId !== undefined &&
    new PeopleDecide(
      "people-decide",
      { ...flow, recordKeys, reviewerId, decideRole: pipeline.decideRole, startQueueUrl: queue.url },
      options,
    );
  const failed = new FailedExecutions("failed-executions", { config, topicArn }, options);

  const byAccount = (value: (bucket: EvidenceBucket) => Output<string>) =>
    Object.fromEntries(evidence.map(([account, bucket]) => [account, value(bucket)]));
  return {
    // Each dev stack has its own in governance:evidenceKeyArn.
    evidenceKeyArns: byAccount(({ keyArn }) => keyArn),
    evidenceBuckets: byAccount(({ bucket }) => bucket),
    verdictBucket: verdicts.bucket,
    recordBucket: ledger.bucket,
    // `aws kms get-public-key` gives what decisions and checkpoints are verified with.
    recordSigningKeyArn: ledger.recordSigningKeyArn,
    checkpointSigningKeyArn: ledger.checkpointSigningKeyArn,
    revocationSigningKeyArn: ledger.revocationSigningKeyArn,
    ...(language && { promptBucket: language.prompts }),
    checksRepositoryUrl: repository.url,
    pipelineArn: pipeline.arn,
    startQueueUrl: events.queueUrl,
    [START_DEAD_LETTERS]: events.deadLettersUrl,
    [FAILURE_DEAD_LETTERS]: failed.deadLettersUrl,
    revocationQueueUrl: revocations.queueUrl,
    ...revocations.deadLetters,
    noticeTopicArn: topicArn,
    // By what they are for: `governance guardrails` and `governance doctor` take them.
    [MADE_OUTPUT]: { ...flow.made, ...revocations.watched, ...schedules, [FAILURE_RULE]: failed.ruleArn },
    checksImage: image,
    ...(people ? people.outputs : {}),
    ...readers({ ...flow, recordKeys, recordBucket: ledger.bucket }, options),
    policyDigest: policy.digest,
    ...keyAdditions(config, table),
    ...groupAdditions(config),
    effectivePolicy: policyOutputs(
      policy,
      config.groups.map(({ name }) => name),
    ),
  };
}
