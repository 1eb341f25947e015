import type { Place } from "../../contract/names";
import { admit, type Grant, type Made, type PolicyDocument, policyOf, type Statement } from "./grant";
import { rootArn } from "./principals";

/** Actions that administer a key; none of them uses it. */
const ADMINISTER = [
  "kms:CancelKeyDeletion",
  "kms:CreateAlias",
  "kms:DeleteAlias",
  "kms:DescribeKey",
  "kms:DisableKey",
  "kms:DisableKeyRotation",
  "kms:EnableKey",
  "kms:EnableKeyRotation",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListAliases",
  "kms:ListGrants",
  "kms:ListKeyPolicies",
  "kms:ListResourceTags",
  "kms:PutKeyPolicy",
  "kms:RevokeGrant",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];

/** In a key's own policy, `*` is that key. */
const THIS_KEY = ["*"];

/**
 * A key's policy: the account administers it, and whom the table lists uses it, nobody else.
 * @param services AWS services that use it for a topic
 */
export const keyPolicy = (
  table: readonly Grant[],
  key: Made,
  place: Place,
  services: readonly string[] = [],
): PolicyDocument =>
  policyOf([
    {
      Sid: "AccountAdministers",
      Effect: "Allow",
      Principal: { AWS: rootArn(place) },
      Action: ADMINISTER,
      Resource: THIS_KEY,
    },
    ...keyAdmissions(table, key, services),
  ]);

/** Whom a key's policy lets in, of its own account and of others alike. */
export const keyAdmissions = (table: readonly Grant[], key: Made, services: readonly string[] = []): Statement[] => [
  ...table
    .filter(({ on }) => on.some((resource) => "made" in resource && resource.made === key))
    .flatMap(({ sid, who, may }) =>
      who.map((principal, at) => admit(principal, `${sid}${words(principal.arn)}${at || ""}`, may, THIS_KEY)),
    ),
  ...services.map(serviceUses),
];

/** `arn:…:role/mg-start-us-east-1` -> `MgStartUsEast1`: statement ids are letters and digits, each once in a policy. */
const words = (arn: string): string =>
  (arn.split(/[:/]/).at(-1) ?? "")
    .split(/[^a-zA-Z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");

/** Without a condition on the source: that services name it to KMS when they publish to an encrypted topic isn't documented. */
const serviceUses = (service: string): Statement => ({
  Sid: `Lets${words(service.replaceAll(".", "-"))}`,
  Effect: "Allow",
  Principal: { Service: service },
  Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
  Resource: THIS_KEY,
});
