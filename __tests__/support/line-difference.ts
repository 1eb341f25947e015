/** Lines that one text has and the other hasn't: `+ line` where it is new, `- line` where it is gone. */
export function lineDifference(before: string, after: string): string[] {
  const [old, now] = [before, after].map((text) => text.split("\n"));
  return [
    ...(now ?? []).filter((line) => !old?.includes(line)).map((line) => `+ ${line}`),
    ...(old ?? []).filter((line) => !now?.includes(line)).map((line) => `- ${line}`),
  ];
}
