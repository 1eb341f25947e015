import { deflateSync, inflateSync, strFromU8, strToU8 } from "fflate";
import { areCutOvers } from "./cut-over";
import type { EvidenceSource } from "./evidence-uri";
import { isTextList } from "./message-fields";
import type { PinnedPromptSet } from "./prompt-sets";
import type { Retention } from "./retention";
import type { ScorerChoice, Serving, SpendingLimits } from "./serving";

/** How a variable's value is written in the environment and read back. */
interface Variable<T> {
  write(value: T): string;
  read(text: string): T | undefined;
}

const text: Variable<string> = { write: (value) => value, read: (value) => (value === "" ? undefined : value) };
const wholeNumber: Variable<number> = {
  write: String,
  read: (value) => (/^\d{1,9}$/.test(value) ? Number(value) : undefined),
};

/** Longest JSON that is written as it is: people read it in a console. Lambda takes 4 KB for all variables together. */
const READABLE = 1000;
const PACKED = "deflate:";

/** A value as JSON, packed where it is long: with many accounts and groups the names are much alike. */
function json<T>(is: (value: unknown) => value is T): Variable<T> {
  return {
    write: (value) => pack(JSON.stringify(value)),
    read: (value) => {
      try {
        const parsed: unknown = JSON.parse(unpack(value));
        return is(parsed) ? parsed : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

/** The same bytes on every machine, which zlib's own don't promise. */
const pack = (text: string): string =>
  text.length <= READABLE ? text : PACKED + Buffer.from(deflateSync(strToU8(text), { level: 9 })).toString("base64");

const unpack = (text: string): string =>
  text.startsWith(PACKED) ? strFromU8(inflateSync(Buffer.from(text.slice(PACKED.length), "base64"))) : text;

const texts = json(isTextList);
/** Model package group -> dev accounts that may register in it. */
const groups = json(
  (value: unknown): value is Record<string, string[]> =>
    typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(isTextList),
);
const cutOvers = json(areCutOvers);
const promptSets = json(
  (value: unknown): value is PinnedPromptSet[] =>
    Array.isArray(value) && value.every((set) => [set?.name, set?.sha256].every((one) => typeof one === "string")),
);
/** Values that the program writes whole from a configuration that its schema validated. */
const written = <T extends object>() =>
  json((value: unknown): value is T => typeof value === "object" && value !== null);
const sources = json(
  (value: unknown): value is EvidenceSource[] =>
    Array.isArray(value) &&
    value.every((s) =>
      [s?.account, s?.artifactBucket, s?.evidenceBucket].every((name) => typeof name === "string" && name !== ""),
    ),
);

const yesOrNo: Variable<boolean> = {
  write: (value) => (value ? "yes" : "no"),
  read: (value) => (value === "yes" ? true : value === "no" ? false : undefined),
};

/** Keys that sign and signed decisions. */
const RECORD_KEYS = { RECORD_KEY_ARN: text, FORMER_RECORD_KEY_ARNS: texts };
/** The same for revocations. */
const REVOCATION_KEYS = { REVOCATION_KEY_ARN: text, FORMER_REVOCATION_KEY_ARNS: texts };

/** How long what an approval or a judgement rests on is kept from being deleted. */
const KEPT = { RETENTION: written<Retention>() };

/** Every process's variables: the one table that the program writes and the process reads. */
export const ENVIRONMENTS = {
  copy: {
    ARTIFACT_BUCKET: text,
    /** Account of the artifact bucket, sent as its expected owner. */
    ARTIFACT_BUCKET_OWNER: text,
    EVIDENCE_PREFIXES: texts,
    EVIDENCE_BUCKET: text,
    EVIDENCE_BUCKET_OWNER: text,
    EVIDENCE_KEY_ARN: text,
  },
  start: {
    GROUPS: groups,
    EVIDENCE_SOURCES: sources,
    /** The governance account, owner of every bucket that is read. */
    GOVERNANCE_ACCOUNT: text,
    VERDICT_BUCKET: text,
    /** The pipeline of all groups but those of language models, which have their own beside it. */
    PIPELINE_ARN: text,
    LANGUAGE_GROUPS: texts,
    /** Since when groups are governed that were in use before. */
    CUT_OVERS: cutOvers,
    /** The queue that start reads, for delayed messages to itself. */
    QUEUE_URL: text,
    /** SNS topic that people listen to. */
    NOTICE_TOPIC_ARN: text,
    POLICY_DIGEST: text,
    EVIDENCE_DEADLINE_MINUTES: wholeNumber,
  },
  validate: {
    GROUPS: groups,
    EVIDENCE_SOURCES: sources,
    GOVERNANCE_ACCOUNT: text,
    VERDICT_BUCKET: text,
    RECORD_BUCKET: text,
    /** Key that signs verdicts; decide can't use it. */
    VERDICT_KEY_ARN: text,
    /** Digest of the image that this process runs, `sha256:…`. */
    CHECKS_IMAGE_DIGEST: text,
    LANGUAGE_GROUPS: texts,
    PROMPT_BUCKET: text,
    PROMPT_SETS: promptSets,
  },
  collect: {
    GROUPS: groups,
    EVIDENCE_SOURCES: sources,
    GOVERNANCE_ACCOUNT: text,
    VERDICT_BUCKET: text,
    PROMPT_BUCKET: text,
    PROMPT_SETS: promptSets,
    /** Where temporary endpoints load their model data from, and its key. */
    MODEL_BUCKET: text,
    MODEL_KEY_ARN: text,
    /** What temporary endpoints run under. */
    SERVING_ROLE_ARN: text,
    /** Names of what is temporary begin with it. */
    PREFIX: text,
    /** How each group's versions are asked. */
    SERVING: written<Readonly<Record<string, Serving>>>(),
    SPENDING_LIMITS: written<SpendingLimits>(),
    SCORER: written<ScorerChoice>(),
    NOTICE_TOPIC_ARN: text,
  },
  "clean-up": {
    PREFIX: text,
    /** What groups are served by. */
    SERVICES: texts,
    NOTICE_TOPIC_ARN: text,
  },
  decide: {
    GROUPS: groups,
    GOVERNANCE_ACCOUNT: text,
    VERDICT_BUCKET: text,
    RECORD_BUCKET: text,
    ...RECORD_KEYS,
    ...REVOCATION_KEYS,
    /** Keys that sign and signed verdicts. */
    VERDICT_KEY_ARN: text,
    FORMER_VERDICT_KEY_ARNS: texts,
    /** The pipelines whose executions decide, and the one role that starts them. */
    PIPELINE_ARN: text,
    LANGUAGE_GROUPS: texts,
    START_ROLE_ARN: text,
    /** Groups whose versions are judged and recorded, and set by others. */
    OBSERVED_GROUPS: texts,
    CUT_OVERS: cutOvers,
    ...KEPT,
    NOTICE_TOPIC_ARN: text,
    POLICY_DIGEST: text,
    CHECKS_IMAGE_DIGEST: text,
  },
  reconcile: {
    GROUPS: groups,
    GOVERNANCE_ACCOUNT: text,
    VERDICT_BUCKET: text,
    RECORD_BUCKET: text,
    PIPELINE_ARN: text,
    LANGUAGE_GROUPS: texts,
    OBSERVED_GROUPS: texts,
    CUT_OVERS: cutOvers,
    PEOPLE_ON_RECORD: yesOrNo,
    QUEUE_URL: text,
    WATCH_QUEUE_URL: text,
    REVOKES: yesOrNo,
    /** A published version of it. */
    DECIDE_FUNCTION_ARN: text,
    NOTICE_TOPIC_ARN: text,
  },
  checkpoint: {
    GOVERNANCE_ACCOUNT: text,
    RECORD_BUCKET: text,
    /** Key that signs checkpoints; decide can't use it. */
    CHECKPOINT_KEY_ARN: text,
    FORMER_KEY_ARNS: texts,
    ...RECORD_KEYS,
    ...REVOCATION_KEYS,
  },
  revoke: {
    GROUPS: groups,
    GOVERNANCE_ACCOUNT: text,
    VERDICT_BUCKET: text,
    RECORD_BUCKET: text,
    ...RECORD_KEYS,
    ...REVOCATION_KEYS,
    OBSERVED_GROUPS: texts,
    CUT_OVERS: cutOvers,
    /** Unique ids of the roles whose messages are taken; `none` where there are no reviewers. */
    WATCH_ROLE_ID: text,
    REVIEWER_ROLE_ID: text,
    NOTICE_TOPIC_ARN: text,
  },
  review: {
    /** Model package group -> people of the team that owns it. */
    TEAMS: groups,
    GOVERNANCE_ACCOUNT: text,
    VERDICT_BUCKET: text,
    RECORD_BUCKET: text,
    ...RECORD_KEYS,
    ...REVOCATION_KEYS,
    ...KEPT,
    OBSERVED_GROUPS: texts,
    CUT_OVERS: cutOvers,
    /** The queue that start reads. */
    START_QUEUE_URL: text,
    /** Unique id of the role that people ask under: a role that is made anew under its name has another. */
    REVIEWER_ROLE_ID: text,
    NOTICE_TOPIC_ARN: text,
  },
  watch: {
    GROUPS: groups,
    GOVERNANCE_ACCOUNT: text,
    REGION: text,
    VERDICT_BUCKET: text,
    RECORD_BUCKET: text,
    ...RECORD_KEYS,
    ...REVOCATION_KEYS,
    OBSERVED_GROUPS: texts,
    CUT_OVERS: cutOvers,
    /** Whether people decide on record, and nobody by hand. */
    PEOPLE_ON_RECORD: yesOrNo,
    REVOCATION_QUEUE_URL: text,
    /** Whether what was tampered with is revoked. */
    REVOKES: yesOrNo,
    NOTICE_TOPIC_ARN: text,
  },
} as const;

export type Process = keyof typeof ENVIRONMENTS;
/** The typed values of a process's environment. */
export type Environment<P extends Process> = {
  [Name in keyof (typeof ENVIRONMENTS)[P]]: (typeof ENVIRONMENTS)[P][Name] extends Variable<infer T> ? T : never;
};

const variablesOf = (process: Process): [string, Variable<unknown>][] => Object.entries(ENVIRONMENTS[process]);

/** Longest value of one variable of a Processing job, in characters; it has at most 100 variables. */
export const LONGEST_JOB_VALUE = 256;

/**
 * An environment block as a Processing job takes it: what is longer than one value goes on in `NAME_2`, `NAME_3`…
 * A block within Lambda's 4 KB makes far fewer than 100.
 */
export const jobEnvironment = (block: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(block).flatMap(([name, value]) =>
      (value.match(PIECES) ?? [value]).map((piece, at) => [pieceName(name, at), piece]),
    ),
  );

const PIECES = new RegExp(`[^]{1,${LONGEST_JOB_VALUE}}`, "gu");
const pieceName = (name: string, at: number): string => (at === 0 ? name : `${name}_${at + 1}`);

/** A variable's whole value, in one piece or in several; empty where it isn't there. */
function wholeValue(name: string, environment: Readonly<Record<string, string | undefined>>): string {
  const pieces: string[] = [];
  for (let piece = environment[name]; piece !== undefined; piece = environment[pieceName(name, pieces.length)]) {
    pieces.push(piece);
  }
  return pieces.join("");
}

/** The environment block of a process, from typed values. */
export function writeEnvironment<P extends Process>(process: P, values: Environment<P>): Record<string, string> {
  const given = new Map<string, unknown>(Object.entries(values));
  return Object.fromEntries(variablesOf(process).map(([name, variable]) => [name, variable.write(given.get(name))]));
}

/**
 * Reads a process's environment.
 * @throws Error naming every variable that is missing or malformed.
 */
export function readEnvironment<P extends Process>(
  process: P,
  environment: Readonly<Record<string, string | undefined>>,
): Environment<P> {
  const read = variablesOf(process).map(
    ([name, variable]) => [name, variable.read(wholeValue(name, environment))] as const,
  );
  const wrong = read.filter(([, value]) => value === undefined).map(([name]) => name);
  if (wrong.length > 0) {
    throw new Error(
      `environment of ${process}: ${wrong.join(", ")} missing or malformed; the program writes it from src/contract/environment.ts, so bring the stack up to date with the code`,
    );
  }
  return Object.fromEntries(read) as Environment<P>;
}
