import { VirtualClock } from "../../src/local/stand-in/clock";
import { Identities } from "../../src/local/stand-in/identities";
import { isRecord } from "../../src/local/stand-in/inputs";
import type {
  BusEvent,
  Caller,
  DeclaredResource,
  Observation,
  Service,
  Surroundings,
} from "../../src/local/stand-in/service";

export const REGION = "us-east-1";
export const GOVERNANCE = "444455556666";
export const DEV = "111122223333";
export const START = new Date("2026-11-20T10:00:00Z");

export const roleArn = (account: string, name: string): string => `arn:aws:iam::${account}:role/${name}`;
/** A caller under a role, in the usual Region. */
export const as = (account: string, role: string, region = REGION): Caller => ({
  account,
  region,
  principal: roleArn(account, role),
});

/** A resource as declared in an account; its id is its name unless another is given. */
export const declared = (
  type: string,
  name: string,
  inputs: Record<string, unknown>,
  { account = GOVERNANCE, region = REGION, id = name } = {},
): DeclaredResource => ({ stack: "test", type: `aws:${type}`, name, account, region, id, inputs });

export const policy = (...Statement: unknown[]): string => JSON.stringify({ Version: "2012-10-17", Statement });

/** What services sent into the rest of the world. */
export interface Heard {
  events: Omit<BusEvent, "version" | "id" | "time">[];
  told: { target: string; body: unknown; from: string }[];
  observed: Observation[];
  notes: string[];
}

/**
 * The rest of the world around one service: real virtual time and policies, and records of what the service sends.
 * @param functions what stands for a function, by its ARN, or for an image, by its URI
 */
export function surroundings(
  resources: readonly DeclaredResource[],
  functions: Readonly<Record<string, (payload: unknown) => unknown>> = {},
) {
  const clock = new VirtualClock(1, START);
  const roles = [roleArn(DEV, "team"), roleArn(DEV, "stranger"), roleArn(DEV, "replication")];
  const identities = new Identities(resources, [
    ...roles,
    roleArn(GOVERNANCE, "start"),
    roleArn(GOVERNANCE, "pipeline"),
  ]);
  const heard: Heard = { events: [], told: [], observed: [], notes: [] };
  const around: Surroundings = {
    clock,
    trace: { note: (subject, text) => void heard.notes.push(`${subject}: ${text}`) },
    publish: (event) => void heard.events.push(event),
    tell(target, body, from) {
      heard.told.push({ target, body: JSON.parse(body), from: `${from.service} for ${from.sourceArn}` });
      return undefined;
    },
    observe: (seen) => void heard.observed.push(seen),
    async invoke(arn, payload) {
      const made = functions[arn];
      if (made === undefined) throw new Error(`Function not found: ${arn}`);
      return made(payload);
    },
    async runJob({ image, ...job }) {
      const made = functions[image];
      if (made === undefined) throw new Error(`image ${image} doesn't exist`);
      await made(job);
    },
    refusal: async () => undefined,
    declared: (type) => resources.filter((resource) => resource.type === type),
    requirePrincipals: (of, resource) => identities.requirePrincipals(of, resource),
    admits: (of, caller) => identities.admits(of, caller),
  };
  return { around, clock, heard };
}

/** Calls a service as somebody. */
export const caller =
  (service: Service, who: Caller) =>
  (operation: string, input: Record<string, unknown>): Promise<unknown> =>
    service.call({ operation, input, caller: who });

/** The error that a call is refused with, as `name: message`. */
export const refusal = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    (value) => `no refusal but ${JSON.stringify(value)}`,
    (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
  );

/** One field of an answer. */
export const field = (answer: unknown, name: string): unknown => (isRecord(answer) ? answer[name] : undefined);

/** A field of an answer that is a list of objects. */
export function listed(answer: unknown, name: string): Readonly<Record<string, unknown>>[] {
  const list = field(answer, name);
  if (!Array.isArray(list)) throw new Error(`${name} is no list: ${JSON.stringify(list)}`);
  return list.filter(isRecord);
}
