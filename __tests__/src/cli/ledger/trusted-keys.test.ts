import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CHECKPOINT_KEY, LEDGER, NOW, ownFolders, RECORD_KEY } from "../../../support/fixture-copy";
import { runGovernance } from "../../../support/run-governance";

const { folder } = ownFolders();

const spki = (key: KeyObject): string => key.export({ type: "spki", format: "pem" }).toString();
const pair = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const encrypted = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" } as const;
const valid = readFileSync(RECORD_KEY, "utf8");

const REFUSED: [name: string, pem: string, says: string][] = [
  ["a private key", pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(), "holds a PRIVATE key"],
  ["one in the older form", pair.privateKey.export({ type: "sec1", format: "pem" }).toString(), "holds a PRIVATE key"],
  ["an encrypted one", pair.privateKey.export(encrypted).toString(), "holds a PRIVATE key"],
  [
    "a private key after a public one",
    `${valid}${pair.privateKey.export({ type: "pkcs8", format: "pem" })}`,
    "holds a PRIVATE key",
  ],
  ["RSA", spki(generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey), "holds a key of the kind rsa 2048"],
  [
    "another curve",
    spki(generateKeyPairSync("ec", { namedCurve: "secp384r1" }).publicKey),
    "holds a key of the kind ec secp384r1, and what signs here is of the kind ec prime256v1",
  ],
  ["Ed25519", spki(generateKeyPairSync("ed25519").publicKey), "holds a key of the kind ed25519"],
  ["two keys in a file", `${valid}${spki(pair.publicKey)}`, "holds PUBLIC KEY and PUBLIC KEY, expected one"],
  [
    "a certificate",
    "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n",
    "holds CERTIFICATE, expected one",
  ],
  ["a key that was cut off", valid.replace(/\n.{20}/, "\n"), "is no public key in PEM"],
  ["something else", "{}", "is no public key in PEM"],
];

describe.each(["--trusted-key", "--checkpoint-key"])("%s", (option) => {
  it.each(REFUSED)("refuses %s", async (_, pem, says) => {
    const file = path.join(folder(), "key.pem");
    writeFileSync(file, pem);
    const other = option === "--trusted-key" ? ["--checkpoint-key", CHECKPOINT_KEY] : ["--trusted-key", RECORD_KEY];
    const { status, out, err } = await runGovernance("ledger", "verify", LEDGER, ...other, option, file, ...NOW);
    expect(err).toContain(`${option}: ${file} ${says}`);
    expect(err).toContain("aws kms get-public-key");
    expect([status, out]).toEqual([2, ""]);
  });
});

it("tells a file of a key that can't be read", async () => {
  const { status, err } = await runGovernance("ledger", "show", "credit-risk/3", LEDGER, "--trusted-key", LEDGER);
  expect(err).toMatch(/--trusted-key: .*schema-1 can't be read \(.*EISDIR/);
  expect(status).toBe(2);
});
