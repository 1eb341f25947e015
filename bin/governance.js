#!/usr/bin/env node
// In a clone the sources are run as they are, so that an edit needs no build; a packed tarball has the bundle alone.
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const source = join(__dirname, "..", "src", "cli", "main.ts");
if (existsSync(source)) {
  require("ts-node").register({ project: join(__dirname, "..", "tsconfig.json") });
  require(source);
} else {
  require("../dist/index.js");
}
