import { formatArn } from "../../contract/arn";
import { pipelineArn } from "../../contract/names";
import { type GovernanceConfig, placeOf } from "../../infrastructure/stack-config";
import type { Organization } from "./access-document";
import type { NamedPolicy, PolicyStatement } from "./declared-policies";

/** The organization's policies in the sample world. */
export function sampleOrganization(config: GovernanceConfig): Organization {
  const place = placeOf(config);
  const arn = (service: string, resource: string, region = place.region) =>
    formatArn({ ...place, region, service, resource });
  const role = (of: string) => arn("iam", `role${config.rolePath}${config.prefix}-${of}-${config.region}`, "");
  const deploy = arn("iam", "role/deploy", "");
  const deny = (Sid: string, Action: string[], Resource: string[], Condition?: object): PolicyStatement => ({
    Sid,
    Effect: "Deny",
    Action,
    Resource,
    ...(Condition && { Condition }),
  });
  const allBut = (...roles: string[]) => ({ ArnNotEquals: { "aws:PrincipalArn": roles } });
  const versions = config.groups.map(({ name }) => arn("sagemaker", `model-package/${name}/*`));
  const registry = [
    deny("RegisterOnlyPending", ["sagemaker:CreateModelPackage"], versions, {
      StringNotEquals: { "sagemaker:ModelApprovalStatus": "PendingManualApproval" },
    }),
    deny(
      "OnlyDecisionsChangeVersions",
      ["sagemaker:UpdateModelPackage", "sagemaker:DeleteModelPackage"],
      versions,
      allBut(role("decide")),
    ),
  ];
  const functions = [arn("lambda", `function:${config.prefix}-*`)];
  const own = [
    ...registry,
    deny("OnlyStartStarts", ["sagemaker:StartPipelineExecution"], [`${pipelineArn(place)}*`], allBut(role("start"))),
    deny("OnlyStepsInvoke", ["lambda:Invoke*"], functions, allBut(role("pipeline"), role("reconcile"))),
    deny(
      "OnlyDeployerChanges",
      ["sagemaker:*Pipeline", "sagemaker:*GroupPolicy", "lambda:Update*", "lambda:Add*", "kms:Put*", "iam:*"],
      ["*"],
      allBut(deploy),
    ),
  ];
  return { governance: [named("governance guardrails", own)], dev: [named("dev guardrails", registry)] };
}

const named = (name: string, Statement: readonly PolicyStatement[]): NamedPolicy => ({
  name,
  document: { Version: "2012-10-17", Statement },
});
