import { generateKeyPairSync, sign } from "node:crypto";
import { GetPublicKeyCommand, KMSClient, SignCommand } from "@aws-sdk/client-kms";
import { mockClient } from "aws-sdk-client-mock";
import { kmsSigner } from "../../../src/adapters/kms-signer";
import { fingerprintOf } from "../../../src/ledger/signed";
import { awsError, sent } from "../../support/sdk-answers";

const kms = mockClient(KMSClient);
const client = new KMSClient({ region: "us-east-1" });
const arnOf = (key: string) => `arn:aws:kms:us-east-1:444455556666:key/${key}`;
const OWN = arnOf("own");
const FORMER = arnOf("former");
const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
const former = generateKeyPairSync("ec", { namedCurve: "P-256" });
const der = ({ publicKey }: typeof own) => new Uint8Array(publicKey.export({ type: "spki", format: "der" }));

beforeEach(() => {
  kms.reset();
  kms.on(GetPublicKeyCommand, { KeyId: OWN }).resolves({ PublicKey: der(own) });
  kms.on(GetPublicKeyCommand, { KeyId: FORMER }).resolves({ PublicKey: der(former) });
});

it("says which key signs, and asks for it once", async () => {
  const signer = kmsSigner(client, OWN);
  const key = { keyArn: OWN, publicKeySha256: fingerprintOf(own.publicKey), algorithm: "ECDSA_SHA_256" };
  expect([await signer.key(), await signer.key()]).toEqual([key, key]);
  expect(sent(kms)).toEqual([["GetPublicKey", { KeyId: OWN }]]);
});

it("trusts its own key and those before it", async () => {
  const trusted = await kmsSigner(client, OWN, [FORMER]).trusted();
  expect([...trusted.keys()]).toEqual([own, former].map(({ publicKey }) => fingerprintOf(publicKey)));
  expect([...trusted].every(([fingerprint, key]) => fingerprintOf(key) === fingerprint)).toBe(true);
});

it("trusts no former key that it wasn't told of", async () => {
  expect([...(await kmsSigner(client, OWN).trusted()).keys()]).toEqual([fingerprintOf(own.publicKey)]);
});

it("has KMS sign the digest of a text of any length", async () => {
  const text = "é".repeat(10_000);
  const signature = new Uint8Array(sign("sha256", Buffer.from(text), own.privateKey));
  kms.on(SignCommand).resolves({ Signature: signature });
  expect(await kmsSigner(client, OWN).sign(text)).toEqual(signature);
  expect(sent(kms)).toEqual([
    [
      "Sign",
      {
        KeyId: OWN,
        Message: Buffer.from("3877d08990923f37e0442507f6aca03d1cc011fc4bb6860762f9cf0db0d13deb", "hex"),
        MessageType: "DIGEST",
        SigningAlgorithm: "ECDSA_SHA_256",
      },
    ],
  ]);
});

it("takes no answer without a key or a signature", async () => {
  kms.on(GetPublicKeyCommand).resolves({});
  kms.on(SignCommand).resolves({});
  const signer = kmsSigner(client, OWN, [FORMER]);
  await expect(signer.key()).rejects.toThrow(`${OWN}: KMS answered without a public key`);
  await expect(signer.sign("{}")).rejects.toThrow(`${OWN}: KMS answered without a signature`);
});

it.each(["AccessDeniedException", "DisabledException", "KMSInvalidStateException", "ThrottlingException"])(
  "throws %s, and asks again the next time",
  async (name) => {
    const signer = kmsSigner(client, OWN, [FORMER]);
    kms.on(SignCommand).rejects(awsError(name));
    kms
      .on(GetPublicKeyCommand, { KeyId: FORMER })
      .rejectsOnce(awsError(name))
      .resolves({ PublicKey: der(former) });
    await expect(signer.sign("{}")).rejects.toMatchObject({ name });
    await expect(signer.trusted()).rejects.toMatchObject({ name });
    expect((await signer.trusted()).size).toBe(2);
  },
);
