import { bucketArn, modelPackageArnPattern, promptBucketName } from "../contract/names";
import { Authoriser } from "./access/authoriser";
import { declaredPolicies, type HeldPolicies, type Policies, type PolicyStatement } from "./access/declared-policies";
import type { EvaluatedProgram } from "./evaluate-program";
import { createWorld, type LocalWorld } from "./stand-in/create-world";
import type { WorldOptions } from "./stand-in/world";
import { promptAdministrator } from "./story";

export type ProgramWorldOptions = Omit<WorldOptions, "images" | "existingRoles" | "authorise">;

/**
 * A program's accounts, in which nothing has happened; IAM decides on every call by what the program declares.
 * @throws Error or UnknownToStandIn where a resource refers to what isn't there, or holds what isn't known here
 */
export const programWorld = (program: EvaluatedProgram, options: ProgramWorldOptions): LocalWorld =>
  createWorld(program.resources, {
    ...options,
    images: program.images,
    existingRoles: [...program.existingRoles, ...Object.keys(outsidersOf(program)), ...deployersOf(program)],
    authorise: authoriserOf(program).authorise,
  });

/** Policies name who deploys; nothing of the flow runs under it. */
const deployersOf = ({ configs }: EvaluatedProgram): string[] =>
  [...configs.values()].flatMap(({ assumeRole }) => assumeRole ?? []);

const authorisers = new WeakMap<EvaluatedProgram, Authoriser>();

/** Decides by the program's policies, and keeps what was asked in all worlds of that program. */
export function authoriserOf(program: EvaluatedProgram): Authoriser {
  const authoriser = authorisers.get(program) ?? new Authoriser(policiesOf(program));
  authorisers.set(program, authoriser);
  return authoriser;
}

/**
 * All policies of a program's world: those that it declares, the roles that register with what it attaches to them and
 * no more, and what people hold, who aren't the program's.
 */
function policiesOf(program: EvaluatedProgram): Policies {
  const { principals, resources } = declaredPolicies(program.resources, program.existingRoles, program.boundaries);
  const held = Object.entries(outsidersOf(program)).map(([arn, Statement]): [string, HeldPolicies] => [
    arn,
    { policies: [{ name: `policy of ${arn}`, document: { Version: "2012-10-17", Statement } }] },
  ]);
  return { principals: new Map([...principals, ...held]), resources };
}

/** People who aren't the program's: the story's administrator, and those named. */
export const outsidersOf = ({ governance, outsiders }: EvaluatedProgram) => ({
  [promptAdministrator(governance)]: administering(governance),
  ...outsiders,
});

/** The story's administrator puts prompt sets into their bucket, and decides in the console. */
const administering = (governance: EvaluatedProgram["governance"]): PolicyStatement[] => [
  {
    Sid: "WritePromptSets",
    Effect: "Allow",
    Action: ["s3:PutObject"],
    Resource: [`${bucketArn(governance.partition, promptBucketName(governance.prefix, governance))}/*`],
  },
  // Of all the account's keys; their own policies say which.
  { Sid: "SealPromptSets", Effect: "Allow", Action: ["kms:GenerateDataKey"], Resource: ["*"] },
  {
    Sid: "DecideByHand",
    Effect: "Allow",
    Action: ["sagemaker:UpdateModelPackage"],
    Resource: governance.groups.map(({ name }) => modelPackageArnPattern(governance, name)),
  },
];
