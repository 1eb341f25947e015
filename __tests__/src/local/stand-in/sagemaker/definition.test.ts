import { parseDefinition } from "../../../../../src/local/stand-in/sagemaker/definition";
import { lambdaStep, PARAMETERS, STEPS, textOutput } from "../../../../support/sagemaker-resources";

const definition = (Steps: unknown, others: Record<string, unknown> = {}) =>
  JSON.stringify({ Version: "2020-12-01", Metadata: {}, Parameters: PARAMETERS, Steps, ...others });

describe("a pipeline's definition", () => {
  it("is read with what each step waits for, said or implied", () => {
    const { parameters, steps } = parseDefinition(
      definition([...STEPS, lambdaStep("tell", { DependsOn: ["decide"] })]),
      "p",
    );
    expect(parameters).toEqual([{ name: "Version" }, { name: "Bucket", default: "none" }]);
    expect(steps.map(({ name, after }) => [name, after])).toEqual([
      ["validate", []],
      ["decide", ["validate"]],
      ["tell", ["decide"]],
    ]);
  });

  const step = (fields: Record<string, unknown>) => [lambdaStep("one", fields)];
  it.each<[string, string, RegExp]>([
    ["another version", definition(STEPS, { Version: "2021" }), /Version must be 2020-12-01/],
    ["no step", definition([]), /needs a step/],
    [
      "an unknown part",
      definition(STEPS, { PipelineExperimentConfig: {} }),
      /UnknownToStandIn.*PipelineExperimentConfig/,
    ],
    ["an unknown step type", definition(step({ Type: "Training" })), /UnknownToStandIn.*one of type Training/],
    [
      "an unknown field of a step",
      definition(step({ CacheConfig: { Enabled: true } })),
      /UnknownToStandIn.*CacheConfig/,
    ],
    ["a step twice", definition([...step({}), ...step({})]), /one is there twice/],
    ["a step without function", definition(step({ FunctionArn: undefined })), /one without FunctionArn/],
    ["a missing step", definition(step({ DependsOn: ["two"] })), /one waits for two, which is no step/],
    [
      "a circle",
      definition([lambdaStep("one", { DependsOn: ["two"] }), lambdaStep("two", { DependsOn: ["one"] })]),
      /in a circle/,
    ],
    [
      "a missing parameter",
      definition(step({ Arguments: { a: { Get: "Parameters.Group" } } })),
      /refers to Parameters.Group/,
    ],
    ["a missing variable", definition(step({ Arguments: { a: { Get: "Execution.Id" } } })), /refers to Execution.Id/],
    [
      "a missing output",
      definition([
        lambdaStep("first", { OutputParameters: [textOutput("a")] }),
        lambdaStep("one", { Arguments: { a: { Get: "Steps.first.OutputParameters['b']" } } }),
      ]),
      /one refers to Steps.first.OutputParameters\['b'\], which isn't there/,
    ],
    [
      "an unknown function of values",
      definition(step({ Arguments: { a: { "Std:JsonGet": {} } } })),
      /UnknownToStandIn.*argument a/,
    ],
    [
      "an output of unknown type",
      definition(step({ OutputParameters: [{ OutputName: "a", OutputType: "Text" }] })),
      /OutputType/,
    ],
    [
      "a parameter of another type",
      definition(step({}), { Parameters: [{ Name: "a", Type: "Integer" }] }),
      /UnknownToStandIn.*parameter a of type Integer/,
    ],
  ])("is refused for %s", (_, text, refused) => {
    const said = (): string => {
      try {
        return JSON.stringify(parseDefinition(text, "p"));
      } catch (error) {
        return String(error);
      }
    };
    expect(said()).toMatch(refused);
  });
});
