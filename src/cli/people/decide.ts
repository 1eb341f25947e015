import { Command } from "commander";
import { isAskedBy } from "../../ledger/decision-record";
import type { NamedVersion } from "../../ledger/find-records";
import { UsageError } from "../errors";
import type { Io } from "../ledger/options";
import { AskedVersion, inShort, ofPeople, type PeopleOptions } from "./people";

const HELP = `
You ask under the reviewer role, and who you are is what AWS says of your session: nobody of the team that owns the group
decides on its versions. Look at what is printed first: your request counts for that record alone. A version that didn't
pass, or was revoked, takes two people: the first request is kept, and decides nothing by itself. Only what was judged can
be approved, and only as it was then. An approved version isn't rejected: governance revoke takes an approval back, and says
first what is served then.

Exit status
  0  it is decided, and the record is shown
  1  there is no record of your request yet: refused (a notice says why), kept until a second person asks, or still under way
  2  wrong use, or AWS refused

Examples
  governance decide credit-risk/7 --approve --reason "bias explained in MR-112" --outputs outputs.json
  governance decide credit-risk/7 --reject --reason "data of a recalled source" --queue URL --bucket BUCKET
`;

interface Options extends PeopleOptions {
  approve?: boolean;
  reject?: boolean;
}

/** `governance decide`. */
export const decideCommand = ({ print, exit }: Io): Command =>
  ofPeople(new Command("decide"), 60)
    .summary("approve or reject a version as a person")
    .description("Asks for a version to be approved or rejected, and shows the record of that.")
    .option("--approve", "approve it")
    .option("--reject", "reject it")
    .addHelpText("after", HELP)
    .action(async (named: NamedVersion, { approve = false, reject = false, ...options }: Options) => {
      if (approve === reject) throw new UsageError("expected one of --approve and --reject");
      const version = new AskedVersion(named, options);
      const before = await version.chain();
      print(before === undefined ? `${version.arn} has no record yet\n` : `${version.arn}\n${inShort(before.last)}`);
      const messageId = await version.ask(approve ? "approve" : "reject", options.reason, before);
      print(`asked, in message ${messageId}\n`);
      const decided = await version.await(({ body }) => isAskedBy(body, messageId), options.wait);
      if (decided !== undefined) {
        print(`decided\n${inShort(decided)}`);
        return exit(0);
      }
      const now = await version.chain();
      print(
        now?.last.sha256 === before?.last.sha256
          ? NOT_YET
          : `another record came first\n${now ? inShort(now.last) : ""}`,
      );
      exit(1);
    });

const NOT_YET = `no record of it yet. Where two people are needed, it is kept until another asks for the same on this record.
If it was refused, a notice says why; so does the log of the review function.
`;
