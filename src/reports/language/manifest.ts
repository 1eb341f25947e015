import { EvidenceError, LANGUAGE_KINDS, type LanguageKind } from "../../core/evidence";
import { isObject, listAt, objectAt, own, textAt, whatIs } from "../fields";
import { openResult } from "./result-file";

/** A file that a run's manifest lists. */
export interface ListedFile {
  /** Beside the manifest, or in a folder below it. */
  path: string;
  /** Lower-case hex. */
  sha256: string;
  /** What its records are evidence of, where they don't tell. */
  kind?: LanguageKind;
}

export interface Manifest {
  files: readonly ListedFile[];
  /** Prompts of the set that the records answer, where it says. */
  prompts?: number;
}

/** Files of one run; a run of HELM's has five. */
const MOST_FILES = 100;
/** Neither up nor to the root: a manifest names what lies with it. */
const PATH = /^(?!\.{1,2}(\/|$))[^/\\]+(\/(?!\.{1,2}(\/|$))[^/\\]+)*$/;

/**
 * Reads a run's manifest; undefined for bytes that are no manifest.
 * @throws EvidenceError for one that is wrong
 */
export function readManifest(bytes: Uint8Array): Manifest | undefined {
  const root = rootOf(bytes);
  if (!isObject(root) || !Object.hasOwn(root, "files") || !Object.hasOwn(root, "schemaVersion")) return undefined;
  const version = own(root, "schemaVersion");
  if (version !== 1) throw new EvidenceError(`schemaVersion is ${whatIs(version)}; expected 1`);
  const others = Object.keys(root).filter((key) => !["schemaVersion", "files", "prompts"].includes(key));
  if (others.length > 0)
    throw new EvidenceError(`has ${others.slice(0, 5).join(", ")}; expected schemaVersion, files and prompts`);
  const files = listAt(own(root, "files"), "files").map((entry, at) => fileOf(entry, `files[${at}]`));
  if (files.length > MOST_FILES) throw new EvidenceError(`files has ${files.length}; expected at most ${MOST_FILES}`);
  const paths = new Set(files.map(({ path }) => path));
  if (paths.size < files.length) throw new EvidenceError("files names one of its files twice");
  const prompts = own(root, "prompts");
  if (prompts === undefined) return { files };
  if (typeof prompts === "number" && Number.isInteger(prompts) && prompts > 0) return { files, prompts };
  throw new EvidenceError(`prompts is ${whatIs(prompts)}; expected how many prompts the set has`);
}

function rootOf(bytes: Uint8Array): unknown {
  try {
    const opened = openResult({ name: "manifest", bytes });
    return opened.kind === "document" ? opened.root : undefined;
  } catch (error) {
    // What it is then, its own reader says.
    if (error instanceof EvidenceError) return undefined;
    throw error;
  }
}

function fileOf(entry: unknown, path: string): ListedFile {
  const file = objectAt(entry, path);
  const name = textAt(own(file, "path"), `${path}.path`);
  if (!PATH.test(name)) throw new EvidenceError(`${path}.path is ${whatIs(name)}; expected a file beside the manifest`);
  const sha256 = textAt(own(file, "sha256"), `${path}.sha256`).toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(sha256))
    throw new EvidenceError(`${path}.sha256 is ${whatIs(sha256)}; expected 64 hex digits`);
  const said = own(file, "kind");
  if (said === undefined) return { path: name, sha256 };
  const kind = LANGUAGE_KINDS.find((one) => one === said);
  if (kind === undefined)
    throw new EvidenceError(`${path}.kind is ${whatIs(said)}; expected one of ${LANGUAGE_KINDS.join(", ")}`);
  return { path: name, sha256, kind };
}
