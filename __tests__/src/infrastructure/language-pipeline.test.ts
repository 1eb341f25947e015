import { readEnvironment } from "../../../src/contract/environment";
import { governanceTable } from "../../../src/infrastructure/permissions/governance-table";
import { identityPolicy } from "../../../src/infrastructure/permissions/grant";
import { trustPolicy } from "../../../src/infrastructure/permissions/trust-policy";
import { arnOf, type DeclaredStack, declaredStack, parsed } from "../../support/declared-stack";
import { LANGUAGE_VALUES, languageValues, SERVING_VALUES } from "../../support/language-config";
import { governance } from "../../support/policies";
import { configMistakes, governanceValues } from "../../support/stack-values";

const config = governance(languageValues({ hosts: 3 }));
let stack: DeclaredStack;
beforeAll(async () => {
  stack = await declaredStack(config);
});

interface Step {
  Name: string;
  Type: string;
  DependsOn?: string[];
  Arguments: {
    AppSpecification: { ContainerEntrypoint: string[]; ContainerArguments: unknown[] };
    ProcessingResources: { ClusterConfig: object };
    ProcessingInputs: object[];
    Environment: Record<string, string>;
  };
}
const stepsOf = (pipeline: string): Step[] =>
  (parsed(stack.one("Pipeline", pipeline).inputs.pipelineDefinition) as { Steps: Step[] }).Steps;

describe("the pipeline of language models", () => {
  it("asks before it judges and decides; the other one doesn't", () => {
    expect(stepsOf("approval-language").map(({ Name, Type, DependsOn }) => [Name, Type, DependsOn])).toEqual([
      ["CollectInferenceStep", "Processing", undefined],
      ["RegisteredModelValidationStep", "Lambda", ["CollectInferenceStep"]],
      ["UpdateModelStatusStep", "Lambda", ["RegisteredModelValidationStep"]],
    ]);
    expect(stepsOf("approval").map(({ Name }) => Name)).toEqual([
      "RegisteredModelValidationStep",
      "UpdateModelStatusStep",
    ]);
  });

  it("shards the prompts over its hosts", () => {
    const [{ Arguments } = { Arguments: undefined }] = stepsOf("approval-language");
    expect(Arguments?.AppSpecification.ContainerEntrypoint).toEqual(["node", "/var/task/collect.js"]);
    expect(Arguments?.ProcessingResources.ClusterConfig).toMatchObject({
      InstanceType: "ml.t3.medium",
      InstanceCount: 3,
    });
    expect(Arguments?.ProcessingInputs).toEqual([
      {
        InputName: "prompts",
        AppManaged: false,
        S3Input: {
          S3Uri: "s3://mg-prompts-444455556666-us-east-1/prompt-sets/",
          LocalPath: "/opt/ml/processing/input/prompts",
          S3DataType: "S3Prefix",
          S3InputMode: "File",
          S3DataDistributionType: "ShardedByS3Key",
        },
      },
    ]);
  });

  it("tells the job all that it reads, within a job's limits", () => {
    const environment = stepsOf("approval-language")[0]?.Arguments.Environment ?? {};
    for (const value of Object.values(environment)) expect(value.length).toBeLessThanOrEqual(256);
    expect(readEnvironment("collect", environment)).toMatchObject({
      PROMPT_SETS: LANGUAGE_VALUES.promptSets,
      SERVING: { assistant: { ...SERVING_VALUES, service: "endpoint", concurrency: 4, secondsPerCompletion: 2 } },
      SCORER: { kind: "comprehend" },
      SERVING_ROLE_ARN: arnOf("Role", "serving"),
      MODEL_KEY_ARN: arnOf("Key", "language"),
    });
  });

  it("is picked by start for its groups, and its failures are told", () => {
    const { environment } = stack.one("Function", "start").inputs as {
      environment: { variables: Record<string, string> };
    };
    expect(readEnvironment("start", environment.variables).LANGUAGE_GROUPS).toEqual(["assistant"]);
    expect(String(stack.one("EventRule", "failed-executions").inputs.eventPattern)).toContain(
      "model-governance-pipeline-language",
    );
  });

  it("leaves no endpoint behind: a schedule looks every quarter of an hour, and its failure is an alarm", () => {
    expect(stack.one("EventRule", "clean-up").inputs).toMatchObject({ scheduleExpression: "rate(15 minutes)" });
    expect(stack.one("EventTarget", "clean-up").inputs).toMatchObject({ arn: arnOf("Function", "clean-up") });
    expect(stack.one("MetricAlarm", "clean-up").inputs).toMatchObject({ dimensions: { FunctionName: "mg-clean-up" } });
  });

  it("isn't there, nor anything of it, where no group is of language models", async () => {
    const without = await declaredStack(governance());
    expect(without.names("Pipeline")).toEqual(["approval"]);
    const names = without.resources.map(({ name }) => name);
    expect(names.filter((name) => /language|prompts|served|clean-up|collect|serving/.test(name))).toEqual([]);
  });
});

describe("least privilege", () => {
  const made = Object.fromEntries(
    [
      "verdict-key",
      "notice-key",
      "language-key",
      "record-key",
      "record-signing-key",
      "checkpoint-signing-key",
      "verdict-signing-key",
      "revocation-signing-key",
      "queue",
      "notice-topic",
      "evidence-key-111122223333",
      "evidence-key-222233334444",
    ].map((name) => [name, `arn:${name}`]),
  );
  const statements = (role: string) =>
    identityPolicy(governanceTable(config), `arn:aws:iam::444455556666:role/mg-${role}-us-east-1`, "aws", made)
      .Statement;
  const actions = (role: string) => statements(role).flatMap(({ Action }) => Action);
  const resources = (role: string, action: string) =>
    statements(role)
      .filter(({ Action }) => Action.includes(action))
      .flatMap(({ Resource = [] }) => Resource);

  it("a model's own role reads model data and its image, and nothing else", () => {
    expect(new Set(actions("serving").map((action) => action.split(":")[0]))).toEqual(
      new Set(["s3", "kms", "ecr", "logs"]),
    );
    expect(resources("serving", "s3:GetObject")).toEqual(["arn:aws:s3:::mg-models-444455556666-us-east-1/models/*"]);
    expect(resources("serving", "kms:Decrypt")).toEqual(["arn:language-key"]);
    expect(
      actions("serving").filter((action) => /Put|Delete|Create/.test(action) && !action.startsWith("logs:")),
    ).toEqual([]);
  });

  it("whoever asks makes and deletes nothing but temporary things, and sets no status", () => {
    for (const action of [
      "sagemaker:CreateEndpoint",
      "sagemaker:DeleteEndpoint",
      "sagemaker:CreateModel",
      "sagemaker:InvokeEndpoint",
    ])
      for (const resource of resources("collect", action))
        expect(resource).toMatch(
          /^arn:aws:sagemaker:us-east-1:444455556666:(model|endpoint|endpoint-config)\/mg-ask-\*$/,
        );
    expect(actions("collect")).not.toContain("sagemaker:UpdateModelPackage");
    expect(resources("collect", "s3:PutObject").filter((one) => String(one).includes("verdicts"))).toEqual([
      "arn:aws:s3:::mg-verdicts-444455556666-us-east-1/inference/*",
      "arn:aws:s3:::mg-verdicts-444455556666-us-east-1/spending/*",
    ]);
    expect(resources("collect", "iam:PassRole")).toEqual(["arn:aws:iam::444455556666:role/mg-serving-us-east-1"]);
  });

  it("whoever judges can't write what was collected, and no dev account reads prompts", () => {
    expect(resources("validate", "s3:PutObject")).toEqual([
      "arn:aws:s3:::mg-verdicts-444455556666-us-east-1/governance-pipeline/processor/*",
      "arn:aws:s3:::mg-records-444455556666-us-east-1/policies/*",
      "arn:aws:s3:::mg-records-444455556666-us-east-1/bundles/*",
      "arn:aws:s3:::mg-records-444455556666-us-east-1/prompt-sets/*",
    ]);
    expect(resources("decide", "s3:PutObjectRetention")).toContain(
      "arn:aws:s3:::mg-records-444455556666-us-east-1/prompt-sets/*",
    );
    const policies = stack.resources.filter(
      ({ type, name }) => type === "BucketPolicy" && ["prompts", "served-models"].includes(name),
    );
    expect(policies).toHaveLength(2);
    for (const { inputs } of policies) {
      const { Statement } = parsed(inputs.policy) as { Statement: { Effect: string }[] };
      expect(Statement.map(({ Effect }) => Effect)).toEqual(["Deny"]);
    }
  });

  it("Bedrock may be used where a group is served by it, and not otherwise", () => {
    const ofBedrock = (action: string) => action.startsWith("bedrock:");
    expect(["collect", "serving", "clean-up"].flatMap(actions).filter(ofBedrock)).toEqual([]);
    const on = governance(languageValues({}, { service: "bedrock", instanceType: undefined }));
    const of = (role: string) =>
      identityPolicy(
        governanceTable(on),
        `arn:aws:iam::444455556666:role/mg-${role}-us-east-1`,
        "aws",
        made,
      ).Statement.flatMap(({ Action }) => Action);
    expect(of("collect")).toEqual(expect.arrayContaining(["bedrock:CreateModelImportJob", "bedrock:InvokeModel"]));
    expect(of("clean-up")).toEqual(expect.arrayContaining(["bedrock:DeleteImportedModel"]));
    expect(JSON.stringify(trustPolicy("serving", on))).toContain("bedrock.amazonaws.com");
    expect(JSON.stringify(trustPolicy("serving", config))).not.toContain("bedrock.amazonaws.com");
  });

  it("the scorer decides who may be asked for scores", () => {
    expect(actions("collect")).toContain("comprehend:DetectToxicContent");
    const endpoint = governance(
      languageValues({ scorer: { kind: "endpoint", endpoint: "Detoxify", name: "detoxify/1" } }),
    );
    const of = identityPolicy(
      governanceTable(endpoint),
      "arn:aws:iam::444455556666:role/mg-collect-us-east-1",
      "aws",
      made,
    ).Statement;
    expect(JSON.stringify(of)).not.toContain("comprehend");
    expect(JSON.stringify(of)).toContain("endpoint/detoxify");
  });
});

describe("configuration", () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      "a group of language models without what they are asked",
      { ...languageValues(), language: undefined },
      /^governance:language: is missing; the groups assistant are of language models/,
    ],
    [
      "what is asked without a group",
      governanceValues({ language: LANGUAGE_VALUES }),
      /^governance:language: is there, and no entry of governance:groups has language/,
    ],
    [
      "a prompt set without digest",
      languageValues({ promptSets: [{ name: "bbq" }] }),
      /language\.promptSets\[0\]\.sha256: is missing; expected the SHA-256 of its manifest\.json/,
    ],
    [
      "no limit",
      languageValues({ spendingLimits: { perVersion: 5 } }),
      /language\.spendingLimits\.perMonth: is missing/,
    ],
    [
      "an endpoint of no type",
      languageValues({}, { instanceType: undefined }),
      /groups\[1\]\.language\.instanceType: is missing/,
    ],
    [
      "a request without the prompt",
      languageValues({}, { request: { inputs: "$prompts", parameters: { n: ["$maxTokens"] } } }),
      /groups\[1\]\.language\.request: has no \$prompt in its texts/,
    ],
    [
      "a price of nothing",
      languageValues({}, { pricePerHour: 0 }),
      /groups\[1\]\.language\.pricePerHour: found 0, expected what an hour of that instance costs/,
    ],
    [
      "a path that is none",
      languageValues({}, { response: { completion: "text" } }),
      /response\.completion: found "text", expected the JSONPath of the completion/,
    ],
    ["another scorer", languageValues({ scorer: { kind: "perspective" } }), /language\.scorer/],
  ])("%s is one clear mistake", (_, values, expected) => {
    const mistakes = configMistakes(
      Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)),
    );
    expect(mistakes[0]).toMatch(expected);
  });
});
