import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import type { TestRegistry } from "../src/image/registry";

/** A base image with this machine's Node.js and the libraries that it is linked with, in a registry's hands; its digest. */
export function holdBase(folder: string, registry: TestRegistry, repository: string): string {
  const { tar, diffId } = nodeLayer(folder);
  const config = {
    architecture: "amd64",
    os: "linux",
    config: { Env: ["PATH=/usr/local/bin:/usr/bin:/bin"], WorkingDir: "/var/task" },
    rootfs: { type: "layers", diff_ids: [diffId] },
  };
  return registry.hold(repository, { config, layers: [tar] });
}

function nodeLayer(folder: string): { tar: Buffer; diffId: string } {
  const node = process.execPath;
  const libraries = [...execFileSync("ldd", [node], { encoding: "utf8" }).matchAll(/(\/\S+) \(0x/g)].map(
    ([, file = ""]) => file,
  );
  const work = mkdtempSync(path.join(folder, "base-"));
  try {
    const file = path.join(work, "layer.tar");
    const names = [node, ...libraries].map((name) => name.slice(1));
    const transform = `--transform=s,^${node.slice(1)}$,usr/local/bin/node,`;
    execFileSync("tar", ["-chf", file, "--owner=0", "--group=0", "--mtime=@0", transform, "-C", "/", ...names]);
    const bytes = readFileSync(file);
    const diffId = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    return { tar: gzipSync(bytes, { level: 1 }), diffId };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
