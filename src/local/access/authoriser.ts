import { arnParts, wildcardMatches } from "../stand-in/arns";
import type { IamRequest } from "../stand-in/iam/request";
import { UnknownToStandIn } from "../stand-in/service";
import { decide, type StatementRef } from "./decide";
import type { Policies } from "./declared-policies";
import { type Relevant, relevantTo } from "./relevant";

/** A request that was decided, one for all that no policy tells apart from it. */
export interface Asked {
  request: IamRequest;
  allowed: boolean;
  /** Statements that let it in. */
  by: readonly StatementRef[];
}

interface Answer extends Omit<Asked, "request"> {
  /** What let it in, or why it is refused. */
  why: string;
}

/** Answers by all that policies look at, of any program's: a decision takes a millisecond, and runs ask the same again and again. */
const answers = new Map<string, Promise<Answer>>();

/** Decides what a local run asks of IAM, by its policies, and keeps what was asked. */
export class Authoriser {
  private readonly met = new Map<string, Relevant>();
  private readonly kept = new Map<string, Asked>();

  constructor(readonly policies: Policies) {}

  /** What was asked so far. */
  get asked(): readonly Asked[] {
    return [...this.kept.values()];
  }

  /** Why a request is refused, as AWS words it; undefined where it is allowed. */
  readonly authorise = async (request: IamRequest): Promise<string | undefined> => {
    const { principal, action, resource } = request;
    const key = this.keyOf(request);
    const answer = answers.get(key) ?? this.answer(request);
    answers.set(key, answer);
    const { allowed, by, why } = await answer;
    if (!this.kept.has(key)) this.kept.set(key, { request, allowed, by });
    return allowed
      ? undefined
      : `User: ${principal} is not authorized to perform: ${action} on resource: ${resource.arn}: ${why}`;
  };

  private async answer(request: IamRequest): Promise<Answer> {
    const { allowed, by, reason } = await decide(request, this.policies).catch((cause: unknown) => {
      // No function may take it for AWS's answer.
      throw new UnknownToStandIn(cause instanceof Error ? cause.message : String(cause), { cause });
    });
    return { allowed, by, why: reason.slice(reason.indexOf(request.resource.arn) + request.resource.arn.length + 2) };
  }

  /** The same for requests that the policies can't tell apart. */
  private keyOf(request: IamRequest): string {
    const { principal, action, resource, context = {} } = request;
    const { patterns, keys, wholly, id } = this.relevant(request);
    const asked = Object.entries(context).filter(([key]) => wholly || keys.has(key.toLowerCase()));
    const matched = patterns.map((pattern) => (wildcardMatches(pattern, resource.arn) ? 1 : 0)).join("");
    const of = wholly ? resource.arn : `${kindOf(resource.arn)} ${matched}`;
    return JSON.stringify([principal, action, resource.account, of, asked.sort(), id]);
  }

  private relevant({ principal, action, resource: { arn } }: IamRequest): Relevant {
    const of = `${principal} ${action} ${beginningOf(arn)}`;
    const known = this.met.get(of) ?? relevantTo(this.policies, principal, action, arn);
    this.met.set(of, known);
    return known;
  }
}

/** Type of a resource: some actions are for several. */
function kindOf(arn: string): string {
  const { service = "", resource = "" } = arnParts(arn) ?? {};
  return service === "s3" ? `s3 ${resource.includes("/")}` : `${service} ${resource.split(/[:/]/)[0]}`;
}

/** As much of an ARN as tells whose policy it meets: of an object its bucket, of a version its group. */
function beginningOf(arn: string): string {
  const { service = "" } = arnParts(arn) ?? {};
  if (service !== "s3" && service !== "sagemaker") return arn;
  return arn.split("/", service === "s3" ? 1 : 2).join("/");
}
