import { isObject } from "../../src/core/shape";

/** What the emulator asks for where AWS asks for the first: it authorises S3 by the name of the API call. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  "s3:GetObject": ["s3:HeadObject"],
  "s3:GetObjectVersion": ["s3:GetObject", "s3:HeadObject"],
  "s3:GetObjectAttributes": ["s3:HeadObject"],
  "s3:ListBucket": ["s3:ListObjectsV2", "s3:HeadBucket"],
  "s3:ListBucketVersions": ["s3:ListObjectVersions"],
  "s3:PutObject": [
    "s3:CopyObject",
    "s3:CreateMultipartUpload",
    "s3:UploadPart",
    "s3:UploadPartCopy",
    "s3:CompleteMultipartUpload",
  ],
};

const ENCODINGS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => JSON.stringify(text).slice(1, -1),
  (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
];

/** IAM answers with documents in URL encoding. */
const IAM_DOCUMENT = /(?<=<(?:PolicyDocument|Document)>)[^<]+/g;

/**
 * IAM policies as AWS and as the emulator understand them. What differs, and AWS is right in each (IAM's documentation of
 * global condition keys, S3's list of actions): `aws:PrincipalArn` of a role's session is the role's ARN, the emulator
 * has the session's; S3 authorises HeadObject as s3:GetObject and the like, the emulator each call by its own name.
 */
export class PolicyDialect {
  private readonly originals = new Map<string, string>();

  /** A request's body with its policies as the emulator understands them. */
  toEmulator(body: string, contentType: string): string {
    if (contentType.startsWith("application/x-www-form-urlencoded")) {
      const form = new URLSearchParams(body);
      const changed = [...form].filter(([name, value]) => {
        const other = this.translate(value);
        if (other !== value) form.set(name, other);
        return other !== value;
      });
      return changed.length === 0 ? body : form.toString();
    }
    const whole = this.translate(body);
    if (whole !== body) return whole;
    const document = parsed(body);
    const inside = mapTexts(document, (text) => this.translate(text));
    return JSON.stringify(inside) === JSON.stringify(document) ? body : JSON.stringify(inside);
  }

  /** An answer with the policies as they were given. */
  fromEmulator(answer: string): string {
    let text = answer.replace(IAM_DOCUMENT, (document) => {
      const original = this.originals.get(decodeURIComponent(document));
      return original === undefined ? document : encodeURIComponent(original);
    });
    for (const [translated, original] of this.originals) {
      for (const encoded of ENCODINGS) text = text.replaceAll(encoded(translated), encoded(original));
    }
    return text;
  }

  /** A policy's text; other texts stay as they are. */
  private translate(text: string): string {
    const policy = text.startsWith("{") ? parsed(text) : undefined;
    if (!isObject(policy) || !Array.isArray(policy.Statement)) return text;
    const translated = JSON.stringify({ ...policy, Statement: policy.Statement.map(translatedStatement) });
    if (translated === JSON.stringify(policy)) return text;
    this.originals.set(translated, text);
    return translated;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === "string") return map(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, map));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTexts(item, map)]));
}

function translatedStatement(statement: unknown): unknown {
  if (!isObject(statement)) return statement;
  const { Action: action, Condition: condition } = statement;
  const actions = [action].flat().filter((name) => typeof name === "string");
  const more = actions.flatMap((name) => OTHER_NAMES[name] ?? []).filter((name) => !actions.includes(name));
  return {
    ...statement,
    ...(more.length > 0 ? { Action: [...actions, ...new Set(more)] } : {}),
    ...(isObject(condition) ? { Condition: sessions(condition) } : {}),
  };
}

const KEY = "aws:PrincipalArn";

/** Conditions on the role's ARN, on that of its sessions as well. */
function sessions(condition: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const entries = Object.entries(condition).map(([operator, keys]) => {
    if (!isObject(keys) || !(KEY in keys)) return [operator, keys];
    const roles = [keys[KEY]].flat().map(String);
    const both = [
      ...roles,
      ...roles.map((arn) => arn.replace(/:iam::(\d+):role\/(?:.*\/)?/, ":sts::$1:assumed-role/").concat("/*")),
    ];
    return [operator.replace("Equals", "Like"), { ...keys, [KEY]: both }];
  });
  return Object.fromEntries(entries);
}
