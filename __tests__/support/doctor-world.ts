import { parseGovernanceOutputs } from "../../src/contract/governance-outputs";
import { expectedOf } from "../../src/doctor/expected";
import { policyProbes } from "../../src/doctor/policy-probes";
import type { DeployedAccount, Organization } from "../../src/doctor/ports";
import { examine, type Finding } from "../../src/doctor/probe";
import { runningProbes } from "../../src/doctor/running-probes";
import { declareStack } from "../../src/infrastructure/program";
import type { GovernanceConfig } from "../../src/infrastructure/stack-config";
import { type EvaluatedStack, evaluateStack } from "../../src/local/evaluate-stack";
import { somePolicy } from "./declared-stack";
import { type FoundAccount, foundAfter, reading } from "./found-account";
import { languageValues } from "./language-config";
import { governance } from "./policies";

const NOW = new Date("2026-11-30T12:00:00Z");
const DEPLOYER = "arn:aws:iam::444455556666:role/deploy";
const values: Readonly<Record<string, unknown>> = languageValues();
/** Everything that a governance stack may have. */
export const doctorConfig = governance({
  ...values,
  groups: (values.groups as readonly object[]).map((group) => ({ ...group, team: ["ann"] })),
  rolePath: "/ml/",
  permissionsBoundary: "arn:aws:iam::444455556666:policy/boundary",
  assumeRole: DEPLOYER,
  consumers: [{ role: "arn:aws:iam::777788889999:role/ml-deploy", groups: ["credit-risk"] }],
  reviewers: { users: ["arn:aws:iam::444455556666:user/bob", "arn:aws:iam::444455556666:user/carla"] },
  auditors: ["arn:aws:iam::444455556666:user/dora"],
});

/** That stack, as AWS would make it. */
export const doctorStack = (): Promise<EvaluatedStack> =>
  evaluateStack("governance", () =>
    declareStack(doctorConfig, {
      code: (entry) => ({ js: `// ${entry}`, map: "{}" }),
      policy: somePolicy(),
      checksImageFiles: () => new Map(),
    }),
  );

/** What is otherwise than right after the update. */
export interface Change {
  found?: (account: FoundAccount) => void;
  account?: Partial<DeployedAccount>;
  organization?: Organization;
  of?: GovernanceConfig;
}

/** What the doctor finds. */
export async function findingsOf(
  stack: EvaluatedStack,
  { found = () => undefined, account = {}, organization, of = doctorConfig }: Change = {},
): Promise<Finding[]> {
  const outputs = parseGovernanceOutputs(stack.outputs);
  const there = foundAfter(stack.resources, outputs.checksImage);
  found(there);
  const expected = expectedOf(of, outputs, { pendingHours: 24 });
  return examine([...policyProbes(expected), ...runningProbes(expected)], {
    account: { ...reading(there), ...account },
    ...(organization && { organization }),
    now: NOW,
  });
}

/** All that isn't fine, but for what nobody asked to be looked at. */
export async function troublesOf(stack: EvaluatedStack, change: Change): Promise<string[][]> {
  const found = await findingsOf(stack, change);
  return found
    .filter(({ outcome }) => outcome !== "fine" && outcome !== "not-asked")
    .map(({ probe, outcome, problems }) => [probe, outcome, ...problems]);
}
