import { arnParts, wildcardMatches } from "./arns";
import { isRecord, listOf } from "./inputs";
import { UnknownToStandIn } from "./service";

/** What a request says of itself, as far as conditions look at it: condition key in lower case -> value. */
export type RequestContext = ReadonlyMap<string, string>;

/** A statement of a policy document; `who` is undefined in an identity's policy. */
export interface Statement {
  effect: "Allow" | "Deny";
  who: Principals | undefined;
  /** Patterns; undefined where NotAction says what is left out. */
  actions: readonly string[] | undefined;
  conditions: readonly Condition[];
}

/** `*` for everyone. */
export interface Principals {
  aws: readonly string[];
  services: readonly string[];
}

interface Condition {
  operator: string;
  key: string;
  values: readonly string[];
}

const STATEMENT_FIELDS = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];
/** Condition keys that speak of the caller, the connection or the resource that causes the call. */
const CALLER_KEYS = [
  "aws:principalarn",
  "aws:principalaccount",
  "aws:sourcearn",
  "aws:sourceaccount",
  "aws:securetransport",
  "aws:principalisawsservice",
];
/** Condition keys that speak of the call's own fields; who may come in doesn't depend on them. */
const REQUEST_KEYS = [
  "s3:if-none-match",
  "s3:objectcreationoperation",
  "s3:x-amz-server-side-encryption",
  "s3:x-amz-copy-source",
  "s3:x-amz-server-side-encryption-aws-kms-key-id",
  "s3:prefix",
  "s3:tlsversion",
  "kms:viaservice",
  "kms:calleraccount",
  "kms:granttype",
  "kms:grantisforawsresource",
  "kms:signingalgorithm",
  "sagemaker:modelapprovalstatus",
  "iam:passedtoservice",
  "sns:protocol",
  "sts:rolesessionname",
  "aws:multifactorauthpresent",
  "s3:object-lock-mode",
  "lambda:sourcefunctionarn",
  "kms:encryptioncontext:aws:s3:arn",
  "kms:encryptioncontext:aws:logs:arn",
];

const NEGATED: Readonly<Record<string, boolean>> = {
  StringEquals: false,
  StringLike: false,
  ArnEquals: false,
  ArnLike: false,
  Bool: false,
  Null: false,
  StringNotEquals: true,
  StringNotLike: true,
  ArnNotEquals: true,
  ArnNotLike: true,
};

/**
 * Reads a policy document, given as text or as an object.
 * @param of whose policy it is, for messages
 * @throws UnknownToStandIn for an element, operator or condition key that it doesn't know
 */
export function parsePolicy(policy: unknown, of: string): readonly Statement[] {
  const before = parsed.get(policy);
  if (before !== undefined) return before;
  const statements = parseDocument(typeof policy === "string" ? JSON.parse(policy) : policy, of);
  parsed.set(policy, statements);
  return statements;
}

/** By text or object: each call asks policies again, and nobody changes one. */
const parsed = new Map<unknown, readonly Statement[]>();

function parseDocument(document: unknown, of: string): Statement[] {
  if (!isRecord(document) || document.Version !== "2012-10-17") {
    throw new Error(`${of}: a policy document needs Version "2012-10-17"`);
  }
  return listOf(document.Statement).map((statement) => parseStatement(statement, of));
}

function parseStatement(statement: unknown, of: string): Statement {
  if (!isRecord(statement)) throw new Error(`${of}: a policy's statement must be an object`);
  const unknown = Object.keys(statement).filter((field) => !STATEMENT_FIELDS.includes(field));
  if (unknown.length > 0) throw new UnknownToStandIn(`${of}: policy element ${unknown.join(", ")}`);
  const { Effect: effect, Principal, NotPrincipal, Action, NotAction } = statement;
  if (effect !== "Allow" && effect !== "Deny") throw new Error(`${of}: Effect must be Allow or Deny`);
  if (NotPrincipal !== undefined) throw new UnknownToStandIn(`${of}: NotPrincipal`);
  if (listOf(Action ?? NotAction).length === 0) throw new Error(`${of}: a statement without Action`);
  return {
    effect,
    who: parsePrincipals(Principal, of),
    actions: Action === undefined ? undefined : listOf(Action).map(String),
    conditions: parseConditions(statement.Condition, of),
  };
}

function parsePrincipals(principal: unknown, of: string): Principals | undefined {
  if (principal === undefined) return undefined;
  if (principal === "*") return { aws: ["*"], services: [] };
  if (!isRecord(principal)) throw new Error(`${of}: Principal must be "*" or an object`);
  const unknown = Object.keys(principal).filter((kind) => kind !== "AWS" && kind !== "Service");
  if (unknown.length > 0) throw new UnknownToStandIn(`${of}: principal of kind ${unknown.join(", ")}`);
  const texts = (value: unknown) => listOf(value).map(String);
  return { aws: texts(principal.AWS), services: texts(principal.Service) };
}

function parseConditions(block: unknown, of: string): Condition[] {
  if (block === undefined) return [];
  if (!isRecord(block)) throw new Error(`${of}: Condition must be an object`);
  return Object.entries(block).flatMap(([operator, keys]) => {
    if (NEGATED[operator.replace(/IfExists$/, "")] === undefined) {
      throw new UnknownToStandIn(`${of}: condition operator ${operator}`);
    }
    return Object.entries(isRecord(keys) ? keys : {}).map(([name, values]) => {
      const key = name.toLowerCase();
      if (![...CALLER_KEYS, ...REQUEST_KEYS].includes(key)) {
        throw new UnknownToStandIn(`${of}: condition key ${name}`);
      }
      return { operator, key, values: listOf(values).map(String) };
    });
  });
}

/** Whether all conditions hold, as far as they speak of the caller. */
export function conditionsHold(conditions: readonly Condition[], context: RequestContext): boolean {
  return conditions.filter(({ key }) => CALLER_KEYS.includes(key)).every((condition) => holds(condition, context));
}

/** Whether one condition holds of a request; a key that the context lacks is absent from the request. */
export function holds({ operator, key, values }: Condition, context: RequestContext): boolean {
  const name = operator.replace(/IfExists$/, "");
  const actual = context.get(key);
  if (name === "Null") return values.includes(String(actual === undefined));
  const negated = NEGATED[name] === true;
  if (actual === undefined) return negated || operator.endsWith("IfExists");
  const like = name.includes("Like") || name.startsWith("Arn");
  return values.some((value) => (like ? wildcardMatches(value, actual) : value === actual)) !== negated;
}

/** Every AWS principal that the statements name, those in conditions on `aws:PrincipalArn` of an Allow too. */
export function namedPrincipals(statements: readonly Statement[]): string[] {
  return statements.flatMap(({ who, conditions }) => [
    ...(who?.aws.filter((name) => name !== "*") ?? []),
    ...conditions.filter(({ key }) => key === "aws:principalarn").flatMap(({ values }) => values),
  ]);
}

/** Whether some statement allows this AWS principal in, and its conditions on the caller hold. */
export const allowsPrincipal = (statements: readonly Statement[], principal: string): boolean =>
  statements.some((statement) => statement.effect === "Allow" && isAbout(statement, principal));

/** Whether some statement denies this AWS principal an action, by conditions on the caller alone. */
export const deniesPrincipal = (statements: readonly Statement[], principal: string, action: string): boolean =>
  statements.some(
    (statement) =>
      statement.effect === "Deny" &&
      statement.actions?.some((pattern) => wildcardMatches(pattern, action)) === true &&
      statement.conditions.every(({ key }) => CALLER_KEYS.includes(key)) &&
      isAbout(statement, principal),
  );

function isAbout({ who, conditions }: Statement, principal: string): boolean {
  const parts = arnParts(principal);
  const account = parts?.account ?? "";
  const root = `arn:${parts?.partition}:iam::${account}:root`;
  const context = new Map([
    ["aws:principalarn", principal],
    ["aws:principalaccount", account],
    ["aws:securetransport", "true"],
    ["aws:principalisawsservice", "false"],
  ]);
  return (
    who?.aws.some((name) => ["*", principal, root, account].includes(name)) === true &&
    conditionsHold(conditions, context)
  );
}

/** Statements of a policy that may not be there. */
export const statementsOf = (policy: unknown, of: string): readonly Statement[] =>
  policy === undefined ? [] : parsePolicy(policy, of);

/**
 * Whether some statement allows an AWS service in that acts for the resource `sourceArn`.
 * @param sourceAccount whose resource it is, where the ARN doesn't say: a bucket's
 */
export function allowsService(
  statements: readonly Statement[],
  service: string,
  sourceArn: string,
  sourceAccount = arnParts(sourceArn)?.account ?? "",
): boolean {
  const context = new Map([
    ["aws:sourcearn", sourceArn],
    ["aws:sourceaccount", sourceAccount],
    ["aws:securetransport", "true"],
    ["aws:principalisawsservice", "true"],
  ]);
  return statements.some(
    ({ effect, who, conditions }) =>
      effect === "Allow" && who?.services.includes(service) && conditionsHold(conditions, context),
  );
}
