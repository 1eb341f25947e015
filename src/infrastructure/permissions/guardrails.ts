import { modelPackageArnPattern } from "../../contract/names";
import { PENDING } from "../../contract/registry-event";
import { type GovernanceConfig, placeOf } from "../stack-config";
import type { PolicyDocument, Statement } from "./grant";
import {
  CHANGE_GROUP,
  CHANGE_PIPELINE,
  gateStatements,
  reviewerStatements,
  servingStatements,
  signingStatements,
  storeStatements,
  takingStatement,
} from "./guardrail-gate";
import { allBut, deny, groupArns, pipelinesOf, whoMay } from "./guardrail-parts";
import { named } from "./named-things";
import { GuardrailError, inDocuments } from "./service-control-policies";

/** What the configuration doesn't say. */
export interface GuardrailTerms {
  /** ARN of the role that deploys the governance stack; `governance:assumeRole` where it isn't given. */
  deployer?: string;
  /** What the stack made, as its output `madeArns` has it; otherwise every key of the account and Region is bound, and queues are known by their names. */
  made?: Readonly<Record<string, string>>;
}

/** Service control policies, which bind an account's administrators too. */
export interface Guardrails {
  /** For the governance account. */
  governance: PolicyDocument[];
  /** For each dev account, the same for all. */
  dev: PolicyDocument[];
}

/**
 * The service control policies that go with a governance stack. Whoever is excepted is who the role table lets, or whom the
 * configuration names: people who set statuses in an observed group, reviewers, the deploy role.
 * @throws GuardrailError where nobody is named who deploys, and where they don't fit
 */
export function guardrails(config: GovernanceConfig, terms: GuardrailTerms = {}): Guardrails {
  const deployer = terms.deployer ?? config.assumeRole;
  if (deployer === undefined)
    throw new GuardrailError(
      `governance:assumeRole is missing, and no --deployer was given; expected the ARN of the role that deploys this stack, since nobody else may change it then, for example arn:${config.partition}:iam::${config.account}:role/deploy`,
    );
  const registry = registryStatements(config);
  return {
    governance: inDocuments([
      ...registry,
      ...executionStatements(config, deployer),
      ...gateStatements(config, deployer, terms.made),
      takingStatement(config, terms.made),
      ...reviewerStatements(config, deployer),
      ...storeStatements(config, deployer),
      ...servingStatements(config),
      ...signingStatements(config, terms.made),
      // Whoever leaves the organisation leaves its policies.
      deny("StayInOrganization", ["organizations:LeaveOrganization"], ["*"]),
    ]),
    dev: inDocuments([...registry, ...foreignGateStatements(config)]),
  };
}

const SET_STATUS = "sagemaker:UpdateModelPackage";

/** What holds of versions in the governance account and in dev accounts alike. */
function registryStatements(config: GovernanceConfig): Statement[] {
  const versions = (group: string) => modelPackageArnPattern(placeOf(config), group);
  const all = config.groups.map(({ name }) => versions(name));
  const deciders = whoMay(config, SET_STATUS);
  return [
    deny("RegisterOnlyPending", ["sagemaker:CreateModelPackage"], all, {
      StringNotEquals: { "sagemaker:ModelApprovalStatus": PENDING },
    }),
    deny("RegisterWithoutStage", ["sagemaker:CreateModelPackage"], all, {
      Null: { "sagemaker:ModelLifeCycle:Stage": "false" },
    }),
    // Decide goes on with what is Approved too, after a re-evaluation: the status that a version has says nothing here.
    ...groupsAlike(config).map(({ groups, setters }, at) =>
      deny(
        `OnlyDecisionsChangeVersions${at || ""}`,
        [SET_STATUS],
        groups.map(versions),
        allBut([...deciders, ...setters]),
      ),
    ),
    deny("NobodyDeletesVersions", ["sagemaker:DeleteModelPackage"], all),
  ];
}

/** Groups in which the same people set statuses, in one statement each. */
function groupsAlike(config: GovernanceConfig) {
  const alike = new Map<string, { groups: string[]; setters: readonly string[] }>();
  for (const { name, statusSetters = [] } of config.groups) {
    const setters = [...statusSetters].sort();
    const known = alike.get(setters.join()) ?? { groups: [], setters };
    alike.set(setters.join(), { ...known, groups: [...known.groups, name] });
  }
  return [...alike.values()];
}

const START = [
  "sagemaker:StartPipelineExecution",
  "sagemaker:SendPipelineExecutionStepSuccess",
  "sagemaker:SendPipelineExecutionStepFailure",
];
/** They begin nothing anew: a person goes on with what failed, under the deploy role. */
const RESUME = ["sagemaker:RetryPipelineExecution", "sagemaker:UpdatePipelineExecution"];

function executionStatements(config: GovernanceConfig, deployer: string): Statement[] {
  const functions = [named(config, "lambda", "function:")];
  return [
    deny("OnlyStartStarts", START, pipelinesOf(config), allBut(whoMay(config, "sagemaker:StartPipelineExecution"))),
    deny("OnlyDeployerRetries", RESUME, pipelinesOf(config), allBut([deployer])),
    // Services that call a function aren't bound by these policies: rules, queues, schedules.
    deny("OnlyStepsInvoke", ["lambda:Invoke*"], functions, allBut(whoMay(config, "lambda:InvokeFunction"))),
  ];
}

/** What a dev account's people could do to a group or pipeline of another account, were they ever let. */
const foreignGateStatements = (config: GovernanceConfig): Statement[] => [
  deny("NoForeignExecutions", [...START, ...RESUME], pipelinesOf(config)),
  deny("NoForeignGate", [...CHANGE_PIPELINE, ...CHANGE_GROUP], [...pipelinesOf(config), ...groupArns(config)]),
];
