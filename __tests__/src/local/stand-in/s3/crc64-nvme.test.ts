import fc from "fast-check";
import { bodyOf, contentOf, crcOf, joined, sizeOf, sliced } from "../../../../../src/local/stand-in/s3/content";
import { crc64Nvme, joinedCrc, repeatedCrc } from "../../../../../src/local/stand-in/s3/crc64-nvme";

const crcOfText = (text: string) => crc64Nvme(Buffer.from(text));

describe("CRC-64/NVME", () => {
  it.each<[string, bigint]>([
    ["", 0n],
    ["123456789", 0xae8b_1486_0a79_9888n],
    ["test1", 0x7585_d198_a2d5_b287n],
    ["test2", 0xf436_c0c0_f28b_290cn],
    ["test1test2", 0x215f_4b83_b862_62f3n],
  ])("of %j", (text, crc) => {
    expect(crcOfText(text)).toBe(crc);
  });

  it("of two sequences comes from theirs", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (one, other) => {
        const whole = crc64Nvme(Buffer.concat([one, other]));
        expect(joinedCrc(crc64Nvme(one), crc64Nvme(other), other.length)).toBe(whole);
      }),
    );
  });

  it("of a repeated byte is as if written out", () => {
    fc.assert(
      fc.property(fc.nat(255), fc.nat(500), (byte, count) => {
        expect(repeatedCrc(byte, count)).toBe(crc64Nvme(new Uint8Array(count).fill(byte)));
      }),
    );
  });
});

const MEBIBYTE = 1024 ** 2;
const GIBIBYTE = 1024 ** 3;

describe("content without bytes", () => {
  it("has the CRC of the bytes that it gives", async () => {
    const content = sliced(contentOf({ syntheticSize: 9 * MEBIBYTE }), 5 * MEBIBYTE - 3, 2 * MEBIBYTE + 5);
    const chunks: Buffer[] = [];
    for await (const chunk of bodyOf(content)) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    expect([bytes.length, sizeOf(content)]).toEqual([2 * MEBIBYTE + 5, 2 * MEBIBYTE + 5]);
    expect(crcOf({ bytes })).toBe(crcOf(content));
  });

  it("is the same again when its parts are put together, and not when one is there twice", () => {
    const whole = contentOf({ syntheticSize: 7 * GIBIBYTE });
    const parts = [sliced(whole, 0, 3 * GIBIBYTE), sliced(whole, 3 * GIBIBYTE, 4 * GIBIBYTE)];
    expect(joined(parts)).toEqual(whole);
    const twice = joined([sliced(whole, 0, 3 * GIBIBYTE), sliced(whole, 0, 4 * GIBIBYTE)]);
    expect(crcOf(twice)).not.toBe(crcOf(whole));
  });
});
