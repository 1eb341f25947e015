import { createRequire } from "node:module";
import { compileFunction } from "node:vm";
import { isObject } from "../../core/shape";
import type { JudgeAgain } from "../../stages/judge-again";
import { UsageError } from "../errors";

/**
 * Loads a kept bundle of the checks. Whoever calls has held its SHA-256 against a record that a trusted key signed: what
 * it says is run with all that this process may do.
 * @throws UsageError for a bundle that can't judge again
 */
export function loadBundle(text: string, digest: string): JudgeAgain {
  const name = `${digest}.js`;
  const module: { exports: unknown } = { exports: {} };
  try {
    const run = compileFunction(text, ["exports", "require", "module", "__filename", "__dirname"], { filename: name });
    run.call(module.exports, module.exports, createRequire(__filename), module, name, ".");
  } catch (error) {
    throw new UsageError(
      `bundle ${digest} can't be run here (${error instanceof Error ? error.message : error}); run the project's version of that time`,
    );
  }
  const judgeAgain = isObject(module.exports) ? module.exports.judgeAgain : undefined;
  if (typeof judgeAgain !== "function")
    throw new UsageError(`bundle ${digest} exports no judgeAgain; run the project's version of that time`);
  return async (stored) => String(await judgeAgain(stored));
}
