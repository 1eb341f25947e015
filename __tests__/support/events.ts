import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const FOLDER = path.join(__dirname, "..", "fixtures", "events");

/** An event of `__tests__/fixtures/events`: documented shapes, invented values. */
export const eventFixture = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(path.join(FOLDER, `${name}.json`), "utf8"));

/** Names of the fixtures that begin so. */
export const eventFixtures = (beginning: string): string[] =>
  readdirSync(FOLDER)
    .filter((file) => file.startsWith(beginning) && file.endsWith(".json"))
    .map((file) => file.replace(/\.json$/, ""));

/** Messages as SQS hands them to a function: m1, m2 … ; a text is a body as it stands. */
export const queued = (...messages: unknown[]) => ({
  Records: messages.map((message, index) => ({
    messageId: `m${index + 1}`,
    body: typeof message === "string" ? message : JSON.stringify(message),
    eventSource: "aws:sqs",
  })),
});
