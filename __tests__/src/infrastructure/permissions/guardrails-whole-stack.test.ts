import { guardrails } from "../../../../src/infrastructure/permissions/guardrails";
import { type Declared, declaredStack } from "../../../support/declared-stack";
import { languageValues } from "../../../support/language-config";
import { governance } from "../../../support/policies";
import { EVERYTHING, underScp } from "../../../support/under-scp";

const ACCOUNT = "444455556666";
const DEPLOYER = `arn:aws:iam::${ACCOUNT}:role/deploy`;
const of = (service: string, resource: string) => `arn:aws:${service}:us-east-1:${ACCOUNT}:${resource}`;

/** As Pulumi names what the program gives no name. */
const physical = ({ name, inputs }: Declared, input = "name") => String(inputs[input] ?? `${name}-0a1b2c3`);

/** How someone would change each kind of resource that the program makes, and its ARN. */
const CHANGES: Record<string, { action: string; arn: (resource: Declared) => string }> = {
  EventRule: { action: "events:PutTargets", arn: (rule) => of("events", `rule/${physical(rule)}`) },
  Queue: { action: "sqs:SetQueueAttributes", arn: (queue) => of("sqs", physical(queue)) },
  MetricAlarm: { action: "cloudwatch:DeleteAlarms", arn: (alarm) => of("cloudwatch", `alarm:${physical(alarm)}`) },
  Topic: { action: "sns:SetTopicAttributes", arn: (topic) => of("sns", physical(topic)) },
  Function: { action: "lambda:UpdateFunctionCode", arn: (run) => of("lambda", `function:${physical(run)}`) },
  Role: {
    action: "iam:UpdateAssumeRolePolicy",
    arn: (role) => `arn:aws:iam::${ACCOUNT}:role${role.inputs.path}${physical(role)}`,
  },
  Bucket: { action: "s3:PutBucketPolicy", arn: (bucket) => `arn:aws:s3:::${physical(bucket, "bucket")}` },
  Key: { action: "kms:PutKeyPolicy", arn: () => of("kms", "key/11111111-2222-4333-8444-555555555555") },
  Alias: { action: "kms:UpdateAlias", arn: (alias) => of("kms", physical(alias)) },
  Pipeline: {
    action: "sagemaker:UpdatePipeline",
    arn: (pipeline) => of("sagemaker", `pipeline/${physical(pipeline, "pipelineName")}`),
  },
  ModelPackageGroup: {
    action: "sagemaker:PutModelPackageGroupPolicy",
    arn: (group) => of("sagemaker", `model-package-group/${physical(group, "modelPackageGroupName")}`),
  },
  Repository: {
    action: "ecr:SetRepositoryPolicy",
    arn: (repository) => of("ecr", `repository/${physical(repository)}`),
  },
};

it("nobody but the deploy role changes anything that the program makes", async () => {
  const config = governance({ ...languageValues(), rolePath: "/ml/", assumeRole: DEPLOYER });
  const made = guardrails(config);
  const { resources } = await declaredStack(config);
  const principal = `arn:aws:iam::${ACCOUNT}:role/admin`;
  const changed: string[] = [];
  for (const [type, { action, arn }] of Object.entries(CHANGES)) {
    const those = resources.filter((resource) => resource.type === type);
    expect([type, those.length]).not.toEqual([type, 0]);
    for (const resource of those) {
      const call = { action, resource: arn(resource) };
      if ((await underScp({ ...call, principal }, EVERYTHING, made.governance)) === "Allowed")
        changed.push(call.resource);
      expect(await underScp({ ...call, principal: DEPLOYER }, EVERYTHING, made.governance)).toBe("Allowed");
    }
  }
  expect(changed).toEqual([]);
});
