import { arnParts } from "../arns";
import type { VirtualClock } from "../clock";
import type { Caller } from "../service";

/** What a call, or a service that acts as a role, asks of IAM. */
export interface IamRequest {
  /** ARN of the role. */
  principal: string;
  /** For example `s3:PutObject`. */
  action: string;
  /** ARN, `*` where the action takes no resource, and the account that owns it. */
  resource: { arn: string; account: string };
  /** Condition keys that the request has, and their values. */
  context?: Readonly<Record<string, string>>;
}

/** Asks IAM: why it refuses a request; undefined where it allows it. */
export type Authorise = (request: IamRequest) => Promise<string | undefined>;

/** Why IAM refuses the first of these that it refuses; undefined where it allows all. */
export type Refusal = (requests: readonly IamRequest[]) => Promise<string | undefined>;

/** Allows everything where nobody is asked. Virtual time stands still while IAM decides. */
export const refusals =
  (clock: VirtualClock, authorise: Authorise | undefined): Refusal =>
  async (requests) =>
    authorise && clock.hold(firstRefusal(requests, authorise));

async function firstRefusal(requests: readonly IamRequest[], authorise: Authorise): Promise<string | undefined> {
  for (const request of requests) {
    const why = await authorise(request);
    if (why !== undefined) return why;
  }
  return undefined;
}

/** A request about a resource whose ARN says whose it is. */
export const requestFor = (
  principal: string,
  action: string,
  arn: string,
  context: IamRequest["context"] = {},
): IamRequest => ({
  ...{ principal, action, context },
  resource: { arn, account: arnParts(arn)?.account || accountOf(principal) },
});

const accountOf = (principal: string): string => arnParts(principal)?.account ?? "";

/** An ARN in the caller's partition, Region and account. */
export const ownArn = ({ principal, region, account }: Caller, service: string, resource: string): string =>
  `arn:${arnParts(principal)?.partition}:${service}:${region}:${account}:${resource}`;

/** What a service asks KMS in its caller's name; nothing where no key is used. */
export const keyRequests = (
  { principal, account, region }: Caller,
  via: "s3" | "sqs" | "sns",
  keyArn: unknown,
  ...operations: ("Decrypt" | "Encrypt" | "GenerateDataKey")[]
): IamRequest[] =>
  typeof keyArn !== "string"
    ? []
    : operations.map((operation) =>
        requestFor(principal, `kms:${operation}`, keyArn, {
          "kms:ViaService": `${via}.${region}.amazonaws.com`,
          "kms:CallerAccount": account,
        }),
      );
