import { bucketArn, modelPackageArnPattern, promptBucketName } from "../contract/names";
import { Authoriser } from "./access/authoriser";
import { declaredPolicies, type NamedPolicy, type Policies } from "./access/declared-policies";
import type { EvaluatedProgram } from "./evaluate-program";
import { promptAdministrator } from "./story";

/**
 * All policies of a program's world: those that it declares, the roles that register with what it attaches to them and
 * no more, and what the story's administrator holds, who isn't the program's.
 */
export function policiesOf({ resources, existingRoles, governance }: EvaluatedProgram): Policies {
  const { principals, resources: ofResources } = declaredPolicies(resources, existingRoles);
  const administrator = promptAdministrator(governance);
  return {
    principals: new Map([...principals, [administrator, { policies: [administering(governance)] }]]),
    resources: ofResources,
  };
}

/** Puts prompt sets into their bucket, and decides in the console. */
const administering = (governance: EvaluatedProgram["governance"]): NamedPolicy => ({
  name: "policy of the story's administrator",
  document: {
    Version: "2012-10-17",
    Statement: [
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
    ],
  },
});

/** Decides by the program's policies. */
export const authoriserOf = (program: EvaluatedProgram): Authoriser => new Authoriser(policiesOf(program));
