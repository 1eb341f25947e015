import { Input } from "./call-input";
import type { RequestContext } from "./policy";
import { bucketFor, requireNotDenied, requireRegion } from "./s3/admission";
import { neededFor } from "./s3/needs";
import { ObjectStore } from "./s3/object-store";
import { knownOperations, type Operation } from "./s3/operations";
import type { Stored } from "./s3/stored";
import { type Call, type Service, type Surroundings, UnknownToStandIn } from "./service";

/** What a story or a test may look at. */
export interface S3Extras {
  /** Versions of a key, newest first, delete markers too. */
  stored(bucket: string, key: string): readonly Stored[];
  /** Keys of a bucket that aren't deleted, in order. */
  keys(bucket: string): string[];
}

/** S3 for the declared buckets. A body may be `{ syntheticSize, from? }`: that many bytes of a pattern, which take no memory. */
export function createS3(around: Surroundings): Service & S3Extras {
  const store = new ObjectStore(around);
  const operations = knownOperations();
  const known = (call: Call): [Operation, Input] => {
    const operation = operations[call.operation];
    if (operation === undefined) throw new UnknownToStandIn(`S3 ${call.operation}`);
    return [operation, new Input(call, operation.fields)];
  };
  return {
    stored: (bucket, key) => [...(store.buckets.get(bucket)?.objects.get(key) ?? [])].reverse(),
    keys(name) {
      const bucket = store.buckets.get(name);
      const keys = [...(bucket?.objects.keys() ?? [])];
      return keys.filter((key) => bucket && store.current(bucket, key) !== undefined).sort();
    },
    needs(call: Call) {
      const [operation, input] = known(call);
      return neededFor(store, operation, input, contextOf(operation, input));
    },
    async call(call: Call): Promise<unknown> {
      return answer(store, ...known(call));
    },
  };
}

function answer(store: ObjectStore, operation: Operation, input: Input): unknown {
  const { buckets, around } = store;
  const owner = input.optionalText("ExpectedBucketOwner");
  const bucket = bucketFor(buckets, input.text("Bucket"), owner, input, around);
  requireRegion(bucket, input);
  requireNotDenied(bucket, {
    operation: input.operation,
    caller: input.caller,
    action: operation.action(input),
    key: operation.fields.includes("Key") ? input.text("Key") : undefined,
    context: contextOf(operation, input),
  });
  return operation.run(store, bucket, input);
}

/** Request fields that bucket policies ask about, by condition key. */
const ASKED: Readonly<Record<string, string>> = {
  "s3:if-none-match": "IfNoneMatch",
  "s3:x-amz-server-side-encryption": "ServerSideEncryption",
  "s3:x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
  "s3:x-amz-copy-source": "CopySource",
  "s3:prefix": "Prefix",
};

function contextOf({ creates }: Operation, input: Input): RequestContext {
  const said = Object.entries(ASKED).flatMap(([key, field]) => {
    const value = input.optionalText(field);
    return value === undefined ? [] : [[key, value] as const];
  });
  return new Map([
    ...said,
    ...(creates === undefined ? [] : [["s3:objectcreationoperation", String(creates)] as const]),
  ]);
}
