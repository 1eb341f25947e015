/** The polynomial of CRC-64/NVME, lowest power first. */
const POLYNOMIAL = 0x9a6c9329ac4bc9b5n;
const ONES = 0xffff_ffff;

/** Halves of the remainders of each byte. */
const [LOW, HIGH] = remainders();

function remainders(): [Uint32Array, Uint32Array] {
  const [low, high] = [new Uint32Array(256), new Uint32Array(256)];
  for (let byte = 0; byte < 256; byte += 1) {
    const remainder = Array.from({ length: 8 }).reduce<bigint>(timesX, BigInt(byte));
    low[byte] = Number(remainder & 0xffff_ffffn);
    high[byte] = Number(remainder >> 32n);
  }
  return [low, high];
}

function timesX(value: bigint): bigint {
  return value & 1n ? (value >> 1n) ^ POLYNOMIAL : value >> 1n;
}

/** CRC-64/NVME of some bytes, as S3 computes it of every object. */
export function crc64Nvme(bytes: Uint8Array): bigint {
  let [low, high] = [ONES, ONES];
  for (const byte of bytes) {
    const index = (low ^ byte) & 0xff;
    low = (LOW[index] ?? 0) ^ ((low >>> 8) | (high << 24));
    high = (HIGH[index] ?? 0) ^ (high >>> 8);
  }
  return (BigInt((high ^ ONES) >>> 0) << 32n) | BigInt((low ^ ONES) >>> 0);
}

/** CRC of two byte sequences one after the other, from their CRCs; `size` is the second one's, in bytes. */
export const joinedCrc = (first: bigint, second: bigint, size: number): bigint =>
  times(powerOfX(BigInt(size) * 8n), first) ^ second;

/** CRC of a byte that is there `count` times. */
export function repeatedCrc(byte: number, count: number): bigint {
  if (count === 0) return 0n;
  const half = Math.floor(count / 2);
  const halfCrc = repeatedCrc(byte, half);
  const doubled = joinedCrc(halfCrc, halfCrc, half);
  return count % 2 === 0 ? doubled : joinedCrc(doubled, crc64Nvme(Uint8Array.of(byte)), 1);
}

/** Product of two polynomials, modulo CRC-64/NVME's. */
function times(one: bigint, other: bigint): bigint {
  let [product, factor] = [0n, other];
  for (let term = 1n << 63n; term > 0n; term >>= 1n) {
    if (one & term) product ^= factor;
    factor = timesX(factor);
  }
  return product;
}

const powers = new Map<bigint, bigint>();

/** x to some power, modulo CRC-64/NVME's polynomial. */
function powerOfX(exponent: bigint): bigint {
  const known = powers.get(exponent);
  if (known !== undefined) return known;
  const root = exponent === 0n ? 1n << 63n : powerOfX(exponent / 2n);
  const square = exponent === 0n ? root : times(root, root);
  const power = exponent % 2n === 1n ? timesX(square) : square;
  powers.set(exponent, power);
  return power;
}
