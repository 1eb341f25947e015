import * as pulumi from "@pulumi/pulumi";
import type { Policy } from "../../src/core/policy";
import { declareStack } from "../../src/infrastructure/program";
import type { StackConfig } from "../../src/infrastructure/stack-config";
import { IMAGE_DIGEST } from "./stack-values";

/** A resource as it would be sent to the engine. */
export interface Declared {
  type: string;
  name: string;
  inputs: Readonly<Record<string, unknown>>;
  protect: boolean;
  /** Whether what another takes the place of stays in AWS. */
  retainOnDelete: boolean;
  /** Reference to its provider. */
  provider: string;
}

export interface DeclaredStack {
  resources: Declared[];
  outputs: Readonly<Record<string, unknown>>;
  /** The one resource of that type and name; a second or none is an error. */
  one(type: string, name: string): Declared;
  /** Names of all resources of a type. */
  names(type: string): string[];
}

/** A policy of which the program needs no more than its digest and deadline. */
export const somePolicy = (groups: readonly string[] = []): Policy => ({
  digest: "d".repeat(64),
  text: "{}",
  evidenceDeadlineMinutes: 60,
  groups,
  forGroup: () => ({
    digest: "d".repeat(64),
    requiredEvidence: ["model-quality"],
    acceptUndigestedEvidence: false,
    acceptReusedEvidence: [],
    checks: {
      "model-quality": { onFail: "reject", onCannotEvaluate: "review", thresholds: { auc: { min: 0.8 }, f1: {} } },
    },
  }),
});

export const parsed = (text: unknown): unknown => JSON.parse(String(text));

const COMPONENT = /^governance:index:/;

/** What an ARN is made of in these tests, where AWS would choose an id: `arn-of:<type>:<name>`. */
export const arnOf = (type: string, name: string): string => `arn-of:${type}:${name}`;

/** Runs the program without an engine; a call of the provider throws. */
export async function declaredStack(config: StackConfig, policy: Policy = somePolicy()): Promise<DeclaredStack> {
  const resources: Declared[] = [];
  const [isProtected, isRetained] = [new Set<string>(), new Set<string>()];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, provider = "" }) => {
        const short = type.replace(/^aws:[a-z0-9]+\/[a-zA-Z0-9]+:/, "");
        if (!COMPONENT.test(type)) {
          const of = `${type} ${name}`;
          const kept = { protect: isProtected.has(of), retainOnDelete: isRetained.has(of) };
          resources.push({ type: short, name, inputs, ...kept, provider });
        }
        const state = {
          name,
          ...inputs,
          arn: arnOf(short, name),
          keyId: `key-id-of:${name}`,
          url: `https://queue/${name}`,
          uniqueId: `unique-id-of:${name}`,
          repositoryUrl: `https://repository/${name}`,
          uri: `repository@${IMAGE_DIGEST}`,
          qualifiedArn: `${arnOf(short, name)}:1`,
        };
        return { id: `id-of:${name}`, state };
      },
      call: ({ token }) => {
        throw new Error(`the program asks the provider for ${token}`);
      },
    },
    "model-governance",
    "test",
    false,
  );
  let failure: unknown;
  const code = (entry: string) => ({ js: `// ${entry}`, map: "{}" });
  const outputs = await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation(({ type, name, opts }) => {
      if (opts.protect === true) isProtected.add(`${type} ${name}`);
      if (opts.retainOnDelete === true) isRetained.add(`${type} ${name}`);
      return undefined;
    });
    try {
      return declareStack(config, { code, policy, checksImageFiles: () => new Map([["/var/task/index.js", "//"]]) });
    } catch (error) {
      // Thrown here, Pulumi would end this process.
      failure = error;
      return {};
    }
  });
  await pulumi.runtime.disconnect();
  if (failure !== undefined) throw failure;
  const of = (type: string) => resources.filter((resource) => resource.type === type);
  return {
    resources,
    outputs: Object.fromEntries(Object.entries(outputs ?? {})),
    names: (type) => of(type).map(({ name }) => name),
    one: (type, name) => {
      const [found, second] = of(type).filter((resource) => resource.name === name);
      if (found !== undefined && second === undefined) return found;
      throw new Error(
        `${second ? "several" : "no"} ${type} "${name}" among ${resources.map((r) => `${r.type} ${r.name}`).join(", ")}`,
      );
    },
  };
}
