import { CONSUMER_POLICIES } from "../../infrastructure/readers";
import { type EvaluatedProgram, evaluateProgram } from "../evaluate-program";
import { arnParts } from "../stand-in/arns";
import { isRecord } from "../stand-in/inputs";
import type { DeclaredResource } from "../stand-in/service";
import { SAMPLE_STACKS } from "../story";
import { declaredPolicies, isPolicyDocument, type Policies, type ResourcePolicy } from "./declared-policies";
import { type Deployer, deployersOf } from "./deployers";
import { type Pair, pairsOf, servicesIn, type Target, targetsOf } from "./pairs";
import { type Person, peopleOf, withPeople } from "./people";

/** The sample world as IAM sees it. */
export interface SampleAccess extends Known {
  /** The program's roles, those who register, those who deploy versions, and those who deploy the stacks. */
  roles: readonly string[];
  policies: Policies;
  targets: readonly Target[];
  /** Every action of the services in use on everything that takes it. */
  pairs: readonly Pair[];
}

/** Those whom policies are about. */
interface Known {
  program: EvaluatedProgram;
  /** ARNs of roles that the program doesn't make. */
  existingRoles: readonly string[];
  deployers: readonly Deployer[];
  people: readonly Person[];
}

/** Evaluates the program for the sample stacks. */
export async function sampleAccess(): Promise<SampleAccess> {
  const program = await evaluateProgram(SAMPLE_STACKS);
  const { governance, resources, configs } = program;
  const deployers = deployersOf(configs);
  const people = peopleOf(
    governance.account,
    governance.devAccounts.map(({ account }) => account),
  );
  const existing = [...program.existingRoles, ...deployers.map(({ arn }) => arn)];
  const existingRoles = existing.filter(isRole);
  const known: Known = { program, existingRoles, deployers, people };
  const declared = declaredPolicies(resources, program.existingRoles, program.boundaries);
  const targets = targetsOf(resources, declared, existing);
  return {
    ...known,
    roles: [...declared.principals.keys(), ...deployers.map(({ arn }) => arn)].filter(isRole),
    policies: policiesOf(known),
    targets,
    pairs: await pairsOf(targets, servicesIn(targets, declared), governance.account),
  };
}

/**
 * All policies of the sample world.
 * @param resources what the program declares, or something else in its place
 */
export function policiesOf(known: Known, resources: readonly DeclaredResource[] = known.program.resources): Policies {
  const { program, existingRoles, deployers, people } = known;
  const declared = declaredPolicies(resources, program.existingRoles, program.boundaries);
  const policies = withPeople(declared, [...deployers, ...people, ...consumersOf(program)]);
  return { ...policies, resources: [...policies.resources, ...existingRoles.map(takenOnByNobody)] };
}

const isRole = (arn: string): boolean => arn.includes(":role/");

/** Who may take on a role that exists already is its owner's to say: nobody who is asked about here. */
const takenOnByNobody = (arn: string): ResourcePolicy => ({
  name: `trust policy of ${arn}`,
  service: "sts",
  covers: [arn],
  document: { Version: "2012-10-17", Statement: [] },
});

/** Roles that deploy versions, with the policies that the governance stack prints for them. */
function consumersOf({ outputs }: EvaluatedProgram): Person[] {
  const printed = outputs.get("governance")?.[CONSUMER_POLICIES];
  return Object.entries(isRecord(printed) ? printed : {}).map(([arn, document]) => {
    if (!isPolicyDocument(document)) throw new Error(`output ${CONSUMER_POLICIES}: ${arn} has no policy document`);
    return { title: `policy printed for ${arn}`, arn, account: arnParts(arn)?.account ?? "", document };
  });
}
