import { Command, Option } from "commander";
import { unparse } from "papaparse";
import { OUTCOMES } from "../../core/finding";
import { type FoundRecord, parseNamedVersion, recordsIn } from "../../ledger/find-records";
import { type Io, openCopy } from "./options";

/** `governance ledger export`. */
export const exportCommand = ({ print }: Io): Command =>
  new Command("export")
    .summary("print one line for each record")
    .description("Prints the records of a copy, one on a line. Verify the copy first.")
    .argument("<DIR>", "folder with the copy")
    .addOption(
      new Option(
        "--format <format>",
        "csv: RFC 4180, texts that a spreadsheet would compute begin with '; jsonl: whole records",
      )
        .choices(["csv", "jsonl"])
        .makeOptionMandatory(),
    )
    .action(async (folder: string, { format }: { format: "csv" | "jsonl" }) => {
      const copy = openCopy(folder);
      if (format === "csv") print(csvLine(COLUMNS));
      for await (const found of recordsIn(copy)) print(format === "csv" ? csvLine(cells(found)) : jsonLine(found));
    });

const COLUMNS = [
  ...["key", "versionId", "sha256", "group", "version", "attempt", "modelPackageArn", "decision", "decidedAt"],
  ...["decidedBy", "executionId", "reason", "fingerprint", "policyDigest", "imageDigest", "bundleSha256"],
  ...["verdictUri", "verdictVersionId", "verdictSha256", "evidenceObjects", "pass", "fail", "cannotEvaluate"],
  ...["signingKeyArn", "publicKeySha256", "binding", "previousAttempt", "people"],
];

function cells({ signed: { name, sha256, body }, version }: FoundRecord): (string | number)[] {
  const id = parseNamedVersion(body.modelPackageArn);
  const { verdict, findings = [], decidedBy, policy, checks, evidence = [], signedWith } = body;
  const executionId = decidedBy.kind === "policy" ? decidedBy.executionId : "";
  const by = decidedBy.kind === "people" ? decidedBy.people.map(({ name }) => name).join(" ") : "";
  return [
    ...[name, version.versionId, sha256, id?.group ?? "", id?.version ?? "", body.attempt, body.modelPackageArn],
    ...[body.decision, body.decidedAt, decidedBy.kind, executionId, body.reason, body.fingerprint],
    ...[policy?.digest ?? "", checks?.imageDigest ?? "", checks?.bundleSha256 ?? "", verdict?.uri ?? ""],
    ...[verdict?.versionId ?? "", verdict?.sha256 ?? "", evidence.length],
    ...OUTCOMES.map((outcome) => findings.filter((finding) => finding.outcome === outcome).length),
    ...[signedWith.keyArn, signedWith.publicKeySha256, String(body.binding), body.previous?.attempt ?? "", by],
  ];
}

/** What a spreadsheet takes for a formula at a cell's beginning; papaparse's own rule leaves out line feeds. */
const FORMULA = /^[=+\-@\t\r\n]/;

const csvLine = (row: readonly (string | number)[]): string =>
  `${unparse([[...row]], { header: false, newline: "\r\n", escapeFormulae: FORMULA })}\r\n`;

const jsonLine = ({ signed: { name, sha256, body, signature }, version }: FoundRecord): string =>
  `${JSON.stringify({ key: name, versionId: version.versionId, sha256, writtenAt: version.writtenAt, ...{ body, signature } })}\n`;
