import path from "node:path";
import { checksImageFiles } from "../checks/image";
import { declareStack } from "./infrastructure/program";
import { stackBuild } from "./infrastructure/stack-build";
import { readStackConfig } from "./infrastructure/stack-config";

module.exports = declareStack(readStackConfig(), stackBuild(path.join(__dirname, ".."), checksImageFiles));
