import { bucketArn, promptBucketName } from "../contract/names";
import { Authoriser } from "./access/authoriser";
import { declaredPolicies, type NamedPolicy, type Policies } from "./access/declared-policies";
import type { EvaluatedProgram } from "./evaluate-program";
import { promptAdministrator } from "./story";

/**
 * All policies of a program's world: those that it declares, the roles that register with what it attaches to them and
 * no more, and what whoever keeps the prompt sets holds, who isn't the program's.
 */
export function policiesOf({ resources, existingRoles, governance }: EvaluatedProgram): Policies {
  const { principals, resources: ofResources } = declaredPolicies(resources, existingRoles);
  const keeper = promptAdministrator(governance);
  return {
    principals: new Map([...principals, [keeper, { policies: [keepPrompts(governance)] }]]),
    resources: ofResources,
  };
}

const keepPrompts = (governance: EvaluatedProgram["governance"]): NamedPolicy => ({
  name: "policy of whoever keeps the prompt sets",
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
    ],
  },
});

/** Decides by the program's policies. */
export const authoriserOf = (program: EvaluatedProgram): Authoriser => new Authoriser(policiesOf(program));
