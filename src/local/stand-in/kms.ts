import { arnParts, wildcardMatches } from "./arns";
import { arnOf } from "./aws-outputs";
import { Input } from "./call-input";
import { type IamRequest, ownArn, requestFor } from "./iam/request";
import { nameOf, optionalText, wrongInput } from "./inputs";
import { type SigningKey, signDigest, signingKey } from "./kms/signing-key";
import { holds, parsePolicy } from "./policy";
import { AwsError, type Call, type Caller, type DeclaredResource, type Service, UnknownToStandIn } from "./service";

interface Key {
  arn: string;
  resource: DeclaredResource;
  /** Undefined for a symmetric key, which encrypts for other services. */
  pair: SigningKey | undefined;
}

const ALGORITHM = "ECDSA_SHA_256";
const DIGEST_BYTES = 32;

/**
 * AWS KMS's asymmetric keys that sign. Symmetric keys are looked at by the services that encrypt with them.
 * Who signs or reads a public key must be let in by the key's policy, also in the key's own account.
 */
export class Kms implements Service {
  private readonly keys: readonly Key[];

  /** @throws Error for a key that KMS would refuse, UnknownToStandIn for a kind that isn't known */
  constructor(resources: readonly DeclaredResource[]) {
    this.keys = resources.filter(({ type }) => type === "aws:kms/key:Key").map(keyOf);
  }

  /** A signing key's SubjectPublicKeyInfo in DER; undefined where there is no such key. */
  publicKey(arn: string): Uint8Array | undefined {
    return this.keys.find((key) => key.arn === arn)?.pair?.publicKey;
  }

  needs({ operation, input, caller }: Call): IamRequest[] {
    if (operation !== "Sign" && operation !== "GetPublicKey") throw new UnknownToStandIn(`KMS ${operation}`);
    const id = String(input.KeyId);
    const said = { "kms:SigningAlgorithm": input.SigningAlgorithm, "kms:MessageType": input.MessageType };
    const context = Object.entries(said).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]));
    const arn = id.startsWith("arn:") ? id : ownArn(caller, "kms", `key/${id}`);
    return [requestFor(caller.principal, `kms:${operation}`, arn, Object.fromEntries(context))];
  }

  async call(call: Call): Promise<unknown> {
    switch (call.operation) {
      case "Sign":
        return this.sign(new Input(call, ["KeyId", "Message", "MessageType", "SigningAlgorithm"]));
      case "GetPublicKey":
        return this.getPublicKey(new Input(call, ["KeyId"]));
      default:
        throw new UnknownToStandIn(`KMS ${call.operation}`);
    }
  }

  private sign(input: Input) {
    const algorithm = input.choice("SigningAlgorithm", [ALGORITHM]);
    if (algorithm === undefined) throw new AwsError("ValidationException", "SigningAlgorithm must not be null");
    if (input.choice("MessageType", ["DIGEST"]) === undefined) throw new UnknownToStandIn("KMS Sign of a RAW message");
    const { arn, pair } = this.find(input, "kms:Sign", new Map([["kms:signingalgorithm", algorithm]]));
    const message = input.value("Message");
    if (!(message instanceof Uint8Array) || message.length !== DIGEST_BYTES)
      throw new AwsError("ValidationException", `Digest is invalid length for algorithm ${algorithm}.`);
    return { KeyId: arn, Signature: signDigest(pair, message), SigningAlgorithm: algorithm };
  }

  private getPublicKey(input: Input) {
    const { arn, pair } = this.find(input, "kms:GetPublicKey", new Map());
    const spec = "ECC_NIST_P256";
    return {
      ...{ KeyId: arn, PublicKey: pair.publicKey, KeyUsage: "SIGN_VERIFY", SigningAlgorithms: [ALGORITHM] },
      ...{ KeySpec: spec, CustomerMasterKeySpec: spec },
    };
  }

  private find(input: Input, action: string, said: ReadonlyMap<string, string>): Key & { pair: SigningKey } {
    const { caller, operation } = input;
    const id = input.text("KeyId");
    const parts = arnParts(id);
    if (id.includes("alias/")) throw new UnknownToStandIn(`KMS ${operation}: KeyId ${id}, by its alias`);
    const arn =
      parts === undefined
        ? `arn:${arnParts(caller.principal)?.partition}:kms:${caller.region}:${caller.account}:key/${id}`
        : id;
    const key = this.keys.find((one) => one.arn === arn && one.resource.region === caller.region);
    if (key === undefined) throw new AwsError("NotFoundException", `Key '${arn}' does not exist`);
    requireAdmitted(key, caller, action, said);
    const { pair } = key;
    if (pair !== undefined) return { ...key, pair };
    throw operation === "GetPublicKey"
      ? new AwsError("UnsupportedOperationException", `${arn} is symmetric: it has no public key`)
      : new AwsError(
          "InvalidKeyUsageException",
          `${arn} key usage is ENCRYPT_DECRYPT which is not valid for ${operation}.`,
        );
  }
}

/**
 * Refuses whom the key's policy doesn't let do that. A statement for a whole account leaves it to the account, whose
 * identities' policies aren't looked at.
 */
function requireAdmitted(
  { arn, resource }: Key,
  { principal, account }: Caller,
  action: string,
  said: ReadonlyMap<string, string>,
): void {
  const root = `arn:${arnParts(principal)?.partition}:iam::${account}:root`;
  const context = new Map([
    ...said,
    ["aws:principalarn", principal],
    ["aws:principalaccount", account],
    ["aws:securetransport", "true"],
    ["aws:principalisawsservice", "false"],
    ["kms:calleraccount", account],
  ]);
  const admitted = parsePolicy(resource.inputs.policy, nameOf(resource)).some(
    ({ effect, who, actions, conditions }) =>
      effect === "Allow" &&
      actions?.some((pattern) => wildcardMatches(pattern, action)) &&
      who?.aws.some((name) => ["*", principal, root, account].includes(name)) &&
      conditions.every((condition) => holds(condition, context)),
  );
  if (!admitted) {
    throw new AwsError("AccessDeniedException", `the policy of key ${arn} doesn't let ${principal} do ${action}`);
  }
}

/** Kinds of keys that are known, by their spec, and the usage that goes with each. */
const SPECS: Readonly<Record<string, string>> = { SYMMETRIC_DEFAULT: "ENCRYPT_DECRYPT", ECC_NIST_P256: "SIGN_VERIFY" };

function keyOf(resource: DeclaredResource): Key {
  const spec = optionalText(resource, "customerMasterKeySpec") ?? "SYMMETRIC_DEFAULT";
  const usage = optionalText(resource, "keyUsage") ?? "ENCRYPT_DECRYPT";
  const expected = SPECS[spec];
  if (expected === undefined) throw new UnknownToStandIn(`${nameOf(resource)}: customerMasterKeySpec ${spec}`);
  if (usage !== expected) throw wrongInput(resource, "keyUsage", `${expected}, as ${spec} is for nothing else`);
  const arn = arnOf(resource);
  if (spec === "SYMMETRIC_DEFAULT") return { arn, resource, pair: undefined };
  if (resource.inputs.enableKeyRotation === true)
    throw new Error(`${nameOf(resource)}: an asymmetric key doesn't rotate by itself`);
  return { arn, resource, pair: signingKey(arn) };
}
