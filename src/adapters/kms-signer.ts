import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { GetPublicKeyCommand, type KMSClient, SignCommand } from "@aws-sdk/client-kms";
import type { Environment } from "../contract/environment";
import type { RecordKeys } from "../ledger/decision-record";
import { ALGORITHM, fingerprintOf, type Signer, type TrustedKeys } from "../ledger/signed";

/** Public keys of KMS, each asked for once. */
export function kmsPublicKeys(kms: KMSClient): {
  of(arn: string): Promise<KeyObject>;
  all(arns: readonly string[]): Promise<TrustedKeys>;
} {
  const known = new Map<string, KeyObject>();
  const of = async (arn: string): Promise<KeyObject> => {
    const before = known.get(arn);
    if (before !== undefined) return before;
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: arn }));
    if (PublicKey === undefined) throw new Error(`${arn}: KMS answered without a public key`);
    const key = createPublicKey({ key: Buffer.from(PublicKey), type: "spki", format: "der" });
    known.set(arn, key);
    return key;
  };
  const all = async (arns: readonly string[]): Promise<TrustedKeys> => {
    const keys = await Promise.all(arns.map(of));
    return new Map(keys.map((key) => [fingerprintOf(key), key]));
  };
  return { of, all };
}

/** The keys whose signatures on records are believed, from a process's environment. */
export function kmsRecordKeys(kms: KMSClient, environment: RecordKeyArns): () => Promise<RecordKeys> {
  const keys = kmsPublicKeys(kms);
  return async () => ({
    decisions: await keys.all([environment.RECORD_KEY_ARN, ...environment.FORMER_RECORD_KEY_ARNS]),
    revocations: await keys.all([environment.REVOCATION_KEY_ARN, ...environment.FORMER_REVOCATION_KEY_ARNS]),
  });
}

/** ARNs of keys that sign and signed decisions and revocations. */
export type RecordKeyArns = Pick<
  Environment<"checkpoint">,
  "RECORD_KEY_ARN" | "FORMER_RECORD_KEY_ARNS" | "REVOCATION_KEY_ARN" | "FORMER_REVOCATION_KEY_ARNS"
>;

/**
 * One asymmetric KMS key.
 * @param formerArns keys that signed before it
 */
export function kmsSigner(kms: KMSClient, keyArn: string, formerArns: readonly string[] = []): Signer {
  const keys = kmsPublicKeys(kms);
  return {
    key: async () => ({ keyArn, publicKeySha256: fingerprintOf(await keys.of(keyArn)), algorithm: ALGORITHM }),
    trusted: () => keys.all([keyArn, ...formerArns]),
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
