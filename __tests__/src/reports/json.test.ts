import { parseJson, REPORT_SIZE_LIMIT } from "../../../src/reports/json";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const TEXT = "expected a text that ends in the same line, with JSON's escapes";

describe("reading a report's bytes", () => {
  it.each<[string, Uint8Array, unknown]>([
    ["a byte order mark", bytes('\uFEFF{"a":1}'), { a: 1 }],
    ["names outside of ASCII, escaped or not", bytes('{"größe":1,"\\u6f22":2}'), { größe: 1, 漢: 2 }],
    ["the same key in different objects", bytes('[{"a":1},{"a":{"a":2}}]'), [{ a: 1 }, { a: { a: 2 } }]],
    [
      "a text that looks like a key",
      bytes('{"a":"b","c":["a","a"],"d":"\\"c\\":"}'),
      { a: "b", c: ["a", "a"], d: '"c":' },
    ],
    ["a number beyond doubles", bytes("[1e999,-1e999]"), [Infinity, -Infinity]],
    ["blanks around", bytes(' \r\n\t{"a" \n : 1}\n'), { a: 1 }],
  ])("reads %s", (_, input, expected) => {
    expect(parseJson(input)).toEqual(expected);
  });

  it.each<[string, Uint8Array, string]>([
    ["no bytes", bytes(""), "is empty; expected JSON"],
    ["blanks alone", bytes(" \n"), "is empty; expected JSON"],
    ["UTF-16", new Uint8Array([0xff, 0xfe, 0x7b, 0x00]), "isn't UTF-8 text; expected JSON in UTF-8"],
    [
      "a key twice",
      bytes('{"a":{"b":1,"c":[],"b":2}}'),
      'is ambiguous: the key "b" stands twice in one object (offset 19)',
    ],
    [
      "a key twice, once escaped",
      bytes('{"ab":1,"\\u0061b":2}'),
      'is ambiguous: the key "ab" stands twice in one object (offset 8)',
    ],
    [
      "a prototype's key twice",
      bytes('{"__proto__":1,"__proto__":2}'),
      'is ambiguous: the key "__proto__" stands twice in one object (offset 15)',
    ],
    [
      "a bare NaN",
      bytes('{\n  "value": NaN }'),
      "isn't valid JSON at line 2, column 12 (offset 13): " +
        'the bare word NaN isn\'t JSON; expected a number, null or the text "NaN"',
    ],
    [
      "a bare -Infinity",
      bytes("[-Infinity]"),
      "isn't valid JSON at line 1, column 2 (offset 1): " +
        'the bare word -Infinity isn\'t JSON; expected a number, null or the text "-Infinity"',
    ],
    [
      "a truncated list",
      bytes('{"a":[1,2'),
      "isn't valid JSON at line 1, column 10 (offset 9): it ends too early; is it the whole file?",
    ],
    [
      "a truncated text",
      bytes('{"a":"bc'),
      "isn't valid JSON at line 1, column 9 (offset 8): it ends too early; is it the whole file?",
    ],
    [
      "a text over two lines",
      bytes('{"a":"b\nc"}'),
      `isn't valid JSON at line 1, column 8 (offset 7): found "\\nc\\"}", ${TEXT}`,
    ],
    [
      "a control character in a text",
      bytes('{"a":"b\u0001c"}'),
      `isn't valid JSON at line 1, column 8 (offset 7): found "\\u0001c\\"}", ${TEXT}`,
    ],
    [
      "an escape that isn't JSON's",
      bytes('["\\x41"]'),
      `isn't valid JSON at line 1, column 3 (offset 2): found "\\\\x41\\"]", ${TEXT}`,
    ],
    [
      "a leading zero",
      bytes("[01]"),
      'isn\'t valid JSON at line 1, column 2 (offset 1): found "01]", expected a value',
    ],
    [
      "a bare word",
      bytes("[1, nan]"),
      "isn't valid JSON at line 1, column 5 (offset 4): " +
        'the bare word nan isn\'t JSON; expected a number, null or the text "nan"',
    ],
    [
      "a comment",
      bytes("{/**/}"),
      'isn\'t valid JSON at line 1, column 2 (offset 1): found "/**/}", expected a key in double quotes',
    ],
    [
      "a trailing comma",
      bytes("[1,]"),
      'isn\'t valid JSON at line 1, column 4 (offset 3): found "]", expected a value',
    ],
    ["no comma", bytes("[1 2]"), 'isn\'t valid JSON at line 1, column 4 (offset 3): found "2]", expected a comma or ]'],
    ["no colon", bytes('{"a"}'), 'isn\'t valid JSON at line 1, column 5 (offset 4): found "}", expected a colon'],
    [
      "two values",
      bytes("{} {}"),
      'isn\'t valid JSON at line 1, column 4 (offset 3): found "{}", expected the end of the file',
    ],
    ["deep nesting", bytes("[".repeat(100_000)), "is nested more than 200 deep (offset 200)"],
    ["a file of brackets", bytes(`[${"[],".repeat(1_000_000)}[]]`), "has more than 1000000 objects and lists"],
    [
      "more bytes than the limit",
      new Uint8Array(REPORT_SIZE_LIMIT + 1),
      "has 67108865 bytes; expected at most 67108864",
    ],
  ])("refuses %s", (_, input, message) => {
    expect(() => parseJson(input)).toThrow(expect.objectContaining({ name: "EvidenceError", message }));
  });

  it("pollutes no prototype", () => {
    const parsed = parseJson(bytes('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'));
    expect(Object.keys(Object(parsed))).toEqual(["__proto__", "constructor"]);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  it("reads several MiB in one line", () => {
    const values = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`feature_${i}`, i / 7]));
    expect(parseJson(bytes(JSON.stringify(values)))).toEqual(values);
  });
});
