import { CONSUMER_POLICIES } from "../../infrastructure/readers";
import { type EvaluatedProgram, evaluateProgram } from "../evaluate-program";
import { arnParts } from "../stand-in/arns";
import { isRecord } from "../stand-in/inputs";
import { SAMPLE_STACKS } from "../story";
import { declaredPolicies, isPolicyDocument, type Policies } from "./declared-policies";
import { type Pair, pairsOf, servicesIn, type Target, targetsOf } from "./pairs";
import { type Person, peopleOf, withPeople } from "./people";

/** The sample world as IAM sees it. */
export interface SampleAccess {
  program: EvaluatedProgram;
  /** The program's roles, those who register, and those who deploy versions. */
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
  const policies = withPeople(declared, [...people, ...consumersOf(program)]);
  const targets = targetsOf(resources, declared);
  return {
    program,
    roles: [...declared.principals.keys()].filter((arn) => arn.includes(":role/")),
    people,
    policies,
    targets,
    pairs: await pairsOf(targets, servicesIn(targets, declared), governance.account),
  };
}

/** Roles that deploy versions, with the policies that the governance stack prints for them. */
function consumersOf({ outputs }: EvaluatedProgram): Person[] {
  const printed = outputs.get("governance")?.[CONSUMER_POLICIES];
  return Object.entries(isRecord(printed) ? printed : {}).map(([arn, document]) => {
    if (!isPolicyDocument(document)) throw new Error(`output ${CONSUMER_POLICIES}: ${arn} has no policy document`);
    return { title: `policy printed for ${arn}`, arn, account: arnParts(arn)?.account ?? "", document };
  });
}
