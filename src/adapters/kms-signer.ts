import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { GetPublicKeyCommand, type KMSClient, SignCommand } from "@aws-sdk/client-kms";
import { ALGORITHM, fingerprintOf, type Signer } from "../ledger/signed";

/**
 * One asymmetric KMS key. Public keys are asked for once in a process.
 * @param formerArns keys that signed before it
 */
export function kmsSigner(kms: KMSClient, keyArn: string, formerArns: readonly string[] = []): Signer {
  const known = new Map<string, KeyObject>();
  const publicKey = async (arn: string): Promise<KeyObject> => {
    const before = known.get(arn);
    if (before !== undefined) return before;
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: arn }));
    if (PublicKey === undefined) throw new Error(`${arn}: KMS answered without a public key`);
    const key = createPublicKey({ key: Buffer.from(PublicKey), type: "spki", format: "der" });
    known.set(arn, key);
    return key;
  };
  return {
    key: async () => ({ keyArn, publicKeySha256: fingerprintOf(await publicKey(keyArn)), algorithm: ALGORITHM }),
    async trusted() {
      const keys = await Promise.all([keyArn, ...formerArns].map(publicKey));
      return new Map(keys.map((key) => [fingerprintOf(key), key]));
    },
    async sign(text) {
      // KMS takes 4096 bytes at most, or a digest.
      const Message = createHash("sha256").update(text).digest();
      const { Signature } = await kms.send(
        new SignCommand({ KeyId: keyArn, Message, MessageType: "DIGEST", SigningAlgorithm: ALGORITHM }),
      );
      if (Signature === undefined) throw new Error(`${keyArn}: KMS answered without a signature`);
      return Signature;
    },
  };
}
