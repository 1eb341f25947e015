import { Command } from "commander";
import { exportCommand } from "./export";
import { fetchCommand } from "./fetch";
import type { Io } from "./options";
import { policyChangesCommand } from "./policy-changes";
import { rederiveCommand } from "./rederive";
import { showCommand } from "./show";
import { verifyCommand } from "./verify";

/** `governance ledger`. */
export function ledgerCommand(io: Io): Command {
  const ledger = new Command("ledger")
    .summary("verify and read the record of decisions")
    .description("The signed record of decisions, on a copy of its bucket: nothing but fetch uses the network.");
  for (const make of [fetchCommand, verifyCommand, showCommand, exportCommand, rederiveCommand, policyChangesCommand])
    ledger.addCommand(make(io));
  return ledger;
}
