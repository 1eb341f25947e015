import path from "node:path";
import { checksImageFiles } from "../checks/image";
import { declareStack } from "./infrastructure/program";
import { readStackConfig } from "./infrastructure/read-stack-config";
import { stackBuild } from "./infrastructure/stack-build";

module.exports = declareStack(readStackConfig(), stackBuild(path.join(__dirname, ".."), checksImageFiles));
