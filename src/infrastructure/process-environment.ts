import * as pulumi from "@pulumi/pulumi";
import { type Environment, type Process, writeEnvironment } from "../contract/environment";

/** Values of a process's environment; some are known only once what they name is made. */
export type EnvironmentValues<P extends Process> = {
  [Name in keyof Environment<P>]: pulumi.Input<Environment<P>[Name]>;
};

/** What Node.js itself takes from the block: without it a bundle's source map is never read. */
const RUNTIME = { NODE_OPTIONS: "--enable-source-maps" };

/** Bytes that Lambda takes for all variables of a function, names included. */
const ROOM = 4096;

/** As long as a queue's URL or a topic's ARN may get. */
const LATER = "x".repeat(160);

/**
 * The environment block of a process. Each variable is an output of its own where its value is one, so that a preview shows all
 * the others.
 * @throws RunError at preview where it can't fit
 */
export function environmentOf<P extends Process>(
  process: P,
  values: EnvironmentValues<P>,
): Record<string, pulumi.Input<string>> {
  const entries = Object.entries<unknown>(values);
  const known = Object.fromEntries(
    entries.map(([name, value]) => [name, pulumi.Output.isInstance(value) ? LATER : value]),
  );
  // Each value is of its variable's type, or a text that stands for one; Pulumi's own type of the whole isn't resolved for a generic P.
  const block = (all: unknown): Record<string, string> => ({
    ...RUNTIME,
    ...writeEnvironment(process, all as Environment<P>),
  });
  const written = block(known);
  requireRoom(process, written);
  const later = entries.flatMap(([name, value]) =>
    pulumi.Output.isInstance(value) ? [[name, value.apply((made) => block({ ...known, [name]: made })[name])]] : [],
  );
  return { ...written, ...Object.fromEntries(later) };
}

function requireRoom(process: Process, block: Readonly<Record<string, string>>): void {
  const sizes = Object.entries(block).map(([name, value]) => [name, name.length + Buffer.byteLength(value)] as const);
  const size = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
  if (size <= ROOM) return;
  const largest = [...sizes].sort(([, a], [, b]) => b - a).slice(0, 2);
  const shares = largest.map(([name, bytes]) => `${name} ${bytes}`).join(", ");
  throw new pulumi.RunError(
    `environment of ${process}: ${size} bytes (${shares}), Lambda takes ${ROOM}; configure fewer groups and dev accounts in one governance stack, and divide them between two with different prefixes`,
  );
}
