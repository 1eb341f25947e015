import { readFileSync } from "node:fs";
import path from "node:path";
import { catalogue } from "../../checks/catalogue";
import { checksImageFiles } from "../../checks/image";
import { readPolicyFiles } from "../adapters/policy-directory";
import { type Bundle, bundle } from "../bundle";
import { parsePolicy } from "../core/policy";
import { policySchema } from "../core/policy-schema";
import { declareStack, type StackBuild } from "../infrastructure/program";
import { type GovernanceConfig, parseStackConfig, type StackConfig } from "../infrastructure/stack-config";
import { readStackFile } from "../infrastructure/stack-file";
import { isPolicyDocument, type PolicyDocument, type PolicyStatement } from "./access/declared-policies";
import { type EvaluatedStack, evaluateStack } from "./evaluate-stack";
import type { Images } from "./stand-in/deployed-function";
import { isRecord } from "./stand-in/inputs";
import { LIBRARIES } from "./stand-in/libraries";
import type { DeclaredResource } from "./stand-in/service";

/** All that the program declares for several accounts, and what has to be there before it. */
export interface EvaluatedProgram {
  resources: DeclaredResource[];
  images: Images;
  /** ARNs of roles and users that the program doesn't make: those that register, decide, deploy versions and audit. */
  existingRoles: string[];
  /** Roles of people that it has nothing to do with, by their ARN, and what they allow. */
  outsiders?: Readonly<Record<string, readonly PolicyStatement[]>>;
  /** Policies that bound roles and that the program doesn't make, by their ARN. */
  boundaries: ReadonlyMap<string, PolicyDocument>;
  governance: GovernanceConfig;
  /** Configuration of each stack, by its name. */
  configs: ReadonlyMap<string, StackConfig>;
  /** What each stack prints, by its name. */
  outputs: ReadonlyMap<string, EvaluatedStack["outputs"]>;
}

/** Left external: the stand-in takes the SDK's calls, and has libraries of its own. */
const EXTERNAL = ["@aws-sdk/*", ...Object.keys(LIBRARIES)];
const root = path.join(__dirname, "..", "..");

/**
 * Evaluates the program for a governance stack, then for dev stacks, which get the key ARN that the first one prints.
 * @param files stack files, governance's first
 * @param policyDirectory the policy in place of `checks/policy`
 * @throws what is wrong with config, policy or program
 */
export async function evaluateProgram(
  [governanceFile = "", ...devFiles]: readonly string[],
  policyDirectory = path.join(root, "checks", "policy"),
): Promise<EvaluatedProgram> {
  const build = localBuild(policyDirectory);
  const governance = parseStackConfig(readStackFile(governanceFile), governanceFile);
  if (governance.role !== "governance")
    throw new Error(`${governanceFile}: the governance stack comes first, found ${governance.role}`);
  const first = await evaluate(governanceFile, governance, build);
  const resources = [...first.resources];
  const configs = new Map<string, StackConfig>([[stackOf(governanceFile), governance]]);
  const outputs = new Map([[stackOf(governanceFile), first.outputs]]);
  for (const file of devFiles) {
    const config = parseStackConfig(withPrintedKey(readStackFile(file), first.outputs), file);
    const stack = await evaluate(file, config, build);
    resources.push(...stack.resources);
    configs.set(stackOf(file), config);
    outputs.set(stackOf(file), stack.outputs);
  }
  const images = new Map([
    [pushedImage(governance, governanceFile), checksImageFiles({ external: EXTERNAL, policyDirectory })],
  ]);
  const boundaries = boundariesOf([...configs.values()]);
  return { resources, images, existingRoles: existingIdentities(governance), boundaries, governance, configs, outputs };
}

const BOUNDARY = path.join(root, "samples", "stacks", "boundary.json");

/** The sample organisation has one document, in each account whose stack names it. */
function boundariesOf(configs: readonly StackConfig[]): EvaluatedProgram["boundaries"] {
  const named = configs.flatMap(({ permissionsBoundary }) => permissionsBoundary ?? []);
  if (named.length === 0) return new Map();
  const document: unknown = JSON.parse(readFileSync(BOUNDARY, "utf8"));
  if (!isPolicyDocument(document)) throw new Error(`${BOUNDARY} is no policy document`);
  return new Map(named.map((arn) => [arn, document]));
}

const evaluate = (file: string, config: StackConfig, build: StackBuild) =>
  evaluateStack(stackOf(file), () => declareStack(config, build));

const stackOf = (file: string): string => path.basename(file, ".yaml");

function localBuild(policyDirectory: string): StackBuild {
  const built = new Map<string, Bundle>();
  return {
    code: (entry) => {
      const known = built.get(entry) ?? bundle(path.join(root, "functions", entry, "handler.ts"), EXTERNAL);
      built.set(entry, known);
      return known;
    },
    policy: parsePolicy(readPolicyFiles(policyDirectory), policySchema(catalogue)),
    checksImageFiles: () => checksImageFiles({ external: EXTERNAL, policyDirectory }),
  };
}

/** A dev stack's config with the key ARN that the governance stack prints for its account. */
function withPrintedKey(
  values: Record<string, unknown>,
  outputs: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const printed = isRecord(outputs.evidenceKeyArns) ? outputs.evidenceKeyArns[String(values.account)] : undefined;
  return printed === undefined ? values : { ...values, evidenceKeyArn: printed };
}

/** A local run pushes nothing, so its image has to have a name already. */
function pushedImage({ checksImage }: GovernanceConfig, file: string): string {
  if (checksImage !== undefined) return checksImage;
  throw new Error(
    `${file}: governance:checksImageBuild is for pulumi up; expected governance:checksImage in a local run`,
  );
}

/** Registering roles, the people who decide or the role that they have, those who deploy versions, and auditors. */
const existingIdentities = (governance: GovernanceConfig): string[] => {
  const { users = [], permissionSetRole } = governance.reviewers ?? {};
  const consumers = governance.consumers.map(({ role }) => role);
  const deciders = [...users, ...(permissionSetRole ? [permissionSetRole.arn] : [])];
  return [...new Set([...registeringRoles(governance), ...deciders, ...consumers, ...governance.auditors])];
};

const registeringRoles = ({ devAccounts, partition }: GovernanceConfig): string[] =>
  devAccounts.flatMap(({ account, registeringRoles: roles }) =>
    roles.map((role) => (role.startsWith("arn:") ? role : `arn:${partition}:iam::${account}:role/${role}`)),
  );
