import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { isRecord } from "./stand-in/inputs";

/** One of the samples: a version to register, and the reports that it names. */
export interface SampleVersion {
  name: string;
  group: string;
  /** As `aws sagemaker describe-model-package` prints it. */
  described: Readonly<Record<string, unknown>>;
  reports: readonly { bucket: string; key: string; bytes: Uint8Array }[];
}

/** Reads `NAME/model-package.json` and `NAME/evidence/BUCKET/KEY` below a folder. */
export function readSample(folder: string, name: string): SampleVersion {
  const directory = path.join(folder, name);
  const described: unknown = JSON.parse(readFileSync(path.join(directory, "model-package.json"), "utf8"));
  if (!isRecord(described) || typeof described.ModelPackageGroupName !== "string") {
    throw new Error(`${directory}/model-package.json: expected a description with a ModelPackageGroupName`);
  }
  const evidence = path.join(directory, "evidence");
  const reports = readdirSync(evidence, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => {
      const [bucket = "", ...key] = path.relative(evidence, file).split(path.sep);
      return { bucket, key: key.join("/"), bytes: new Uint8Array(readFileSync(file)) };
    });
  return { name, group: described.ModelPackageGroupName, described, reports };
}
