import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  request as send,
} from "node:http";
import type { AddressInfo } from "node:net";
import { actionOf, type SignedCall } from "./aws-actions";
import { Gate } from "./gate";
import { PolicyDialect } from "./policy-dialect";

/** Stands before the emulator, so that it sees what AWS sees. */
export interface DialectProxy {
  url: string;
  /** From now on those keys make no role without that boundary: the emulator doesn't know `iam:PermissionsBoundary`. */
  bound(accessKeyId: string, boundary: string): void;
  /** IAM actions of the calls so far, under that access key. */
  actionsOf(accessKeyId: string): string[];
  close(): Promise<void>;
}

/** Calls that write or read a policy. */
const POLICY_ACTIONS =
  /Action=(Put|Get|Create|List)(Role|User)?Polic|Action=(Set|Get)(Queue|Topic|)Attributes|Action=Create(Role|Queue|Topic)/;
const POLICY_TARGETS =
  /^(TrentService\.(CreateKey|PutKeyPolicy|GetKeyPolicy)|AmazonSQS\.(CreateQueue|SetQueueAttributes|GetQueueAttributes))$/;

/**
 * The emulator takes calls over http and spells some of IAM otherwise than AWS. This passes everything on as if it had come
 * over TLS, and translates policies on their way in and out. A changed body no longer has the digest that was signed, so the
 * emulator must not verify signatures.
 */
export async function dialectProxy(target: string): Promise<DialectProxy> {
  const dialect = new PolicyDialect();
  const gate = new Gate();
  const boundaries = new Map<string, string>();
  const actions = new Map<string, Set<string>>();
  const note = (call: SignedCall) => {
    const { key, action } = actionOf(call) ?? {};
    if (key !== undefined && action !== undefined) actions.set(key, (actions.get(key) ?? new Set()).add(action));
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(502);
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url: path = "/", headers } = request;
    const kind = headers["content-type"] ?? "";
    const isPolicy = /\?policy\b/.test(path) || POLICY_TARGETS.test(String(headers["x-amz-target"] ?? ""));
    if (!isPolicy && !kind.startsWith("application/x-www-form-urlencoded")) {
      note({ method, path, headers });
      const onward = () => pass(target, { method, path, headers }, request, response);
      return isOfS3(headers) ? gate.pass(writes(method), onward) : onward();
    }
    const body = await bodyOf(request);
    note({ method, path, headers, body });
    if (isUnbounded({ method, path, headers, body }, boundaries)) {
      response.writeHead(403, { "content-type": "text/xml" }).end(UNBOUNDED);
      return;
    }
    if (!isPolicy && !POLICY_ACTIONS.test(body)) return pass(target, { method, path, headers }, body, response);
    const translated = dialect.toEmulator(body, kind);
    const onward = () => collect(target, { method, path, headers: withoutDigests(headers) }, translated);
    const answer = await (isOfS3(headers) ? gate.pass(writes(method), onward) : onward());
    const text = dialect.fromEmulator(answer.text);
    response.writeHead(answer.status, { ...answer.headers, "content-length": Buffer.byteLength(text) }).end(text);
  }

  return {
    url,
    bound: (key, boundary) => void boundaries.set(key, boundary),
    actionsOf: (key) => [...(actions.get(key) ?? [])].sort(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const UNBOUNDED =
  "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized to perform: iam:CreateRole without the boundary</Message></Error></ErrorResponse>";

/** Whether a call makes a role without the boundary that its caller must give. */
function isUnbounded(call: SignedCall, boundaries: ReadonlyMap<string, string>): boolean {
  const { key = "", action } = actionOf(call) ?? {};
  const boundary = boundaries.get(key);
  return (
    boundary !== undefined &&
    action === "iam:CreateRole" &&
    new URLSearchParams(call.body).get("PermissionsBoundary") !== boundary
  );
}

const isOfS3 = ({ authorization }: IncomingHttpHeaders): boolean => /\/s3\/aws4_request/.test(authorization ?? "");

/**
 * The emulator takes its lock on S3 twice for some reads: a writer that comes to wait between the two stops it for ever, and
 * all others with it. So what writes passes alone.
 */
const writes = (method: string): boolean => method !== "GET" && method !== "HEAD";

/** Without what was computed from the body. */
const withoutDigests = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => !/^(content-md5|content-length|x-amz-(sdk-)?checksum.*)$/.test(name)),
  );

interface Outgoing {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
}

const options = ({ method, path, headers }: Outgoing) => ({
  method,
  path,
  headers: { ...headers, "x-forwarded-proto": "https" },
});

async function pass(
  target: string,
  outgoing: Outgoing,
  body: IncomingMessage | string,
  response: ServerResponse,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const onward = send(target, options(outgoing), (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response).on("close", resolve).on("error", reject);
    });
    onward.on("error", reject);
    if (typeof body === "string") onward.end(body);
    else body.pipe(onward);
  });
}

async function collect(target: string, { headers, ...outgoing }: Outgoing, body: string) {
  const sized = { ...headers, "content-length": String(Buffer.byteLength(body)) };
  return new Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
    const onward = send(target, options({ ...outgoing, headers: sized }), (answer) => {
      bodyOf(answer).then(
        (text) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, text }),
        reject,
      );
    });
    onward.on("error", reject).end(body);
  });
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
