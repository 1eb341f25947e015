import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { AwsClient } from "aws4fetch";
import { type DialectProxy, dialectProxy } from "./dialect-proxy";
import { freePort, stopped } from "./processes";
import { eventually } from "./tools";

/** An account's administrator. */
export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
}

export interface EmulatorOptions {
  /** Everything that it writes goes there. */
  folder: string;
  /** The first is the one whose image repositories the emulator's registry serves. */
  accounts: readonly string[];
  region: string;
  /** Where the deployed functions find SageMaker. */
  sageMakerUrl: string;
}

/** An AWS emulator with IAM enforced, and the administrators of its accounts. */
export class Emulator {
  private constructor(
    private readonly server: ChildProcess,
    private readonly proxy: DialectProxy,
    /** Where AWS is. */
    readonly url: string,
    private readonly administrators: ReadonlyMap<string, Keys>,
  ) {}

  /**
   * Starts `fakecloud`, which must be on PATH. It enforces IAM, but doesn't verify signatures: if it does, its image
   * registry refuses the Basic header that registries are spoken to with.
   */
  static async start({ folder, accounts, region, sageMakerUrl }: EmulatorOptions): Promise<Emulator> {
    const port = await freePort();
    const own = `http://127.0.0.1:${port}`;
    const proxy = await dialectProxy(own);
    const containers = path.join(folder, "containers");
    mkdirSync(containers, { recursive: true });
    const server = spawn("fakecloud", ["--region", region, "--account-id", accounts[0] ?? "", "--iam", "strict"], {
      stdio: "ignore",
      env: {
        ...process.env,
        FAKECLOUD_ADDR: `127.0.0.1:${port}`,
        ENGINE_CONTAINERS: containers,
        TMPDIR: folder,
        AWS_ENDPOINT_URL_SAGEMAKER: sageMakerUrl,
        ...Object.fromEntries(["S3", "SQS", "SNS"].map((service) => [`AWS_ENDPOINT_URL_${service}`, proxy.url])),
      },
    });
    const administrators = new Map<string, Keys>();
    const emulator = new Emulator(server, proxy, proxy.url, administrators);
    try {
      for (const account of accounts) administrators.set(account, await administratorOf(own, account));
    } catch (error) {
      await emulator.stop();
      throw error;
    }
    return emulator;
  }

  keysOf(account: string): Keys {
    const keys = this.administrators.get(account);
    if (keys === undefined) throw new Error(`account ${account} isn't among the emulator's`);
    return keys;
  }

  /** A signed call by an account's administrator, for services whose client the project doesn't need. */
  async call(
    account: string,
    region: string,
    service: string,
    input: string,
    init: RequestInit = {},
  ): Promise<Response> {
    const client = new AwsClient({ ...this.keysOf(account), service, region, retries: 0 });
    return client.fetch(`${this.url}${input}`, init);
  }

  /** A call of a service that speaks JSON; the answer's body. */
  async json(
    account: string,
    region: string,
    service: string,
    target: string,
    body: unknown,
  ): Promise<Record<string, unknown>> {
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
    const answer = await this.call(account, region, service, "/", {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${target}: ${answer.status} ${text}`);
    return text === "" ? {} : JSON.parse(text);
  }

  /** A call of IAM or STS. */
  async query(account: string, service: "iam" | "sts", parameters: Readonly<Record<string, string>>): Promise<string> {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const body = new URLSearchParams(parameters).toString();
    const answer = await this.call(account, "us-east-1", service, "/", { method: "POST", headers, body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${service} ${parameters.Action}: ${answer.status} ${text}`);
    return text;
  }

  /** IAM actions of all calls under those keys. */
  actionsOf({ accessKeyId }: Keys): string[] {
    return this.proxy.actionsOf(accessKeyId);
  }

  /** From now on those keys make no role without that boundary. */
  bound({ accessKeyId }: Keys, boundary: string): void {
    this.proxy.bound(accessKeyId, boundary);
  }

  /** A user of an account with that policy alone. */
  async userOf(account: string, name: string, policy: unknown): Promise<Keys> {
    const of = { Version: "2010-05-08", UserName: name };
    await this.query(account, "iam", { Action: "CreateUser", ...of });
    const document = { PolicyName: name, PolicyDocument: JSON.stringify(policy) };
    await this.query(account, "iam", { Action: "PutUserPolicy", ...of, ...document });
    const made = await this.query(account, "iam", { Action: "CreateAccessKey", ...of });
    const field = (of: string) => new RegExp(`<${of}>([^<]+)<`).exec(made)?.[1] ?? "";
    return { accessKeyId: field("AccessKeyId"), secretAccessKey: field("SecretAccessKey") };
  }

  /** Ends it and the functions that it runs. */
  async stop(): Promise<void> {
    await this.proxy.close();
    await stopped(this.server);
  }
}

async function administratorOf(url: string, accountId: string): Promise<Keys> {
  const answer = await eventually("the emulator to listen", async () => {
    const options = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ accountId, userName: "admin" }),
    };
    return fetch(`${url}/_fakecloud/iam/create-admin`, options).catch(() => undefined);
  });
  const keys: unknown = await answer.json();
  return keysIn(keys);
}

function keysIn(value: unknown): Keys {
  if (typeof value === "object" && value !== null && "accessKeyId" in value && "secretAccessKey" in value) {
    return { accessKeyId: String(value.accessKeyId), secretAccessKey: String(value.secretAccessKey) };
  }
  throw new Error(`the emulator gave no keys: ${JSON.stringify(value)}`);
}
