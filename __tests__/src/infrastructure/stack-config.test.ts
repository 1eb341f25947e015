import * as pulumi from "@pulumi/pulumi";
import { readStackConfig } from "../../../src/infrastructure/read-stack-config";
import { parseStackConfig } from "../../../src/infrastructure/stack-config";
import { readStackFile } from "../../../src/infrastructure/stack-file";
import { devValues, governanceValues, configMistakes as mistakes } from "../../support/stack-values";

describe("the kind of stack", () => {
  it.each([
    [undefined, "is missing; expected dev or governance"],
    ["prod", 'found "prod"; expected dev or governance'],
  ])("%p", (role, said) => {
    expect(mistakes({ ...devValues(), role })).toEqual([
      `governance:role: ${said}, for example\n  governance:role: dev`,
    ]);
  });
});

describe("files of the project", () => {
  it.each([
    "Pulumi.governance.yaml",
    "samples/stacks/governance.yaml",
    "samples/stacks/dev-credit.yaml",
    "samples/stacks/dev-payments.yaml",
  ])("%s is valid", (file) => {
    expect(mistakes(readStackFile(file))).toEqual([]);
  });

  it("Pulumi.dev.yaml lacks the one value that governance prints", () => {
    expect(mistakes(readStackFile("Pulumi.dev.yaml"))).toEqual([
      expect.stringMatching(/^governance:evidenceKeyArn: is missing; .*pulumi stack output evidenceKeyArns/),
    ]);
  });
});

describe("readStackConfig", () => {
  it.each<[string, Record<string, unknown>]>([
    ["lists and maps", devValues()],
    ["true", devValues({ artifactBucket: "team", evidencePrefixes: ["evidence/"], ownsArtifactBucket: true })],
    ["false", governanceValues({ revokeOnTampering: false })],
  ])("reads texts as they are, %s from JSON, and no other namespace", (_, values) => {
    const texts = Object.entries(values).map(([key, value]) => [
      `governance:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    pulumi.runtime.setAllConfig({ ...Object.fromEntries(texts), "aws:region": "eu-west-1" });
    expect(readStackConfig()).toEqual(parseStackConfig(values, "x"));
  });

  it("names the file of the stack that is deployed", () => {
    pulumi.runtime.setAllConfig({ "governance:role": "dev" });
    expect(readStackConfig).toThrow(`Pulumi.${pulumi.getStack()}.yaml: governance:account: is missing`);
  });
});
