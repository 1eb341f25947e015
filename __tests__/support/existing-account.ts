import type { ExistingThings } from "../../src/adapters/existing-things";
import { compareExisting } from "../../src/infrastructure/compare-existing";
import type { StackConfig } from "../../src/infrastructure/stack-config";
import { declaredStack } from "./declared-stack";

/** An account in which nothing is set up, and which tells what it was asked. */
function account(there: Partial<ExistingThings> = {}): { asked: string[]; things: ExistingThings } {
  const asked: string[] = [];
  const bare: ExistingThings = {
    groupPolicy: async () => undefined,
    bucketPolicy: async () => undefined,
    notifications: async () => ({}),
    replication: async () => undefined,
    isVersioned: async () => false,
    repositoryPolicy: async () => undefined,
    keyPolicy: async () => undefined,
    roleArn: async () => undefined,
    queues: async () => [],
    ...there,
  };
  const noted = Object.entries(bare).map(([name, read]) => [
    name,
    (of: string) => {
      asked.push(`${name} ${of}`);
      return (read as (of: string) => unknown)(of);
    },
  ]);
  return { asked, things: Object.fromEntries(noted) };
}

/** What preview says: why it stops, and what it warns of. */
export async function previewed(config: StackConfig, there: Partial<ExistingThings> = {}) {
  const { asked, things } = account(there);
  const warnings: string[] = [];
  const stop = await compareExisting(config, "Pulumi.test.yaml", things, (text) => warnings.push(text)).then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { asked, warnings, stop, stops: (stop ?? "").split("\n\n").filter((one) => one !== "") };
}

/** The JSON that a message has. */
export const jsonIn = (text = ""): unknown => JSON.parse(/^[[{].*?^[\]}]/ms.exec(text)?.[0] ?? "null");
export const policy = (Statement: unknown): string => JSON.stringify({ Version: "2012-10-17", Statement });
/** A statement that has nothing to do with it. */
export const OTHERS = {
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::111122223333:role/team" },
  Action: "*",
  Resource: "*",
};

/** An output of a stack, which says what it needs; each stack is declared once. */
export async function printed(config: StackConfig, output: string, of?: string): Promise<unknown> {
  const declared = outputsOf.get(config) ?? declaredStack(config).then(({ outputs }) => outputs);
  outputsOf.set(config, declared);
  const value = (await declared)[output];
  return of === undefined ? value : Reflect.get(Object(value), of);
}

const outputsOf = new WeakMap<StackConfig, Promise<Readonly<Record<string, unknown>>>>();
