import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Identities } from "../../src/local/stand-in/identities";
import { createSageMaker } from "../../src/local/stand-in/sagemaker";
import {
  AwsError,
  type BusEvent,
  type Clock,
  type DeclaredResource,
  type Surroundings,
} from "../../src/local/stand-in/service";

export interface SageMakerOptions {
  /** Which principal calls: by the access key, or by the operation where the key is a function's. */
  principalOf(accessKeyId: string, operation: string): string;
  /** Puts an event on the bus of its account. */
  publish(event: Omit<BusEvent, "version" | "id" | "time">): void;
  invoke(functionArn: string, payload: unknown): Promise<unknown>;
}

/** The local run's SageMaker, in real time and over HTTP: its protocol is AWS JSON 1.1, with times in seconds. */
export class SageMakerOverHttp {
  private service: ReturnType<typeof createSageMaker> | undefined;
  private readonly server = createServer((request, response) => {
    this.answer(request).then(
      ({ status, body }) => response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  private readonly timers = new Set<NodeJS.Timeout>();
  readonly notes: string[] = [];

  constructor(private readonly options: SageMakerOptions) {}

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** From now on it has these groups and pipelines. What was registered before is forgotten. */
  serve(resources: readonly DeclaredResource[], existingRoles: readonly string[]): void {
    const identities = new Identities(resources, existingRoles);
    const around: Surroundings = {
      clock: this.clock(),
      trace: { note: (subject, text) => void this.notes.push(`${subject}: ${text}`) },
      publish: this.options.publish,
      tell: () => undefined,
      observe: () => undefined,
      invoke: this.options.invoke,
      runJob: async () => {
        throw new Error("no container runs here: a Processing job's image is tested by itself");
      },
      refusal: async () => undefined,
      declared: (type) => resources.filter((resource) => resource.type === type),
      requirePrincipals: (policy, of) => identities.requirePrincipals(policy, of),
      admits: (policy, caller) => identities.admits(policy, caller),
    };
    this.service = createSageMaker(around);
  }

  get sageMaker(): ReturnType<typeof createSageMaker> {
    if (this.service === undefined) throw new Error("SageMaker has no groups and pipelines yet");
    return this.service;
  }

  async close(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private clock(): Clock {
    const later = (milliseconds: number, action: () => void | Promise<void>) => {
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        Promise.resolve(action()).catch((error: unknown) => this.notes.push(`failed: ${error}`));
      }, milliseconds);
      this.timers.add(timer);
      return () => clearTimeout(timer);
    };
    return {
      now: () => new Date(),
      random: Math.random,
      after: (milliseconds, action) => void later(milliseconds, action),
      limit: later,
    };
  }

  private async answer(request: IncomingMessage): Promise<{ status: number; body: string }> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const [, accessKeyId = "", region = ""] =
      /Credential=([^/]+)\/\d+\/([^/]+)\/sagemaker\/aws4_request/.exec(request.headers.authorization ?? "") ?? [];
    const operation = String(request.headers["x-amz-target"] ?? "").replace(/^SageMaker\./, "");
    const principal = this.options.principalOf(accessKeyId, operation);
    const account = principal.split(":")[4] ?? "";
    try {
      const input = withDates(JSON.parse(Buffer.concat(chunks).toString("utf8")));
      const answer = await this.sageMaker.call({ operation, input, caller: { account, region, principal } });
      return { status: 200, body: JSON.stringify(answer, inSeconds) };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const body = JSON.stringify({ __type: error.name, message: error.message });
      return { status: error.$metadata.httpStatusCode, body };
    }
  }
}

const TIMES = ["CreatedAfter", "CreatedBefore", "CreationTimeAfter", "CreationTimeBefore"];

function withDates(input: unknown): Record<string, unknown> {
  const entries = Object.entries(typeof input === "object" && input !== null ? input : {});
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      TIMES.includes(name) && typeof value === "number" ? new Date(value * 1000) : value,
    ]),
  );
}

/** `JSON.stringify` has made a time a text before it asks, so the object's own value is looked at. */
function inSeconds(this: unknown, name: string, value: unknown): unknown {
  const own = typeof this === "object" && this !== null ? Reflect.get(this, name) : value;
  return own instanceof Date ? own.getTime() / 1000 : value;
}
