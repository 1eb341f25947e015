import { Command, CommanderError, Help } from "commander";
import { BrokenLink, UnreadableCopy } from "../ledger/copy";
import { LedgerError } from "../ledger/signed";
import { deployerPolicyCommand } from "./deployer-policy";
import { doctorCommand } from "./doctor";
import { UsageError } from "./errors";
import { guardrailsCommand } from "./guardrails";
import { judgeCommand } from "./judge";
import { ledgerCommand } from "./ledger/ledger";
import { baselineCommand } from "./people/baseline";
import { decideCommand } from "./people/decide";
import { reevaluateCommand } from "./people/reevaluate";
import { promptSetCommand } from "./prompt-set";
import { revokeCommand } from "./revoke";
import { syncCommand } from "./sync";
import { verifyVersionCommand } from "./verify-version";

/** Where a command prints. */
export interface Output {
  write(text: string): unknown;
}

/** Exit status for wrong use, wrong configuration, and whatever isn't about the evidence. */
const WRONG_USE = 2;

/** Exit status for a ledger that doesn't hold. */
const BROKEN = 1;

/** The `governance` command. `run` gives the exit status; nothing is thrown and the process isn't ended. */
export function createProgram(out: Output, err: Output): { run(args: readonly string[]): Promise<number> } {
  return {
    async run(args) {
      let status = 0;
      const program = new Command("governance")
        .description("Model governance: why a model version is approved or rejected, and whether it would be.")
        .exitOverride()
        .configureHelp({ optionDescription })
        .configureOutput({ writeOut: (text) => out.write(text), writeErr: (text) => err.write(text) });
      const print = (text: string) => void out.write(text);
      const exit = (of: number) => {
        status = of;
      };
      const commands = [
        ...[judgeCommand(print, exit), promptSetCommand(print), syncCommand(print, exit)],
        ...[verifyVersionCommand({ print, exit }), revokeCommand({ print, exit })],
        ...[decideCommand({ print, exit }), reevaluateCommand({ print, exit }), baselineCommand({ print, exit })],
        ledgerCommand({ print, exit }),
        ...[guardrailsCommand(print), deployerPolicyCommand(print)],
        doctorCommand(print, exit),
      ];
      for (const command of commands) program.addCommand(inheriting(command, program));
      try {
        await program.parseAsync([...args], { from: "user" });
        return status;
      } catch (error) {
        return report(error, err);
      }
    },
  };
}

const ownHelp = new Help();

/** Commander's own, which doesn't say what can't be left out. */
const optionDescription: Help["optionDescription"] = (option) =>
  `${ownHelp.optionDescription(option)}${option.mandatory ? " (required)" : ""}`;

/** Commander hands settings on only to commands that it makes itself. */
function inheriting(command: Command, parent: Command): Command {
  command.exitOverride().copyInheritedSettings(parent);
  for (const below of command.commands) inheriting(below, command);
  return command;
}

function report(error: unknown, err: Output): number {
  // Commander has printed its own message, and help is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USE;
  if (error instanceof BrokenLink || error instanceof LedgerError) {
    err.write(`governance: ${error.message}\n`);
    return BROKEN;
  }
  err.write(
    error instanceof UsageError || error instanceof UnreadableCopy
      ? `governance: ${error.message}\n`
      : `${error instanceof Error ? error.stack : error}\n`,
  );
  return WRONG_USE;
}
