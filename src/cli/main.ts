import { createProgram } from "./program";

// Whoever reads a long export may stop reading: `| head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

void createProgram(process.stdout, process.stderr)
  .run(process.argv.slice(2))
  .then((status) => {
    process.exitCode = status;
  });
