import { createPublicKey, type KeyObject } from "node:crypto";
import { fingerprintOf, type TrustedKeys } from "./signed";

/**
 * Public keys from PEM texts, one each.
 * @throws Error for a text that is no public key of those that sign here; its message goes on from the text's name
 */
export const trustedKeys = (pems: readonly string[]): TrustedKeys =>
  new Map(
    pems.map((pem) => {
      const key = publicKey(pem);
      return [fingerprintOf(key), key];
    }),
  );

function publicKey(pem: string): KeyObject {
  const labels = [...pem.matchAll(/^-----BEGIN ([^-\r\n]+)-----/gm)].map(([, label = ""]) => label);
  if (labels.some((label) => label.includes("PRIVATE KEY")))
    throw new Error(
      "holds a PRIVATE key, which nobody who verifies should have: whoever has it can sign. Remove the file, find out who has seen it, and rotate a key that signs here",
    );
  const [label] = labels;
  if (label === undefined) throw new Error("is no public key in PEM");
  if (label !== "PUBLIC KEY" || labels.length > 1)
    throw new Error(`holds ${labels.join(" and ")}, expected one PUBLIC KEY; give a file for each key`);
  const key = parsed(pem);
  const kind = `${key.asymmetricKeyType} ${key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyDetails?.modulusLength ?? ""}`;
  if (kind !== "ec prime256v1")
    throw new Error(`holds a key of the kind ${kind.trim()}, and what signs here is of the kind ec prime256v1 (P-256)`);
  return key;
}

function parsed(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (cause) {
    throw new Error("is no public key in PEM: what is between its first and last line can't be read", { cause });
  }
}
