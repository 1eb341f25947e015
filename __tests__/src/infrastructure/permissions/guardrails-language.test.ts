import { roleArn } from "../../../../src/contract/names";
import { governanceTable } from "../../../../src/infrastructure/permissions/governance-table";
import { identityPolicy } from "../../../../src/infrastructure/permissions/grant";
import { guardrails } from "../../../../src/infrastructure/permissions/guardrails";
import { placeOf } from "../../../../src/infrastructure/stack-config";
import { ADMIN, iam, of } from "../../../support/guarded-stack";
import { languageValues } from "../../../support/language-config";
import { governance as governanceConfig } from "../../../support/policies";
import { EVERYTHING, underScp, withoutStatement } from "../../../support/under-scp";

const config = governanceConfig({ groups: languageValues().groups, language: languageValues().language });
const { governance } = guardrails(config, { deployer: iam("deploy") });
const COLLECT = roleArn(config, "collect", placeOf(config));
const ofCollect = identityPolicy(governanceTable(config), COLLECT, "aws", {
  ...{ "verdict-key": of("kms", "key/1"), "notice-key": of("kms", "key/2"), "notice-topic": of("sns", "notices-1") },
  ...{ "language-key": of("kms", "key/3"), "evidence-key-111122223333": of("kms", "key/4") },
  "evidence-key-222233334444": of("kms", "key/5"),
});

describe("nobody answers in a language model's place", () => {
  it.each([
    ["puts another model behind the endpoint", "sagemaker:UpdateEndpoint", "endpoint/mg-ask-abc"],
    ["changes what its variants get", "sagemaker:UpdateEndpointWeightsAndCapacities", "endpoint/mg-ask-abc"],
    ["makes an endpoint of that name", "sagemaker:CreateEndpoint", "endpoint/mg-ask-abc"],
    ["makes its configuration", "sagemaker:CreateEndpointConfig", "endpoint-config/mg-ask-abc"],
    ["makes its model", "sagemaker:CreateModel", "model/mg-ask-abc"],
  ])("who %s", async (_, action, resource) => {
    const call = { principal: ADMIN, action, resource: of("sagemaker", resource) };
    expect(await underScp(call, EVERYTHING, governance)).toBe("OnlyCollectServes");
    expect(await underScp(call, EVERYTHING, withoutStatement(governance, "OnlyCollectServes"))).toBe("Allowed");
    const others = { ...call, resource: call.resource.replace("mg-ask-abc", "payments") };
    expect(await underScp(others, EVERYTHING, governance)).toBe("Allowed");
  });

  it("but collect, which makes what it asks", async () => {
    const call = {
      principal: COLLECT,
      action: "sagemaker:CreateEndpoint",
      resource: of("sagemaker", "endpoint/mg-ask-abc"),
    };
    expect(await underScp(call, ofCollect, governance)).toBe("Allowed");
  });
});
