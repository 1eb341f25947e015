import { scheduleRule } from "../contract/governance-outputs";
import { type FunctionOf, functionArn, functionName, PROCESSES_WITH_FUNCTION } from "../contract/names";
import { functionPolicy } from "../infrastructure/permissions/messaging-policy";
import { placeOf } from "../infrastructure/stack-config";
import { type Expected, madeArn, rolesIn, scheduledIn } from "./expected";
import { policyDifferences } from "./policy-differences";
import type { Probe } from "./probe";

/** Functions that the stack makes: those whose roles it makes, but for a validate step that is a job, and review under decide's role. */
function functionsIn(expected: Expected): FunctionOf[] {
  const { config } = expected;
  const roles: readonly string[] = rolesIn(expected).map(({ of }) => of);
  return PROCESSES_WITH_FUNCTION.filter((of) => {
    if (of === "review") return config.reviewers !== undefined;
    return roles.includes(of) && (of !== "validate" || config.runner === "lambda");
  });
}

/** Nobody was let call a function beside its role's and its callers' own policies. */
export const functionProbes = (expected: Expected): Probe[] =>
  functionsIn(expected).map((of) => functionProbe(expected, of));

function functionProbe(expected: Expected, of: FunctionOf): Probe {
  const { prefix } = expected.config;
  const name = functionName(prefix, of);
  const rule = scheduledIn(expected.config).includes(of) ? madeArn(expected, scheduleRule(of)) : undefined;
  const own = functionPolicy(functionArn(prefix, of, placeOf(expected.config)), rule);
  return {
    name: `policy of function ${name}`,
    // An update takes away no statement that it didn't add.
    mend: `find in CloudTrail who added it, then \`aws lambda remove-permission --function-name ${name} --statement-id STATEMENT\`, with \`--qualifier VERSION\` for a version's, or \`aws lambda delete-alias\`; what is missing \`pulumi up --refresh\` of the governance stack puts back`,
    async problems({ account }) {
      const found = await account.function(name);
      if (found === undefined) return ["there is no such function"];
      return [
        // A function without statements has no policy.
        ...(rule === undefined && found.policy === undefined ? [] : policyDifferences(own, found.policy)),
        ...found.versions.flatMap(({ version, policy }) =>
          policyDifferences(functionPolicy(name), policy).map((text) => `version ${version}: ${text}`),
        ),
        ...found.aliases.map((alias) => `it has an alias, ${alias}, which isn't the program's`),
      ];
    },
  };
}
