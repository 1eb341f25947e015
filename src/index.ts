import path from "node:path";
import { log } from "@pulumi/pulumi";
import { checksImageFiles } from "../checks/image";
import { existingThings } from "./adapters/existing-things";
import { compareExisting } from "./infrastructure/compare-existing";
import { declareStack } from "./infrastructure/program";
import { readStackConfig, stackFileName } from "./infrastructure/read-stack-config";
import { stackBuild } from "./infrastructure/stack-build";

module.exports = async () => {
  const config = readStackConfig();
  const build = stackBuild(path.join(__dirname, ".."), checksImageFiles);
  await compareExisting(config, stackFileName(), existingThings(config), (text) => void log.warn(text));
  return declareStack(config, build);
};
