import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { ObjectLocation } from "../contract/evidence-uri";
import type { EvidenceStore, ObjectVersion } from "../core/ports";

/** A person's own files as an evidence store: `directory/BUCKET/KEY`, one version each. A key can't lead outside of it. */
export function evidenceDirectory(directory: string): EvidenceStore {
  const root = path.resolve(directory);
  const fileOf = ({ bucket, key }: ObjectLocation): string | undefined => {
    const file = path.resolve(root, bucket, key);
    return file.startsWith(path.join(root, bucket) + path.sep) ? file : undefined;
  };
  const known = (version: ObjectVersion): string => {
    const file = fileOf(version);
    if (file === undefined) throw new Error(`${version.key} leads outside of ${root}`);
    return file;
  };
  return {
    async versions(at) {
      const file = fileOf(at);
      const found = file === undefined ? undefined : await stat(file).catch(absent);
      return found?.isFile() ? [{ ...at, versionId: null, size: found.size }] : [];
    },
    storedSha256: async () => undefined,
    read: (version) => readFile(known(version)),
    async hash(version) {
      const hash = createHash("sha256");
      await pipeline(createReadStream(known(version)), hash);
      return hash.digest("hex");
    },
  };
}

/** Nothing there, or a name that no file can have. */
const ABSENT = new Set(["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ELOOP"]);

/** No such file is an answer; any other fault isn't. */
function absent(error: NodeJS.ErrnoException): undefined {
  if (ABSENT.has(error.code ?? "")) return undefined;
  throw error;
}
