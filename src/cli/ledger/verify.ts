import { Command, Option } from "commander";
import { BrokenLink } from "../../ledger/copy";
import { type EvidenceCounts, verifyEvidence } from "../../ledger/verify/evidence";
import { type VerifiedLedger, verifyLedger } from "../../ledger/verify/ledger";
import type { KnownCheckpoint } from "../../ledger/verify/terms";
import {
  BROKEN,
  believing,
  type Io,
  type KeyFiles,
  knownCheckpoint,
  openCopy,
  readKeys,
  recordKeysIn,
  several,
  time,
} from "./options";

const HELP = `
DIR is what \`governance ledger fetch\` makes. No network and no credentials are used, only public keys:
  aws kms get-public-key --key-id KEY_ARN --query PublicKey --output text | base64 -d | openssl pkey -pubin -inform der -out key.pem

A copy can't show what was cut off its end while it was made. So note the last checkpoint of each audit, and give it as
--at-least at the next one.

Exit status
  0  everything holds
  1  a link is broken; the first is named
  2  wrong use; nothing was verified

Examples
  governance ledger verify DIR --trusted-key records.pem --checkpoint-key checkpoints.pem --at-least 41
  governance ledger verify DIR --trusted-key records.pem --trusted-key former.pem --checkpoint-key checkpoints.pem --now 2026-11-28T10:00:00Z --evidence
`;

interface Options extends KeyFiles {
  checkpointKey: string[];
  atLeast?: KnownCheckpoint;
  now?: Date;
  lateUntil?: Date;
  evidence?: boolean;
  format: "text" | "json";
}

interface Outcome {
  ledger?: VerifiedLedger & { seconds: number };
  evidence?: EvidenceCounts & { seconds: number };
  broken?: BrokenLink;
}

/** `governance ledger verify`. */
export const verifyCommand = ({ print, exit }: Io): Command =>
  believing(new Command("verify"))
    .summary("verify a copy of the ledger with public keys alone")
    .description("Verifies a copy of the ledger, and names the first broken link.")
    .argument("<DIR>", "folder with the copy")
    .requiredOption(
      "--checkpoint-key <PEM>",
      "the same for checkpoints; no other key is believed for them, nor these for records",
      several,
    )
    .option(
      "--at-least <NUMBER>",
      "a checkpoint that an earlier audit saw, as NUMBER or NUMBER:SHA256",
      knownCheckpoint,
    )
    .option("--now <TIME>", "when the copy was made, where that isn't now", time)
    .option("--late-until <TIME>", "lateness of checkpoints up to then was explained, and is no broken link", time)
    .option("--evidence", "hash the evidence and prompt sets too, which --evidence of fetch brought")
    .addOption(new Option("--format <format>", "how to print the result").choices(["text", "json"]).default("text"))
    .addHelpText("after", HELP)
    .action(async (folder: string, options: Options) => {
      const outcome = await verified(folder, options);
      print(options.format === "json" ? json(outcome) : text(outcome));
      exit(outcome.broken === undefined ? 0 : BROKEN);
    });

async function verified(folder: string, options: Options): Promise<Outcome> {
  const copy = openCopy(folder);
  const records = recordKeysIn(options);
  const { checkpointKey, now = new Date(), atLeast: known, lateUntil } = options;
  const checkpoints = readKeys("--checkpoint-key", checkpointKey);
  const terms = {
    records,
    checkpoints,
    now,
    ...(known && { known }),
    ...(lateUntil && { lateUntil }),
  };
  const outcome: Outcome = {};
  try {
    outcome.ledger = await timed(() => verifyLedger(copy, terms));
    if (options.evidence) outcome.evidence = await timed(() => verifyEvidence(copy));
  } catch (error) {
    if (!(error instanceof BrokenLink)) throw error;
    outcome.broken = error;
  }
  return outcome;
}

async function timed<Result>(work: () => Promise<Result>): Promise<Result & { seconds: number }> {
  const begun = performance.now();
  const result = await work();
  return { ...result, seconds: (performance.now() - begun) / 1000 };
}

function text({ ledger, evidence, broken }: Outcome): string {
  const lines: string[] = [];
  if (ledger !== undefined) {
    const { end, records, withoutCheckpoint, policies, bundles, seconds } = ledger;
    const waiting = withoutCheckpoint === 0 ? "" : `, ${withoutCheckpoint} of them not yet in one`;
    lines.push(
      `The ledger holds: ${records} records, ${end.number} checkpoints${waiting}, ${policies} policies and ${bundles} bundles. ${seconds.toFixed(1)} s`,
      `Last checkpoint: ${end.number} of ${end.takenAt}. At the next audit, give --at-least ${end.number}:${end.sha256}`,
    );
  }
  if (evidence !== undefined) {
    const { objects, bytes, promptSets, seconds } = evidence;
    lines.push(
      `The evidence holds: ${objects} object versions that records cite, ${bytes} bytes, and ${promptSets} prompt sets. ${seconds.toFixed(1)} s`,
    );
  } else if (broken === undefined) lines.push("The evidence wasn't looked at; add --evidence.");
  if (broken !== undefined) lines.push(`First broken link: ${broken.at} ${broken.what}`);
  return `${lines.join("\n")}\n`;
}

const json = ({ ledger, evidence, broken }: Outcome): string =>
  `${JSON.stringify(
    {
      schemaVersion: 1,
      holds: broken === undefined,
      firstBrokenLink: broken === undefined ? null : { at: broken.at, what: broken.what },
      ledger: ledger ?? null,
      evidence: evidence ?? null,
    },
    null,
    2,
  )}\n`;
