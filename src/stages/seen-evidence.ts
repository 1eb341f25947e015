import { formatS3Uri, type ObjectLocation } from "../contract/evidence-uri";
import type { EvidenceStore, ObjectVersion } from "../core/ports";
import type { SeenObject } from "../core/verdict";

/** An object that was looked at. */
interface Looked {
  versions: readonly (ObjectVersion & { sha256?: string })[];
  /** How often it was listed and no version of it read since: whoever takes one reads it. */
  untaken: number;
}

/** Evidence that looks at each object once, and keeps what there was of those of which no version was taken. */
export class SeenEvidence implements EvidenceStore {
  private readonly objects = new Map<string, Looked>();

  constructor(private readonly store: EvidenceStore) {}

  async versions(at: ObjectLocation): Promise<ObjectVersion[]> {
    const uri = formatS3Uri(at);
    // Listed once: in two slots it has the same versions, also when another comes meanwhile.
    const looked = this.objects.get(uri) ?? { versions: await this.store.versions(at), untaken: 0 };
    this.objects.set(uri, looked);
    looked.untaken += 1;
    return [...looked.versions];
  }

  async storedSha256(version: ObjectVersion): Promise<string | undefined> {
    return this.listed(version)?.sha256 ?? this.noted(version, await this.store.storedSha256(version));
  }

  async hash(version: ObjectVersion): Promise<string> {
    return this.noted(version, await this.store.hash(version));
  }

  async read(version: ObjectVersion): Promise<Uint8Array> {
    const looked = this.objects.get(formatS3Uri(version));
    if (looked !== undefined) looked.untaken -= 1;
    return this.store.read(version);
  }

  /** As a verdict has them; nothing where there are none. */
  asSaid(): { seen?: readonly SeenObject[] } {
    const seen = [...this.objects].flatMap(([uri, { versions, untaken }]) =>
      untaken === 0 || versions.length === 0
        ? []
        : [{ uri, versions: versions.map(({ bucket: _, key: __, ...one }) => one) }],
    );
    return seen.length === 0 ? {} : { seen };
  }

  private listed(version: ObjectVersion): Looked["versions"][number] | undefined {
    const looked = this.objects.get(formatS3Uri(version));
    return looked?.versions.find(({ versionId }) => versionId === version.versionId);
  }

  private noted<Digest extends string | undefined>(version: ObjectVersion, sha256: Digest): Digest {
    const listed = this.listed(version);
    if (listed !== undefined && sha256 !== undefined) listed.sha256 = sha256;
    return sha256;
  }
}
