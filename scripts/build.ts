import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { checksImageFiles } from "../checks/image";
import { bundle } from "../src/bundle";

// The packed tarball's `governance` command: one bundle and the policy, without a dependency to install.
const root = path.join(__dirname, "..");
const dist = path.join(root, "dist");
const { js, map } = bundle(path.join(root, "src", "cli", "main.ts"));
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
writeFileSync(path.join(dist, "index.js"), js);
writeFileSync(path.join(dist, "index.js.map"), map);
cpSync(path.join(root, "checks", "policy"), path.join(dist, "policy"), { recursive: true });

// What checks/Dockerfile puts on its base.
for (const [file, text] of checksImageFiles()) {
  const target = path.join(dist, "image", file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
}
