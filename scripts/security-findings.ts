/** A check that a resource didn't pass. */
export interface Failure {
  /** `CKV_AWS_18` */
  id: string;
  name: string;
  /** `aws_s3_bucket.governance-verdicts` */
  resource: string;
}

export interface Scan {
  failed: readonly Failure[];
  /** Resources that the scanner saw, and that the program declares. */
  resourceCount: number;
  declared: number;
  /** Check -> resource types that its explanation is about. */
  explained: ReadonlyMap<string, readonly string[]>;
}

/** Rows of the document's table: `| CKV_AWS_18 | aws_s3_bucket, … | why |`. */
export const explainedChecks = (document: string): Map<string, readonly string[]> =>
  new Map(
    [...document.matchAll(/^\| *(CKV2?_AWS_\d+) *\|([^|]+)\|/gm)].map(([, id = "", types = ""]) => [
      id,
      [...types.matchAll(/aws_\w+/g)].map(([type]) => type),
    ]),
  );

const typeOf = ({ resource }: Failure): string => resource.split(".")[0] ?? "";

/** What is wrong with a scan: a failure without an explanation, an explanation without a failure, resources that weren't seen. */
export function scanProblems({ failed, resourceCount, declared, explained }: Scan): string[] {
  const unexplained = failed.filter((failure) => !explained.get(failure.id)?.includes(typeOf(failure)));
  const stale = [...explained].flatMap(([id, types]) =>
    types
      .filter((type) => !failed.some((failure) => failure.id === id && typeOf(failure) === type))
      .map((type) => [id, type]),
  );
  return [
    ...(resourceCount < declared
      ? [`the scanner saw ${resourceCount} resources, the program declares ${declared}`]
      : []),
    ...unexplained.map(
      ({ id, name, resource }) =>
        `${resource}: ${id}, ${name}; fix it in src/infrastructure, or explain it in docs/security.md`,
    ),
    ...stale.map(
      ([id, type]) => `docs/security.md: ${id} is explained for ${type}, where it no longer fails; take it out`,
    ),
  ];
}
