import type * as pulumi from "@pulumi/pulumi";
import { bucketArn } from "../../contract/names";

/** Who is let in. */
export interface Principal {
  /**
   * A role that this project makes, in this account or another, or one that others make and take away; a role that exists
   * already, and stays; or a whole account, whoever its administrators let.
   */
  kind: "own-role" | "existing-role" | "account";
  arn: string;
  account: string;
  /** ARN that stands for its whole account. */
  root: string;
}

/** What a grant is about. */
export type Resource =
  | { bucket: string }
  /** Objects whose keys begin so; "" for all. */
  | { bucket: string; keys: string }
  /** Something whose ARN follows from its name. */
  | { arn: string }
  /** Something whose ARN is known once it is made. */
  | { made: Made };

/** What has an ARN that doesn't follow from its name. Keys of evidence are one for each dev account. */
export type Made =
  | "verdict-key"
  | "notice-key"
  | "language-key"
  | "record-key"
  | "record-signing-key"
  | "checkpoint-signing-key"
  | "verdict-signing-key"
  | "revocation-signing-key"
  | "artifact-key"
  | "queue"
  | "watch-queue"
  | "notice-topic"
  | `evidence-key-${string}`;

export type Conditions = Readonly<Record<string, Readonly<Record<string, pulumi.Input<string> | readonly string[]>>>>;

/** One line of the table: who may do what to what. */
export interface Grant {
  /** Statement id: letters and digits. */
  sid: string;
  who: readonly Principal[];
  may: readonly string[];
  on: readonly Resource[];
  when?: Conditions;
}

export interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | Readonly<Record<string, string | readonly string[]>>;
  Action: readonly string[];
  Resource?: pulumi.Input<string>[];
  /** All but these; in a Deny alone. */
  NotResource?: pulumi.Input<string>[];
  Condition?: Conditions;
}

export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: Statement[];
}

export const policyOf = (statements: Statement[]): PolicyDocument => ({ Version: "2012-10-17", Statement: statements });

/** ARNs of what is made, as far as a policy needs them. */
export type MadeArns = Readonly<Partial<Record<Made, pulumi.Input<string>>>>;

/** ARN, or pattern of ARNs, of a resource. */
export function arnOf(resource: Resource, partition: string, made: MadeArns): pulumi.Input<string> {
  if ("keys" in resource) return `${bucketArn(partition, resource.bucket)}/${resource.keys}*`;
  if ("bucket" in resource) return bucketArn(partition, resource.bucket);
  if ("arn" in resource) return resource.arn;
  const arn = made[resource.made];
  if (arn === undefined) throw new Error(`permissions: the ARN of ${resource.made} is needed and wasn't given`);
  return arn;
}

const isOf = (grant: Grant, principal: string): boolean => grant.who.some(({ arn }) => arn === principal);

/** What a principal may do, as a policy to attach to it. */
export function identityPolicy(
  table: readonly Grant[],
  principal: string,
  partition: string,
  made: MadeArns,
): PolicyDocument {
  return policyOf(
    table
      .filter((grant) => isOf(grant, principal))
      .map(({ sid, may, on, when }) => ({
        Sid: sid,
        Effect: "Allow",
        Action: may,
        Resource: on.map((resource) => arnOf(resource, partition, made)),
        ...(when && { Condition: when }),
      })),
  );
}

/** As long as the ARN of a key, a queue or a topic may get. */
const SOME_ARN = { arn: "x".repeat(120) };

/** Characters of that policy, known before what it names is made: IAM would refuse a longer one in the middle of an update. */
export function identityPolicyLength(table: readonly Grant[], principal: string, partition: string): number {
  const known = table.map((grant) => ({ ...grant, on: grant.on.map((at) => ("made" in at ? SOME_ARN : at)) }));
  return JSON.stringify(identityPolicy(known, principal, partition, {})).length;
}

/**
 * A statement of a resource's policy for one principal. S3, KMS and SQS refuse a principal that doesn't exist yet and
 * keep a dead id when one is made anew, so a role of this project is named by its account and `aws:PrincipalArn`.
 */
export function admit(
  principal: Principal,
  sid: string,
  actions: readonly string[],
  resources: pulumi.Input<string>[],
  when: Conditions = {},
): Statement {
  const statement = { Sid: sid, Effect: "Allow" as const, Action: actions, Resource: resources };
  if (principal.kind !== "own-role") {
    const condition = Object.keys(when).length > 0 ? { Condition: when } : {};
    return { ...statement, Principal: { AWS: principal.arn }, ...condition };
  }
  return {
    ...statement,
    Principal: { AWS: principal.root },
    Condition: { ...when, ArnEquals: { ...when.ArnEquals, "aws:PrincipalArn": principal.arn } },
  };
}

/** Refuses what doesn't come over TLS. */
export const denyPlainText = (action: string, resources: pulumi.Input<string>[]): Statement => ({
  Sid: "DenyPlainText",
  Effect: "Deny",
  Principal: "*",
  Action: [action],
  Resource: resources,
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});
