import path from "node:path";
import { buildSync } from "esbuild";

/** A program in one CommonJS file, with its source map beside it. */
export interface Bundle {
  js: string;
  map: string;
}

/**
 * Bundles an entry point with all it imports, for Node.js 20 and newer.
 * @param entry path of a TypeScript file
 * @param external packages that are left to the place where it runs, such as `@aws-sdk/*`
 * @param outfile its name there, by which it finds its source map
 */
export function bundle(entry: string, external: readonly string[] = [], outfile = "index.js"): Bundle {
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    // Paths in the bundle are relative to it: the same bytes wherever a copy of the project lies and is called from.
    absWorkingDir: path.join(__dirname, ".."),
    outfile,
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node20",
    sourcemap: "linked",
    sourcesContent: false,
    minifySyntax: true,
    external: [...external],
    logLevel: "silent",
  });
  const textOf = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  return { js: textOf(".js"), map: textOf(".map") };
}
