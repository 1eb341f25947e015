import type { EvaluatedProgram } from "../evaluate-program";
import { isRecord } from "../stand-in/inputs";
import type { DeclaredResource } from "../stand-in/service";

/** What is there once, and what comes in its place. */
type Edit = readonly [from: RegExp, to: string];

/** A mistake that someone might make, put into the bundles of functions or into what is declared. */
export interface Mutation {
  name: string;
  /** What is said of it where it is found; a program that is broken otherwise doesn't show that it was. */
  found: RegExp;
  code?: { of: "start" | "decide" | "reconcile" | "checkpoint"; edits: readonly Edit[] };
  /** A statement that is taken out of the record bucket's policy, by its Sid. */
  withoutStatement?: string;
}

export const MUTATIONS: readonly Mutation[] = [
  {
    name: "the status is set before the record is written",
    found: /was set to \w+ with the record .*: there is none/,
    code: {
      of: "decide",
      edits: [
        // What is to be recorded is kept until the status is set.
        [
          /await (\w+)\.records\.write\(key, (\w+)\);\n\s+(let|const|var) chain = await chainOfVersion\(.*\);/,
          "$1.recordLater = () => $1.records.write(key, $2);\n  let chain = chainOf([readDecisionRecord(Buffer.from($2), key)]);",
        ],
        [
          /return (applyRecord\(await record\d*\(.*, (\w+), \w+\));\n/,
          "const applied = await $1;\n  await $2.recordLater();\n  return applied;\n",
        ],
      ],
    },
  },
  {
    name: "a record may be written over another",
    found: /has \d+ versions, expected/,
    code: { of: "decide", edits: [[/\{ \.\.\.put, IfNoneMatch: "\*" \}/, "/-records-/.test(put.Bucket) ? put : $&"]] },
    withoutStatement: "DenyOverwriting",
  },
  {
    name: "the reconciler makes no next attempt",
    found: /is pending for ever, and nobody was told/,
    code: { of: "reconcile", edits: [[/\? \{ kind: "start", attempt: attempt \+ 1 \}/, '? nothing("it failed")']] },
  },
  {
    name: "the reconciler gives up after one attempt",
    found: /was given up after 1 of 3 attempts/,
    code: { of: "reconcile", edits: [[/mostAttempts: 3/, "mostAttempts: 1"]] },
  },
  {
    name: "decide fails in every attempt but the first",
    found: /was given up after [12] of 3 attempts/,
    code: {
      of: "decide",
      edits: [[/\/\^\[1-9\]\\d\{0,5\}\$\/(?=\.test\(\w+\)\) throw new Error\(`Attempt:)/, "/^1$/"]],
    },
  },
  {
    name: "start goes by the event, which says that the version is pending",
    found: /an execution was started for .*, which was decided before start looked at it/,
    code: {
      of: "start",
      edits: [[/= whyIgnored\(version, /, '= whyIgnored({ ...version, approvalStatus: "PendingManualApproval" }, ']],
    },
  },
  {
    name: "decide doesn't look whether the version is still what was judged",
    found: /by what it was before it was changed/,
    code: { of: "decide", edits: [[/\w+\.fingerprint !== [\w.]+\.fingerprint/, "false"]] },
  },
  {
    name: "a checkpoint forgets records that are older than its schedule's interval",
    found: /is in none of \d+ checkpoints/,
    code: {
      of: "checkpoint",
      edits: [
        [
          /await listRecords\([\w, .]+\)/,
          "$&.then((all) => ({ ...all, fresh: all.fresh.filter(({ writtenAt }) => now - writtenAt < 16 * 60000) }))",
        ],
      ],
    },
  },
];

/**
 * The program with a mistake in it.
 * @throws Error where the place of the mistake isn't there any more
 */
export function mutated(program: EvaluatedProgram, { name, code, withoutStatement }: Mutation): EvaluatedProgram {
  let { resources } = program;
  if (code !== undefined) {
    const { prefix, account } = program.governance;
    const functionName = `${prefix}-${code.of}`;
    resources = changed(resources, name, ({ type, inputs, account: own }) =>
      type === "aws:lambda/function:Function" && inputs.name === functionName && own === account
        ? { ...inputs, code: { files: edited(inputs.code, code.edits, name) } }
        : undefined,
    );
  }
  if (withoutStatement !== undefined) {
    resources = changed(resources, name, ({ type, inputs }) => {
      const policy = type === "aws:s3/bucketPolicy:BucketPolicy" ? String(inputs.policy) : "";
      if (!String(inputs.bucket).includes("-records-") || policy === "") return undefined;
      return { ...inputs, policy: without(policy, withoutStatement, name) };
    });
  }
  return { ...program, resources };
}

/** Exactly one resource is changed. */
function changed(
  resources: readonly DeclaredResource[],
  name: string,
  change: (resource: DeclaredResource) => DeclaredResource["inputs"] | undefined,
): DeclaredResource[] {
  let changes = 0;
  const all = resources.map((resource) => {
    const inputs = change(resource);
    if (inputs === undefined) return resource;
    changes += 1;
    return { ...resource, inputs };
  });
  if (changes !== 1) throw new Error(`mutation "${name}": changes ${changes} resources, expected one`);
  return all;
}

function edited(code: unknown, edits: readonly Edit[], name: string): Record<string, unknown> {
  const files = isRecord(code) && isRecord(code.files) ? code.files : {};
  let text = String(files["index.js"]);
  for (const [from, to] of edits) {
    const places = text.match(new RegExp(from, "g"))?.length ?? 0;
    if (places !== 1) throw new Error(`mutation "${name}": ${places} places of ${from}, expected one`);
    text = text.replace(from, to);
  }
  return { ...files, "index.js": text };
}

function without(policy: string, sid: string, name: string): string {
  const document: unknown = JSON.parse(policy);
  const statements = isRecord(document) && Array.isArray(document.Statement) ? document.Statement : [];
  const left = statements.filter((one) => !isRecord(one) || one.Sid !== sid);
  if (left.length !== statements.length - 1) {
    const sids = statements.map((one) => (isRecord(one) ? String(one.Sid) : "")).join(", ");
    throw new Error(`mutation "${name}": no statement ${sid} among ${sids}`);
  }
  return JSON.stringify({ ...(isRecord(document) ? document : {}), Statement: left });
}
