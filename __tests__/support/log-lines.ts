/** What the functions log, line by line. Call it before a handler is imported. */
export function captureLog(): { lines: Record<string, unknown>[] } {
  // The logger then writes to the console that a test can watch.
  process.env.POWERTOOLS_DEV = "true";
  const log: { lines: Record<string, unknown>[] } = { lines: [] };
  for (const level of ["info", "warn", "error"] as const) {
    jest.spyOn(console, level).mockImplementation((...texts: unknown[]) => {
      log.lines.push(JSON.parse(String(texts[0])));
    });
  }
  return log;
}
