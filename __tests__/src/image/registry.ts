import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { digestOf } from "../../../src/image/digest";

/** What a registry may be told to do wrong, or to demand. */
export interface RegistryHabits {
  /** Answers such a request instead of the registry; false leaves it to it. */
  before?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** A registry in this process: the distribution protocol as far as a push and a pull need it. */
export interface TestRegistry {
  origin: string;
  blobs: Map<string, Buffer>;
  /** `repository:tag` or `repository@digest` -> manifest */
  manifests: Map<string, Buffer>;
  /** `METHOD path` of each request. */
  calls: string[];
  habits: RegistryHabits;
  /** Puts an image there, and gives its manifest's digest. */
  hold(repository: string, image: { config: object; layers: readonly Buffer[]; list?: boolean }): string;
  close(): Promise<void>;
}

const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

export async function testRegistry(): Promise<TestRegistry> {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, Buffer>();
  const calls: string[] = [];
  const habits: RegistryHabits = {};
  const uploads = new Map<string, Buffer>();
  const server = createServer(async (request, response) => {
    const { method = "", url = "" } = request;
    calls.push(`${method} ${url}`);
    if (habits.before?.(request, response)) return;
    const { pathname, searchParams } = new URL(url, "http://registry");
    const [, repository = "", kind = "", name = ""] =
      /^\/v2\/(.+)\/(manifests|blobs|blobs\/uploads)\/([^/]*)$/.exec(pathname) ?? [];
    const answer = (status: number, body: Buffer | string = "", headers = {}) =>
      response.writeHead(status, headers).end(method === "HEAD" ? "" : body);
    if (kind === "manifests" && method === "GET") {
      const found = manifests.get(name.startsWith("sha256:") ? `${repository}@${name}` : `${repository}:${name}`);
      return found === undefined ? answer(404, "MANIFEST_UNKNOWN") : answer(200, found);
    }
    if (kind === "blobs" && (method === "GET" || method === "HEAD")) {
      const found = blobs.get(name);
      return found === undefined ? answer(404) : answer(200, found);
    }
    const body = await bodyOf(request);
    if (body === undefined) return;
    if (kind === "manifests") {
      if (manifests.has(`${repository}:${name}`)) return answer(400, "ImageTagAlreadyExists");
      manifests.set(`${repository}:${name}`, body).set(`${repository}@${digestOf(body)}`, body);
      return answer(201);
    }
    const location = (id: string) => ({ location: `/v2/${repository}/blobs/uploads/${id}` });
    if (method === "POST") return answer(202, "", location(String(calls.length)));
    const sent = Buffer.concat([uploads.get(name) ?? Buffer.alloc(0), body]);
    if (method === "PATCH") {
      uploads.set(name, sent);
      return answer(202, "", location(name));
    }
    const digest = searchParams.get("digest") ?? "";
    if (digestOf(sent) !== digest) return answer(400, "DIGEST_INVALID");
    blobs.set(digest, sent);
    return answer(201);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const store = (bytes: Buffer): { digest: string; size: number } => {
    const digest = digestOf(bytes);
    blobs.set(digest, bytes);
    return { digest, size: bytes.length };
  };
  return {
    origin: `http://127.0.0.1:${port}`,
    blobs,
    manifests,
    calls,
    habits,
    hold(repository, { config, layers, list = false }) {
      const manifest = Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: OCI_MANIFEST,
          config: {
            mediaType: "application/vnd.oci.image.config.v1+json",
            ...store(Buffer.from(JSON.stringify(config))),
          },
          layers: layers.map((layer) => ({
            mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
            ...store(layer),
          })),
        }),
      );
      const digest = digestOf(manifest);
      manifests.set(`${repository}@${digest}`, manifest);
      if (!list) return digest;
      const of = (architecture: string, named: string) => ({
        mediaType: OCI_MANIFEST,
        digest: named,
        size: 1,
        platform: { os: "linux", architecture },
      });
      const index = Buffer.from(
        JSON.stringify({ schemaVersion: 2, manifests: [of("arm64", digestOf("other")), of("amd64", digest)] }),
      );
      manifests.set(`${repository}@${digestOf(index)}`, index);
      return digestOf(index);
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** @returns undefined where the sender broke off */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
}
