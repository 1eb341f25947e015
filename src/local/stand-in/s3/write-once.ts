import { isRecord, listOf } from "../inputs";
import { AwsError } from "../service";
import type { Bucket } from "./bucket";

/** How an object comes to be: S3 asks conditions about the creating call, not about a part's upload. */
interface Creation {
  ifNoneMatch: boolean;
  creates: boolean;
}

const ABOUT_CREATION = ["s3:if-none-match", "s3:objectcreationoperation"];

/** Enforces a bucket policy that denies creating an object without If-None-Match. */
export function requireConditionalWrite({ name, policy }: Bucket, creation: Creation): void {
  const document: unknown = typeof policy?.inputs.policy === "string" ? JSON.parse(policy.inputs.policy) : undefined;
  const statements = isRecord(document) ? listOf(document.Statement).filter(isRecord) : [];
  if (statements.some((statement) => denies(statement, creation))) {
    throw new AwsError("AccessDenied", `PutObject: the policy of bucket ${name} denies it without If-None-Match`, 403);
  }
}

function denies({ Effect, Action, Condition }: Readonly<Record<string, unknown>>, creation: Creation): boolean {
  const puts = listOf(Action).some((action) => action === "s3:PutObject" || action === "s3:*");
  if (Effect !== "Deny" || !puts || !isRecord(Condition)) return false;
  const conditions = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(isRecord(keys) ? keys : {}).map(([key, value]) => ({
      operator,
      key: key.toLowerCase(),
      value: String(value),
    })),
  );
  if (!conditions.some(({ key }) => key === "s3:if-none-match")) return false;
  return conditions
    .filter(({ key }) => ABOUT_CREATION.includes(key))
    .every(({ key, value }) =>
      key === "s3:if-none-match" ? value === String(!creation.ifNoneMatch) : value === String(creation.creates),
    );
}
