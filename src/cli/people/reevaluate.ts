import { Command } from "commander";
import type { NamedVersion } from "../../ledger/find-records";
import { UsageError } from "../errors";
import type { Io } from "../ledger/options";
import { AskedVersion, inShort, ofPeople, type PeopleOptions } from "./people";

const HELP = `
For late evidence, an appeal, or a new policy. The version is judged as a new attempt, whose record goes on from the last
one. A rejected version may be approved by that. An approved one that fails now stays approved, and people are told: only
a person takes an approval back. You ask under the reviewer role.

Exit status
  0  it was asked for; with --wait, the new record is shown
  1  with --wait, there is no new record yet
  2  wrong use, or AWS refused

Example
  governance reevaluate credit-risk/7 --reason "the bias report arrived" --outputs outputs.json --wait 600
`;

/** `governance reevaluate`. */
export const reevaluateCommand = ({ print, exit }: Io): Command =>
  ofPeople(new Command("reevaluate"), 0)
    .summary("have a decided version judged again")
    .description("Has a version that has a record judged again.")
    .addHelpText("after", HELP)
    .action(async (named: NamedVersion, options: PeopleOptions) => {
      const version = new AskedVersion(named, options);
      const before = await version.chain();
      if (before === undefined)
        throw new UsageError(`${version.arn} has no record yet; a version is judged for the first time without asking`);
      print(`${version.arn}\n${inShort(before.last)}`);
      const messageId = await version.ask("reevaluate", options.reason, before);
      print(`asked, in message ${messageId}\n`);
      if (options.wait === 0) return exit(0);
      const { sha256 } = before.last;
      const again = await version.await(({ body }) => body.previous?.sha256 === sha256, options.wait);
      print(again === undefined ? "no new record yet\n" : `judged again\n${inShort(again)}`);
      exit(again === undefined ? 1 : 0);
    });
