import { type JsonObject, jsonObject, objectsOf, textOf, textsOf } from "./registry-json";

const NPM = "npm sbom";

/**
 * What is in the image, of all that is installed: npm's own CycloneDX document, cut down to the packages whose code is in
 * the bundle, with the base beside them. It has no time and no serial number, so the same image has the same document.
 * @param installed what `npm sbom --sbom-format cyclonedx` prints
 * @param bundled `name@version` of each package
 * @param base `repository[:tag]@sha256:…`
 * @throws Error for a bundled package that npm's document lacks
 */
export function billOfMaterials(installed: JsonObject, bundled: ReadonlySet<string>, base: string): JsonObject {
  const components = objectsOf(installed, "components", NPM).filter((one) => bundled.has(identityOf(one)));
  requireAll(bundled, new Set(components.map(identityOf)));
  const metadata = jsonObject(installed.metadata, NPM);
  const root = jsonObject(metadata.component, NPM);
  const kept = new Set([root, ...components].map((one) => textOf(one, "bom-ref", NPM)));
  const { serialNumber: _, ...rest } = installed;
  const { timestamp: __, ...described } = metadata;
  return {
    ...rest,
    // npm names it by its folder.
    metadata: { ...described, component: { ...root, name: textOf(root, "bom-ref", NPM).replace(/@[^@]*$/, "") } },
    components: [...components.map(inImage), baseComponent(base)],
    dependencies: dependenciesAmong(kept, objectsOf(installed, "dependencies", NPM)),
  };
}

const identityOf = (component: JsonObject): string => `${String(component.name)}@${String(component.version)}`;

function requireAll(bundled: ReadonlySet<string>, found: ReadonlySet<string>): void {
  const missing = [...bundled].filter((one) => !found.has(one));
  if (missing.length === 0) return;
  throw new Error(
    `package-lock.json: found no ${missing.join(", ")}, expected what is in the bundle; run npm ci, so that what is installed is what is locked`,
  );
}

/** To npm it is for development alone, since the project installs nothing where it runs: it is bundled. */
function inImage({ properties: _, ...component }: JsonObject): JsonObject {
  return { ...component, scope: "required" };
}

const dependenciesAmong = (kept: ReadonlySet<string>, all: readonly JsonObject[]): JsonObject[] =>
  all
    .filter(({ ref }) => kept.has(String(ref)))
    .map(({ ref, dependsOn = [] }) => ({
      ref,
      dependsOn: textsOf({ dependsOn }, "dependsOn", NPM).filter((other) => kept.has(other)),
    }));

function baseComponent(base: string): JsonObject {
  const [name = "", digest = ""] = base.split("@");
  const algorithm = { alg: "SHA-256", content: digest.replace("sha256:", "") };
  return { type: "container", "bom-ref": base, name: name.replace(/:.*/, ""), version: digest, hashes: [algorithm] };
}
