import { createHash, createPublicKey, verify } from "node:crypto";
import fc from "fast-check";
import { arnOf } from "../../../../src/local/stand-in/aws-outputs";
import { Kms } from "../../../../src/local/stand-in/kms";
import type { Caller } from "../../../../src/local/stand-in/service";
import { as, caller, DEV, declared, field, GOVERNANCE, policy, refusal, roleArn } from "../../../support/surroundings";

const admit = (role: string, Action: string, Condition: Record<string, unknown> = {}) => ({
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${GOVERNANCE}:root` },
  Action: [Action],
  Resource: "*",
  Condition: { ...Condition, ArnEquals: { "aws:PrincipalArn": roleArn(GOVERNANCE, role) } },
});
const document = policy(
  admit("start", "kms:Sign", { StringEquals: { "kms:SigningAlgorithm": "ECDSA_SHA_256" } }),
  admit("start", "kms:GetPublicKey"),
  admit("pipeline", "kms:GetPublicKey"),
);
const SIGNING = { customerMasterKeySpec: "ECC_NIST_P256", keyUsage: "SIGN_VERIFY", policy: document };
const key = (name: string, inputs: Record<string, unknown>) => declared("kms/key:Key", name, inputs);
const [signing, other, symmetric] = [
  key("signing", SIGNING),
  key("other", SIGNING),
  key("symmetric", { policy: document }),
];
const KeyId = arnOf(signing);
const kms = new Kms([signing, other, symmetric]);
const start = caller(kms, as(GOVERNANCE, "start"));

const bytes = (answer: unknown, name: string): Buffer => {
  const value = field(answer, name);
  if (!(value instanceof Uint8Array)) throw new Error(`${name} is no Uint8Array`);
  return Buffer.from(value);
};
const digestOf = (message: Uint8Array) => createHash("sha256").update(message).digest();
const sign = (digest: Uint8Array) => ({
  ...{ KeyId, Message: digest, MessageType: "DIGEST", SigningAlgorithm: "ECDSA_SHA_256" },
});

describe("a key that signs", () => {
  it("signs any digest so that Node.js verifies it with the public key, and with no other", async () => {
    const [own, another] = await Promise.all(
      [KeyId, arnOf(other)].map(async (of) => {
        const answer = await start("GetPublicKey", { KeyId: of });
        return createPublicKey({ key: bytes(answer, "PublicKey"), type: "spki", format: "der" });
      }),
    );
    if (own === undefined || another === undefined) throw new Error("two keys");
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), async (message) => {
        const signature = bytes(await start("Sign", sign(digestOf(message))), "Signature");
        return verify("sha256", message, own, signature) && !verify("sha256", message, another, signature);
      }),
      { numRuns: 50 },
    );
  });

  it("says what it is", async () => {
    expect(await start("GetPublicKey", { KeyId })).toMatchObject({
      ...{ KeyId, KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY", SigningAlgorithms: ["ECDSA_SHA_256"] },
    });
    expect(await start("Sign", sign(digestOf(Buffer.of(1))))).toMatchObject({
      KeyId,
      SigningAlgorithm: "ECDSA_SHA_256",
    });
  });
});

const digest = digestOf(Buffer.of());

describe("KMS refuses", () => {
  it.each<[string, Caller, string, Record<string, unknown>, RegExp]>([
    ["who may only read the public key", as(GOVERNANCE, "pipeline"), "Sign", sign(digest), /^AccessDenied.*kms:Sign/],
    ["whom no statement names", as(GOVERNANCE, "other"), "GetPublicKey", { KeyId }, /^AccessDenied.*GetPublicKey/],
    ["another account", as(DEV, "team"), "GetPublicKey", { KeyId }, /^AccessDenied/],
    ["another Region", as(GOVERNANCE, "start", "eu-west-1"), "GetPublicKey", { KeyId }, /^NotFoundException/],
    ["a key that isn't there", as(GOVERNANCE, "start"), "GetPublicKey", { KeyId: "none" }, /^NotFound.*key\/none/],
    [
      "a symmetric key",
      as(GOVERNANCE, "start"),
      "Sign",
      { ...sign(digest), KeyId: arnOf(symmetric) },
      /^InvalidKeyUsageException/,
    ],
    ["a short digest", as(GOVERNANCE, "start"), "Sign", sign(digest.subarray(1)), /^ValidationException: Digest/],
    [
      "a message",
      as(GOVERNANCE, "start"),
      "Sign",
      { ...sign(digest), MessageType: "RAW" },
      /^UnknownToStandIn: Sign: MessageType RAW/,
    ],
    [
      "an unknown field",
      as(GOVERNANCE, "start"),
      "Sign",
      { ...sign(digest), DryRun: true },
      /^UnknownToStandIn.*DryRun/,
    ],
    ["an unknown operation", as(GOVERNANCE, "start"), "Encrypt", { KeyId }, /^UnknownToStandIn: KMS Encrypt/],
  ])("%s", async (_, who, operation, input, refused) => {
    expect(await refusal(caller(kms, who)(operation, input))).toMatch(refused);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["of a signing kind that encrypts", { ...SIGNING, keyUsage: undefined }, /expected SIGN_VERIFY/],
    ["that rotates and signs", { ...SIGNING, enableKeyRotation: true }, /doesn't rotate by itself/],
    ["of an unknown kind", { ...SIGNING, customerMasterKeySpec: "RSA_2048" }, /UnknownToStandIn.*RSA_2048/],
  ])("to make a key %s", (_, inputs, refused) => {
    let said = "";
    try {
      new Kms([key("one", inputs)]);
    } catch (error) {
      said = String(error);
    }
    expect(said).toMatch(refused);
  });
});
