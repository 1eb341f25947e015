import { createProgram } from "../../src/cli/program";

/** Runs the `governance` command in this process. */
export async function runGovernance(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const status = await createProgram({ write: (text) => out.push(text) }, { write: (text) => err.push(text) }).run(
    args,
  );
  return { status, out: out.join(""), err: err.join("") };
}
