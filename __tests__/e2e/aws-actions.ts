import type { IncomingHttpHeaders } from "node:http";

/** Subresource of a bucket -> what IAM calls it, after Get, Put or Delete. */
const BUCKET_PARTS: Readonly<Record<string, string>> = {
  accelerate: "AccelerateConfiguration",
  acl: "BucketAcl",
  cors: "BucketCORS",
  encryption: "EncryptionConfiguration",
  lifecycle: "LifecycleConfiguration",
  location: "BucketLocation",
  logging: "BucketLogging",
  notification: "BucketNotification",
  "object-lock": "BucketObjectLockConfiguration",
  ownershipControls: "BucketOwnershipControls",
  policy: "BucketPolicy",
  publicAccessBlock: "BucketPublicAccessBlock",
  replication: "ReplicationConfiguration",
  requestPayment: "BucketRequestPayment",
  tagging: "BucketTagging",
  versioning: "BucketVersioning",
  website: "BucketWebsite",
};
/** IAM has no Delete of these: taking one away is putting none. */
const PUT_ONLY = ["encryption", "lifecycle", "replication", "ownershipControls", "publicAccessBlock", "tagging"];
const VERBS: Readonly<Record<string, string>> = { GET: "Get", HEAD: "Get", PUT: "Put", POST: "Put", DELETE: "Delete" };

/** Lambda's REST calls: method and path -> action. */
const LAMBDA: readonly [RegExp, string][] = [
  [/^PUT \/functions\/[^/]+\/concurrency$/, "PutFunctionConcurrency"],
  [/^POST \/functions\/?$/, "CreateFunction"],
  [/^GET \/functions\/[^/]+$/, "GetFunction"],
  [/^DELETE \/functions\/[^/]+$/, "DeleteFunction"],
  [/^GET \/functions\/[^/]+\/configuration$/, "GetFunctionConfiguration"],
  [/^PUT \/functions\/[^/]+\/configuration$/, "UpdateFunctionConfiguration"],
  [/^PUT \/functions\/[^/]+\/code$/, "UpdateFunctionCode"],
  [/^GET \/functions\/[^/]+\/versions$/, "ListVersionsByFunction"],
  [/^POST \/functions\/[^/]+\/versions$/, "PublishVersion"],
  [/^GET \/functions\/[^/]+\/code-signing-config$/, "GetFunctionCodeSigningConfig"],
  [/^GET \/functions\/[^/]+\/policy$/, "GetPolicy"],
  [/^POST \/functions\/[^/]+\/policy$/, "AddPermission"],
  [/^DELETE \/functions\/[^/]+\/policy/, "RemovePermission"],
  [/^POST \/event-source-mappings\/?$/, "CreateEventSourceMapping"],
  [/^GET \/event-source-mappings\/[^/]+$/, "GetEventSourceMapping"],
  [/^PUT \/event-source-mappings\/[^/]+$/, "UpdateEventSourceMapping"],
  [/^DELETE \/event-source-mappings\/[^/]+$/, "DeleteEventSourceMapping"],
  [/^GET \/tags\//, "ListTags"],
  [/^POST \/tags\//, "TagResource"],
];

/** Signing name -> prefix of IAM's actions, where they differ. */
const PREFIXES: Readonly<Record<string, string>> = { monitoring: "cloudwatch" };

/** A signed call, as far as its action is to be told. */
export interface SignedCall {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** Of a form. */
  body?: string;
}

/** Who calls, and the IAM action that the call is; an unsigned call has none. */
export function actionOf({
  method,
  path,
  headers,
  body = "",
}: SignedCall): { key: string; action: string } | undefined {
  const [, key, service] = /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? "") ?? [];
  if (key === undefined || service === undefined) return undefined;
  const name =
    /\.(\w+)$/.exec(String(headers["x-amz-target"] ?? ""))?.[1] ??
    /(?:^|&)Action=(\w+)/.exec(body)?.[1] ??
    (service === "s3" ? bucketAction(method, path) : lambdaAction(method, path));
  return { key, action: `${PREFIXES[service] ?? service}:${name}` };
}

function bucketAction(method: string, path: string): string {
  const url = new URL(path, "http://s3");
  if (/^\/[^/]+\/./.test(url.pathname))
    return `${VERBS[method]}Object${url.searchParams.has("tagging") ? "Tagging" : ""}`;
  const part = [...url.searchParams.keys()].find((name) => name in BUCKET_PARTS);
  if (part !== undefined) {
    const verb = method === "DELETE" && PUT_ONLY.includes(part) ? "Put" : VERBS[method];
    return `${verb}${BUCKET_PARTS[part]}`;
  }
  if (method === "PUT") return "CreateBucket";
  return method === "DELETE" ? "DeleteBucket" : "ListBucket";
}

function lambdaAction(method: string, path: string): string {
  const call = `${method} ${path.replace(/^\/\d{4}-\d{2}-\d{2}/, "").replace(/\?.*$/, "")}`;
  return LAMBDA.find(([pattern]) => pattern.test(call))?.[1] ?? call;
}
