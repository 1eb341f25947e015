import { billOfMaterials } from "../../../src/image/bill-of-materials";

const BASE = `lambda/nodejs:22@sha256:${"b".repeat(64)}`;
const component = (name: string) => ({ "bom-ref": `${name}@1.0.0`, type: "library", name, version: "1.0.0" });
const optional = (name: string) => ({ ...component(name), scope: "optional", properties: [{ name: "n", value: "v" }] });
const installed = {
  bomFormat: "CycloneDX",
  specVersion: "1.5",
  serialNumber: "urn:uuid:other-each-time",
  metadata: { timestamp: "2026-11-25T00:00:00Z", component: { ...component("model-governance"), name: "a-folder" } },
  components: [optional("ajv"), optional("yaml"), optional("jest")],
  dependencies: [
    { ref: "model-governance@1.0.0", dependsOn: ["ajv@1.0.0", "jest@1.0.0", "yaml@1.0.0"] },
    { ref: "ajv@1.0.0" },
    { ref: "jest@1.0.0", dependsOn: ["ajv@1.0.0"] },
    { ref: "yaml@1.0.0", dependsOn: [] },
  ],
};

it("lists what is in the bundle and the base, and nothing that differs from run to run", () => {
  expect(billOfMaterials(installed, new Set(["ajv@1.0.0", "yaml@1.0.0"]), BASE)).toEqual({
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    metadata: { component: component("model-governance") },
    components: [
      { ...component("ajv"), scope: "required" },
      { ...component("yaml"), scope: "required" },
      {
        type: "container",
        "bom-ref": BASE,
        name: "lambda/nodejs",
        version: `sha256:${"b".repeat(64)}`,
        hashes: [{ alg: "SHA-256", content: "b".repeat(64) }],
      },
    ],
    dependencies: [
      { ref: "model-governance@1.0.0", dependsOn: ["ajv@1.0.0", "yaml@1.0.0"] },
      { ref: "ajv@1.0.0", dependsOn: [] },
      { ref: "yaml@1.0.0", dependsOn: [] },
    ],
  });
});

it("refuses to leave out what is in the bundle", () => {
  expect(() => billOfMaterials(installed, new Set(["ajv@2.0.0"]), BASE)).toThrow(
    "package-lock.json: found no ajv@2.0.0, expected what is in the bundle; run npm ci",
  );
});
