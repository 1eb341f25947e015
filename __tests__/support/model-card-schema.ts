const text = (maxLength: number) => ({ type: "string", maxLength });
const object = (properties: Record<string, unknown>, required: string[] = []) => ({
  type: "object",
  additionalProperties: false,
  properties,
  required,
});
const name = (most: number) => ({ type: "string", pattern: `^.{1,${most}}$` });
const numbers = { type: "array", items: { type: "number" } };
const axis = { anyOf: [text(63), { type: "array", items: text(63) }] };
const metric = (types: string[], value: unknown) =>
  object({ name: name(255), notes: text(1024), type: { enum: types }, value, x_axis_name: axis, y_axis_name: axis }, [
    "name",
    "type",
    "value",
  ]);

/**
 * What a version's model card may be: "Model package model card schema" in "Update the Details of a Model Version",
 * Amazon SageMaker AI Developer Guide, said in this project's words. Names are bounded at both ends here, where AWS's
 * pattern bounds neither; keys of an evaluation's metadata are as CloudFormation's EvaluationDetail has them.
 */
export const MODEL_CARD_SCHEMA = object({
  model_overview: object({ model_creator: text(1024), model_artifact: { type: "array", items: text(1024) } }),
  intended_uses: object({
    purpose_of_model: text(2048),
    intended_uses: text(2048),
    factors_affecting_model_efficiency: text(2048),
    risk_rating: { enum: ["High", "Medium", "Low", "Unknown"] },
    explanations_for_risk_rating: text(2048),
  }),
  business_details: object({
    business_problem: text(2048),
    business_stakeholders: text(2048),
    line_of_business: text(2048),
  }),
  training_details: { type: "object" },
  evaluation_details: {
    type: "array",
    items: object(
      {
        name: name(63),
        evaluation_observation: text(2096),
        evaluation_job_arn: text(256),
        datasets: { type: "array", items: text(1024), maxItems: 10 },
        metadata: {
          type: "object",
          propertyNames: { pattern: "^[a-zA-Z_][a-zA-Z0-9_]*$" },
          additionalProperties: text(1024),
        },
        metric_groups: {
          type: "array",
          items: object(
            {
              name: name(63),
              metric_data: {
                type: "array",
                items: {
                  anyOf: [
                    metric(["number"], { type: "number" }),
                    metric(["string"], text(63)),
                    metric(["boolean"], { type: "boolean" }),
                    metric(["linear_graph", "matrix"], { type: "array", items: numbers }),
                    metric(["bar_chart"], numbers),
                  ],
                },
              },
            },
            ["name", "metric_data"],
          ),
        },
      },
      ["name"],
    ),
  },
  additional_information: object({
    ethical_considerations: text(2048),
    caveats_and_recommendations: text(2048),
    custom_details: { type: "object", additionalProperties: text(1024) },
  }),
});
