import { Readable } from "node:stream";
import type { GetObjectCommandOutput } from "@aws-sdk/client-s3";

/** An error as the SDK raises it: its name is the service's code. */
export const awsError = (name: string, message = name): Error => Object.assign(new Error(message), { name });

/** A body as the SDK gives it on Node.js, in two chunks. */
export function bodyOf(text: string): NonNullable<GetObjectCommandOutput["Body"]> {
  const bytes = Buffer.from(text);
  const middle = bytes.length >> 1;
  const stream = Readable.from([bytes.subarray(0, middle), bytes.subarray(middle)]);
  const whole = { transformToByteArray: async () => new Uint8Array(bytes), transformToString: async () => text };
  // The SDK's own mixin has more ways to read it, which nothing here takes.
  return Object.assign(stream, whole) as unknown as NonNullable<GetObjectCommandOutput["Body"]>;
}

interface Calls {
  calls(): { args: readonly { constructor: { name: string }; input: object }[] }[];
}

/** Each call that a mocked client got: the operation and its whole input. */
export const sent = (mock: Calls): [operation: string, input: object][] =>
  mock
    .calls()
    .flatMap(({ args: [command] }): [string, object][] =>
      command ? [[command.constructor.name.replace(/Command$/, ""), command.input]] : [],
    );
