import { AsyncLocalStorage } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { awsOutputs, NAME_INPUTS, partitionOf } from "./stand-in/aws-outputs";
import { isRecord } from "./stand-in/inputs";
import { type DeclaredResource, UnknownToStandIn } from "./stand-in/service";

/** What a stack declares, and what it prints. */
export interface EvaluatedStack {
  resources: DeclaredResource[];
  outputs: Readonly<Record<string, unknown>>;
}

const PROVIDER = "pulumi:providers:aws";

/**
 * Runs a Pulumi program without an engine and gives all that it declares, outputs as AWS would make them. One at a
 * time: Pulumi keeps its settings for the whole process.
 * @param declare declares the resources; what it returns are the stack's outputs
 * @throws what the program throws, and UnknownToStandIn for a type that the stand-in doesn't know, or a call of a provider
 */
export async function evaluateStack(
  stack: string,
  declare: () => Record<string, pulumi.Input<unknown>>,
): Promise<EvaluatedStack> {
  const mocks = new Declarations(stack);
  await pulumi.runtime.setMocks(mocks, "model-governance", stack, false);
  const outputs: unknown = await pulumi.runtime.runInPulumiStack(async () => mocks.keep(declare));
  await pulumi.runtime.disconnect();
  forgetContext();
  if (mocks.failure !== undefined) throw mocks.failure;
  const resources = await Promise.all(mocks.resources.map(withPlainCode));
  return { resources, outputs: isRecord(outputs) ? outputs : {} };
}

/** Pulumi's own context would follow every promise of this process from now on, which takes a third of a run's time. */
function forgetContext(): void {
  const context: unknown = Reflect.get(globalThis, "asyncLocalStorage");
  if (context instanceof AsyncLocalStorage) context.disable();
}

/** Pulumi's mocks, which keep every resource. Errors are kept as well: thrown, Pulumi would hide them. */
class Declarations implements pulumi.runtime.Mocks {
  readonly resources: DeclaredResource[] = [];
  failure: unknown;
  private readonly providers = new Map<string, { account: string; region: string }>();

  constructor(private readonly stack: string) {}

  /** What the program declares. Its error is kept: thrown, Pulumi would end this process. */
  keep(declare: () => Record<string, pulumi.Input<unknown>>): Record<string, pulumi.Input<unknown>> {
    try {
      return declare();
    } catch (error) {
      this.failure ??= error;
      return {};
    }
  }

  newResource(args: pulumi.runtime.MockResourceArgs): { id: string | undefined; state: Record<string, unknown> } {
    try {
      if (args.type === PROVIDER) return this.addProvider(args);
      return args.custom === false ? { id: undefined, state: args.inputs } : this.add(args);
    } catch (error) {
      this.failure ??= error;
      return { id: args.name, state: args.inputs };
    }
  }

  call({ token }: pulumi.runtime.MockCallArgs): Record<string, unknown> {
    const error = new UnknownToStandIn(`stack ${this.stack}: the program asks the provider for ${token}`);
    this.failure ??= error;
    throw error;
  }

  private addProvider({ name, inputs }: pulumi.runtime.MockResourceArgs) {
    const accounts: unknown =
      typeof inputs.allowedAccountIds === "string" ? JSON.parse(inputs.allowedAccountIds) : inputs.allowedAccountIds;
    const account: unknown = Array.isArray(accounts) && accounts.length === 1 ? accounts[0] : undefined;
    if (typeof account !== "string" || typeof inputs.region !== "string") {
      throw new Error(
        `stack ${this.stack}: provider "${name}" must have a region and exactly one account in allowedAccountIds`,
      );
    }
    this.providers.set(name, { account, region: inputs.region });
    return { id: name, state: inputs };
  }

  private add({ type, name, inputs, provider = "" }: pulumi.runtime.MockResourceArgs) {
    // A reference to a provider is its URN and its id, which is its name here.
    const own = this.providers.get(provider.split("::").at(-1) ?? "");
    if (own === undefined) {
      throw new Error(
        `stack ${this.stack}: ${type} "${name}" has no provider that names its account (found "${provider}")`,
      );
    }
    const region = typeof inputs.region === "string" ? inputs.region : own.region;
    const { account } = own;
    const { id, properties } = awsOutputs({ type, name, inputs, account, region, partition: partitionOf(region) });
    const names = Object.entries(properties).filter(([property]) => NAME_INPUTS.includes(property));
    const given = { ...inputs, ...Object.fromEntries(names) };
    this.resources.push({ stack: this.stack, type, name, account, region, id, inputs: given });
    return { id, state: { ...inputs, ...properties } };
  }
}

/** A function's code as texts by path, in place of Pulumi's archive. */
async function withPlainCode(resource: DeclaredResource): Promise<DeclaredResource> {
  const { code } = resource.inputs;
  if (!(code instanceof pulumi.asset.AssetArchive)) return resource;
  const files = Object.entries(await code.assets).map(async ([path, asset]) => {
    if (!(asset instanceof pulumi.asset.StringAsset)) {
      throw new UnknownToStandIn(`stack ${resource.stack}: ${resource.type} "${resource.name}": ${path} is no text`);
    }
    return [path, await asset.text] as const;
  });
  return { ...resource, inputs: { ...resource.inputs, code: { files: Object.fromEntries(await Promise.all(files)) } } };
}
