import { createHash } from "node:crypto";
import { digestOf } from "./digest";
import { ACCEPTED } from "./manifest";
import { DigestError, RegistryError, type Retrying, retried } from "./registry-error";
import { anonymousToken } from "./registry-token";

/** A registry, and the header that it takes from us. */
export interface Registry {
  /** `https://host[:port]` */
  origin: string;
  /** `Basic …`; absent where anyone may read, and a token is asked for by itself. */
  authorization?: string;
}

/** Bytes of a manifest, as the registry has them. */
export interface StoredManifest {
  bytes: Uint8Array;
  digest: string;
}

type Body = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

interface Request {
  headers?: Readonly<Record<string, string>>;
  body?: Body;
}

/**
 * One repository of a registry, by the distribution protocol (OCI distribution-spec 1.1). What fails on the way or on the
 * registry's side is tried again.
 */
export class RegistryRepository {
  private authorization: string | undefined;

  constructor(
    private readonly registry: Registry,
    private readonly name: string,
    private readonly retrying: Retrying = { attempts: 4, pauseMilliseconds: 500 },
  ) {
    this.authorization = registry.authorization;
  }

  /** `host/repository`, for messages. */
  get title(): string {
    return `${this.registry.origin.replace(/^https?:\/\//, "")}/${this.name}`;
  }

  /** @returns undefined where the repository has none of that tag or digest */
  async manifest(reference: string): Promise<StoredManifest | undefined> {
    return retried(this.retrying, async () => {
      const answer = await this.send("GET", this.url(`manifests/${reference}`), { headers: { accept: ACCEPTED } });
      if (answer.status === 404) return undefined;
      const bytes = new Uint8Array(await (await this.expect(answer, 200)).arrayBuffer());
      return { bytes, digest: digestOf(bytes) };
    });
  }

  /** @throws Error where the bytes are other than their name says */
  async blob(digest: string): Promise<Uint8Array> {
    return retried(this.retrying, async () => {
      const bytes = new Uint8Array(await (await this.open(digest)).arrayBuffer());
      requireDigest(digestOf(bytes), digest, this.title);
      return bytes;
    });
  }

  /** @returns false where the blob was there already */
  async upload(digest: string, bytes: Uint8Array): Promise<boolean> {
    return this.uploadOnce(digest, async () => new Uint8Array(bytes));
  }

  /**
   * Carries a blob over from another repository without holding it in memory.
   * @returns false where the blob was there already
   * @throws Error where the bytes are other than their name says
   */
  async copy(digest: string, from: RegistryRepository): Promise<boolean> {
    return this.uploadOnce(digest, async () => {
      const { body } = await from.open(digest);
      if (body === null) throw new RegistryError(`${from.title}: ${digest} came without a body`, 502);
      return body.pipeThrough(verifying(digest, from.title));
    });
  }

  /** Names a manifest whose blobs are all there. */
  async putManifest(reference: string, bytes: Uint8Array, mediaType: string): Promise<void> {
    await retried(this.retrying, async () => {
      const headers = { "content-type": mediaType };
      const url = this.url(`manifests/${reference}`);
      await this.expect(await this.send("PUT", url, { headers, body: new Uint8Array(bytes) }), 201);
    });
  }

  private async open(digest: string): Promise<Response> {
    return this.expect(await this.send("GET", this.url(`blobs/${digest}`)), 200);
  }

  /** An upload that broke off is begun anew: a registry forgets the old one by itself. */
  private async uploadOnce(digest: string, body: () => Promise<Body>): Promise<boolean> {
    return retried(this.retrying, async () => {
      const known = await this.send("HEAD", this.url(`blobs/${digest}`));
      if (known.status !== 404) {
        await this.expect(known, 200);
        return false;
      }
      const begun = await this.expect(await this.send("POST", this.url("blobs/uploads/")), 202);
      const headers = { "content-type": "application/octet-stream" };
      const sent = await this.send("PATCH", this.next(begun), { headers, body: await body() });
      const end = this.next(await this.expect(sent, 202));
      end.searchParams.set("digest", digest);
      await this.expect(await this.send("PUT", end), 201);
      return true;
    });
  }

  private url(path: string): URL {
    return new URL(`/v2/${this.name}/${path}`, this.registry.origin);
  }

  private next(answer: Response): URL {
    return new URL(answer.headers.get("location") ?? "", answer.url);
  }

  /** Sends once, and once more where the registry asks for a token. A body is only sent after a call without one. */
  private async send(method: string, url: URL, { headers = {}, body }: Request = {}): Promise<Response> {
    const content = body === undefined ? {} : { body, ...HALF };
    const call = () => fetch(url, { method, headers: this.headersTo(url, headers), ...content });
    const first = await call();
    if (first.status !== 401 || this.registry.authorization !== undefined || body !== undefined) return first;
    const token = await anonymousToken(first.headers.get("www-authenticate") ?? "", this.title);
    if (token === undefined) return first;
    this.authorization = `Bearer ${token}`;
    return call();
  }

  /** An upload may go on at another host, which has no business with our credentials. */
  private headersTo(url: URL, headers: Readonly<Record<string, string>>): Record<string, string> {
    const own = url.origin === new URL(this.registry.origin).origin;
    return this.authorization === undefined || !own
      ? { ...headers }
      : { ...headers, authorization: this.authorization };
  }

  private async expect(answer: Response, status: number): Promise<Response> {
    if (answer.status === status) return answer;
    const said = (await answer.text()).slice(0, 300);
    throw new RegistryError(
      `${this.title}: ${answer.url} answered ${answer.status}, expected ${status}: ${said || "no reason given"}`,
      answer.status,
    );
  }
}

/** What `fetch` wants to hear before it sends a stream; its types don't know it. */
const HALF = { duplex: "half" };

function requireDigest(found: string, expected: string, title: string): void {
  if (found !== expected) throw new DigestError(title, found, expected);
}

function verifying(digest: string, title: string): TransformStream<Uint8Array, Uint8Array> {
  const hash = createHash("sha256");
  return new TransformStream({
    transform(chunk, controller) {
      hash.update(chunk);
      controller.enqueue(chunk);
    },
    flush() {
      requireDigest(`sha256:${hash.digest("hex")}`, digest, title);
    },
  });
}
