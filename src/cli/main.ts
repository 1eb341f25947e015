import { createProgram } from "./program";

void createProgram(process.stdout, process.stderr)
  .run(process.argv.slice(2))
  .then((status) => {
    process.exitCode = status;
  });
