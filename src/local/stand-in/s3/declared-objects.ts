import { createHash } from "node:crypto";
import { isRecord, nameOf, requireKnownInputs, text } from "../inputs";
import { type DeclaredResource, type Surroundings, UnknownToStandIn } from "../service";
import type { Bucket } from "./bucket";
import { type Content, contentOf, md5Of } from "./content";
import { retentionOfNew } from "./lock";
import { type Stored, wholeChecksum } from "./stored";

export const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";
const LOCK = ["objectLockMode", "objectLockRetainUntilDate"] as const;
const INPUTS = ["bucket", "key", "content", "contentType", "serverSideEncryption", "overrideProvider", ...LOCK];

/**
 * Puts the declared objects into their buckets, as the deployment did before anything ran. Who deploys is unknown here, so
 * policies aren't asked.
 * @throws Error for an object of a bucket that isn't there, UnknownToStandIn for an input it doesn't know
 */
export function putDeclared(buckets: ReadonlyMap<string, Bucket>, { clock, declared }: Surroundings): void {
  for (const resource of declared(OBJECT)) {
    requireKnownInputs(resource, [...INPUTS, "region"]);
    requireNoTags(resource);
    const bucket = buckets.get(text(resource, "bucket"));
    if (bucket === undefined) throw new Error(`${nameOf(resource)}: bucket ${resource.inputs.bucket} doesn't exist`);
    const key = text(resource, "key");
    const content: Content = contentOf(text(resource, "content"));
    const stored = {
      ...{ key, content, etag: md5Of(content), checksums: wholeChecksum(undefined, content), metadata: {} },
      versionId: bucket.versioned ? versionOf(bucket, key, content) : "null",
      ...{ lastModified: clock.now(), contentType: text(resource, "contentType"), deleteMarker: false },
      kmsKeyArn: keyOf(resource),
    };
    bucket.objects.set(key, [{ ...stored, retention: lockOf(resource) ?? retentionOfNew(bucket, stored) }]);
  }
}

/** Its own lock, where one is declared. */
function lockOf(resource: DeclaredResource): Stored["retention"] {
  const [mode, until] = LOCK.map((name) => resource.inputs[name]);
  if (mode === undefined && until === undefined) return undefined;
  if ((mode !== "GOVERNANCE" && mode !== "COMPLIANCE") || typeof until !== "string")
    throw new UnknownToStandIn(`${nameOf(resource)}: object lock ${mode} until ${until}`);
  return { mode, until: new Date(until) };
}

/** The provider's own tags would be the object's too, and S3 takes no more than ten. */
function requireNoTags(resource: DeclaredResource): void {
  const { overrideProvider: over } = resource.inputs;
  const tags = isRecord(over) && isRecord(over.defaultTags) ? over.defaultTags.tags : undefined;
  if (!isRecord(tags) || Object.keys(tags).length > 0) throw new UnknownToStandIn(`${nameOf(resource)}: tags`);
}

function keyOf(resource: DeclaredResource): undefined {
  const encryption = text(resource, "serverSideEncryption");
  if (encryption !== "AES256") throw new UnknownToStandIn(`${nameOf(resource)}: serverSideEncryption ${encryption}`);
}

/** No number of the seeded sequence: a run isn't another one by what was deployed before it. */
const versionOf = ({ name }: Bucket, key: string, content: Content): string =>
  createHash("sha256")
    .update(`${name} ${key} ${md5Of(content)}`)
    .digest("base64url")
    .slice(0, 32);
