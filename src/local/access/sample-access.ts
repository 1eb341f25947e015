import { type EvaluatedProgram, evaluateProgram } from "../evaluate-program";
import { SAMPLE_STACKS } from "../story";
import { declaredPolicies, type Policies } from "./declared-policies";
import { type Pair, pairsOf, servicesIn, type Target, targetsOf } from "./pairs";
import { type Person, peopleOf, withPeople } from "./people";

/** The sample world as IAM sees it. */
export interface SampleAccess {
  program: EvaluatedProgram;
  /** The program's roles, and those who register. */
  roles: readonly string[];
  people: readonly Person[];
  policies: Policies;
  targets: readonly Target[];
  /** Every action of the services in use on everything that takes it. */
  pairs: readonly Pair[];
}

/** Evaluates the program for the sample stacks. */
export async function sampleAccess(): Promise<SampleAccess> {
  const program = await evaluateProgram(SAMPLE_STACKS);
  const { governance, resources, existingRoles } = program;
  const declared = declaredPolicies(resources, existingRoles);
  const people = peopleOf(
    governance.account,
    governance.devAccounts.map(({ account }) => account),
  );
  const targets = targetsOf(resources, declared);
  return {
    program,
    roles: [...declared.principals.keys()],
    people,
    policies: withPeople(declared, people),
    targets,
    pairs: await pairsOf(targets, servicesIn(targets, declared), governance.account),
  };
}
