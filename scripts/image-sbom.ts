import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { billOfMaterials } from "../src/image/bill-of-materials";
import { parseJsonObject, textOf, textsOf } from "../src/image/registry-json";

const ROOT = path.join(__dirname, "..");
const MAP = "/var/task/index.js.map";

/** The image's CycloneDX document, as text. @param files path in the image -> text */
export function imageSbom(files: ReadonlyMap<string, string>, base: string): string {
  const map = parseJsonObject(Buffer.from(files.get(MAP) ?? ""), MAP);
  const bundled = new Set(textsOf(map, "sources", MAP).flatMap(packageOf));
  return `${JSON.stringify(billOfMaterials(installed(), bundled, base), null, 2)}\n`;
}

function installed() {
  const args = ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"];
  const printed = execFileSync("npm", args, { cwd: ROOT, maxBuffer: 2 ** 26, stdio: ["ignore", "pipe", "ignore"] });
  return parseJsonObject(printed, "npm sbom");
}

/** `node_modules/a/node_modules/@b/c/index.js` -> `["@b/c@1.2.3"]`; of a file of ours nothing. */
function packageOf(source: string): string[] {
  const [folder] = /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(source) ?? [];
  if (folder === undefined) return [];
  const file = path.join(folder, "package.json");
  const described = parseJsonObject(readFileSync(path.join(ROOT, file)), file);
  return [`${textOf(described, "name", file)}@${textOf(described, "version", file)}`];
}
