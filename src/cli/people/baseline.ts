import { setTimeout as pause } from "node:timers/promises";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SQSClient } from "@aws-sdk/client-sqs";
import { Command } from "commander";
import { s3WriteOnceStore } from "../../adapters/s3-write-once-store";
import { sagemakerModelRegistry } from "../../adapters/sagemaker-model-registry";
import { sagemakerVersions } from "../../adapters/sagemaker-overview";
import { sendRequest } from "../../adapters/sqs-request-queue";
import { cutOverOf } from "../../contract/cut-over";
import { LONGEST_REASON, personRequestMessage } from "../../contract/person-request";
import { parseReviewSettings, type ReviewSettings } from "../../contract/review-settings";
import type { ModelPackage, ModelRegistry } from "../../core/ports";
import {
  askForBaselines,
  type BaselinePorts,
  type VersionBefore,
  versionsBefore,
} from "../../stages/ask-for-baselines";
import { baselineOf } from "../../stages/baseline";
import { inParallel } from "../../stages/in-parallel";
import { AT_ONCE } from "../../stages/known-versions";
import { UsageError } from "../errors";
import { BROKEN, type Io } from "../ledger/options";
import { outputsIn } from "../outputs-file";
import { PAUSE, reason, seconds } from "./people";

const HELP = `
Others decided on what was registered before a group's cut-over: nothing here judges, rejects or revokes it. Its baseline is
a signed record of its status and fingerprint, decided before this ledger; it sets no status and writes nothing on the version.
A version has one, however often you ask. In an observed group without a cut-over it is for what is approved or rejected.

Without --write it shows what would be recorded. With it, it asks for each record under the reviewer role, as governance
decide does, and waits for them; broken off and run again it asks for what is missing.

outputs.json is what the governance stack prints:
  pulumi stack output --json --stack governance > outputs.json

Exit status
  0  all of them have their baseline; or without --write, it was shown what would be recorded
  1  some have none: refused (a notice says why), or no more came in time; run it again
  2  wrong use, or AWS refused; run it again when that is mended

Examples
  governance baseline credit-risk --outputs outputs.json
  governance baseline credit-risk --outputs outputs.json --write --reason "taken over, MR-112"
`;

interface Options {
  outputs: string;
  write?: boolean;
  reason: string;
  wait: number;
}

/** A registry that is in use throttles: the SDK waits, and tries again. */
const PATIENT = { maxAttempts: 8, retryMode: "adaptive" } as const;

/** Longer than a request waits that comes again. */
const WAIT = 300;

/** Versions that are named at most where they have no baseline. */
const MOST_SHOWN = 20;

/** `governance baseline`. */
export const baselineCommand = ({ print, exit }: Io): Command =>
  new Command("baseline")
    .summary("record how the versions are that others decided on before")
    .description("Records status and fingerprint of each version of a group that was registered before its cut-over.")
    .argument("<GROUP>", "name of the model package group")
    .requiredOption(
      "--outputs <outputs.json>",
      "the governance stack's outputs, as `pulumi stack output --json` prints them",
    )
    .option("--write", "have it recorded")
    .option(
      "--reason <TEXT>",
      `what the records say of your asking, in one line of at most ${LONGEST_REASON} characters`,
      reason,
      "taken over as it was",
    )
    .option("--wait <SECONDS>", "how long to wait while no more records come", seconds, WAIT)
    .addHelpText("after", HELP)
    .action(async (group: string, options: Options) => {
      const settings = outputsIn(options.outputs, parseReviewSettings, "the governance stack");
      print(`${group}: ${whichOf(group, settings)}\n`);
      const { registry, ...ports } = portsFor(settings, options.reason, () => pause(PAUSE * 1000));
      const { before, others } = await versionsBefore(group, settings, ports);
      if (!options.write) {
        const described = await inParallel(before, AT_ONCE, (one) => lineOf(one, registry));
        for (const line of described) print(`  ${line}\n`);
        print(summaryOf(before, others));
        return print("Nothing was asked for yet; add --write to have it recorded.\n");
      }
      print(summaryOf(before, others));
      const missing = before.filter(isMissing);
      const looks = Math.floor(options.wait / PAUSE) + 1;
      const left = await askForBaselines(missing, group, ports, looks, (recorded) =>
        print(`recorded ${recorded} of ${missing.length}\n`),
      );
      if (left.length > 0) print(withoutRecord(left));
      exit(left.length > 0 ? BROKEN : 0);
    });

/** @throws UsageError where no version of the group can have a baseline */
function whichOf(group: string, { cutOvers, observedGroups }: ReviewSettings): string {
  const cutOver = cutOverOf(cutOvers, group);
  if (cutOver !== undefined && new Date() < new Date(cutOver))
    throw new UsageError(
      `the cut-over of ${group} is at ${cutOver}: others may still decide until then; run it after that`,
    );
  if (cutOver !== undefined) return `what was registered before ${cutOver}`;
  if (observedGroups.includes(group)) return "what is approved or rejected, as it is observed without a cut-over";
  throw new UsageError(
    `group ${group} has no cut-over, and isn't observed; expected one of ${[...new Set([...Object.keys(cutOvers), ...observedGroups])].join(", ") || "none: the stack has no such group"}`,
  );
}

/** What the command uses of AWS. @param why what the records say of the asking */
export function portsFor(
  { region, account, recordBucket, requestQueueUrl }: ReviewSettings,
  why: string,
  pause: BaselinePorts["pause"],
): BaselinePorts & { registry: ModelRegistry } {
  const client = { region, ...PATIENT };
  const [sagemaker, sqs] = [new SageMakerClient(client), new SQSClient(client)];
  return {
    registry: sagemakerModelRegistry(sagemaker),
    overview: sagemakerVersions(sagemaker),
    records: s3WriteOnceStore(new S3Client(client), recordBucket, account),
    ask: ({ id }, expectedRecordSha256) =>
      sendRequest(
        sqs,
        requestQueueUrl,
        personRequestMessage({
          ...{ request: "baseline", modelPackageArn: id.arn, reason: why, expectedRecordSha256 },
        }),
      ),
    pause,
  };
}

/** One that has a record in force has no need of another. */
const isMissing = ({ chain }: VersionBefore): boolean => chain?.inForce === undefined;

async function lineOf(one: VersionBefore, { describe }: ModelRegistry): Promise<string> {
  const { version } = one;
  const now = await describe(version.id.arn);
  const status = (now?.approvalStatus ?? "gone").padEnd("PendingManualApproval".length);
  return `${String(version.id.version).padStart(5)}  ${status}  ${now?.fingerprint ?? ""}  ${recordOf(one, now)}`;
}

function recordOf({ chain }: VersionBefore, now: ModelPackage | undefined): string {
  if (now === undefined) return "no longer in the registry";
  const baseline = chain && baselineOf(chain);
  if (baseline === undefined)
    return chain?.inForce === undefined ? "to be recorded" : `decided by ${chain.inForce.name}`;
  const { decision, fingerprint } = baseline.body;
  const isAsThen = decision === now.approvalStatus && fingerprint === now.fingerprint;
  return isAsThen ? `as in ${baseline.name}` : `otherwise than in ${baseline.name}: ${decision}, ${fingerprint}`;
}

function summaryOf(before: readonly VersionBefore[], others: number): string {
  const counts = new Map<string, number>();
  for (const { version } of before) counts.set(version.approvalStatus, (counts.get(version.approvalStatus) ?? 0) + 1);
  const byStatus = [...counts].map(([status, count]) => `${count} ${status}`).join(", ");
  const missing = before.filter(isMissing).length;
  return `${before.length} versions${byStatus === "" ? "" : ` (${byStatus})`}: ${missing} to be recorded, ${before.length - missing} have a record. ${others} more aren't of those.\n`;
}

function withoutRecord(left: readonly VersionBefore[]): string {
  const shown = left.slice(0, MOST_SHOWN).map(({ version }) => version.id.version);
  const more = left.length - shown.length;
  return `No baseline yet of ${left.length}: versions ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}.
If they were refused, notices say why; so does the log of the review function. Run it again for what is missing.
`;
}
