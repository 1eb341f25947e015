import { UnknownToStandIn } from "./service";

/** Sends one operation to a service of the stand-in, under the function's role. */
export type Send = (
  service: string,
  operation: string,
  input: Readonly<Record<string, unknown>>,
  region: string | undefined,
) => Promise<unknown>;

/** SDK packages whose calls the stand-in takes, and the service behind each. */
const CLIENTS: Readonly<Record<string, string>> = {
  "@aws-sdk/client-s3": "s3",
  "@aws-sdk/client-sagemaker": "sagemaker",
  "@aws-sdk/client-sagemaker-runtime": "sagemaker-runtime",
  "@aws-sdk/client-comprehend": "comprehend",
  "@aws-sdk/client-kms": "kms",
  "@aws-sdk/client-lambda": "lambda",
  "@aws-sdk/client-bedrock": "bedrock",
  "@aws-sdk/client-bedrock-runtime": "bedrock-runtime",
  "@aws-sdk/client-sqs": "sqs",
  "@aws-sdk/client-sns": "sns",
};

interface Command {
  input: Readonly<Record<string, unknown>>;
}
type ClientClass = new () => { send(command: Command): Promise<unknown> };

const isClientClass = (value: unknown): value is ClientClass =>
  typeof value === "function" && typeof value.prototype?.send === "function";

/** The AWS SDK's package with its clients' `send` going to the stand-in; the rest of it is the real one. */
export function sdkModule(name: string, send: Send): Record<string, unknown> {
  const service = CLIENTS[name];
  if (service === undefined) throw new UnknownToStandIn(`a function requires ${name}`);
  const real: Record<string, unknown> = require(name);
  const own = clientsOf(name, real).map(([key, Client]) => [key, { value: diverted(Client, service, send) }] as const);
  return Object.create(real, Object.fromEntries(own));
}

const clients = new Map<string, [string, ClientClass][]>();

/** The classes of a package whose `send` is diverted, by their names there. */
function clientsOf(name: string, real: Readonly<Record<string, unknown>>): [string, ClientClass][] {
  const found =
    clients.get(name) ??
    Object.entries(real).flatMap(([key, value]): [string, ClientClass][] =>
      isClientClass(value) && !key.startsWith("_") ? [[key, value]] : [],
    );
  clients.set(name, found);
  return found;
}

function diverted({ prototype }: ClientClass, service: string, send: Send): unknown {
  // The real constructor takes long, and what it makes is for calls that aren't made here.
  return function Client(settings: { region?: unknown } = {}): object {
    const { region } = settings;
    const asked = typeof region === "string" ? region : undefined;
    return Object.create(prototype, {
      send: {
        value(command: Command): Promise<unknown> {
          const operation = command.constructor.name.replace(/Command$/, "");
          const given = Object.entries(command.input).filter(([, value]) => value !== undefined);
          return send(service, operation, Object.fromEntries(given), asked);
        },
      },
    });
  };
}
