import { wildcardMatches } from "../stand-in/arns";
import { isRecord, listOf } from "../stand-in/inputs";
import { type NamedPolicy, type Policies, type PolicyStatement, policyOfResource } from "./declared-policies";

/** What the policies that a request meets look at, of all that it says. */
export interface Relevant {
  /** Patterns of resources. */
  patterns: readonly string[];
  /** Condition keys, in lower case. */
  keys: ReadonlySet<string>;
  /** Whether they look at all of it: a variable may stand for anything. */
  wholly: boolean;
  /** The same for the same statements, whatever program declares them. */
  id: number;
}

/** What the policies of a principal and of a resource look at, where that action is asked for. */
export function relevantTo(policies: Policies, principal: string, action: string, arn: string): Relevant {
  const { policies: held = [], boundary } = policies.principals.get(principal) ?? {};
  const own = policyOfResource(policies, arn, action);
  const statements = [held, boundary ? [boundary] : [], own ? [own] : []].map((of) => of.flatMap(speakOf(action)));
  const all = statements.flat().map(([, statement]) => statement);
  const text = JSON.stringify(statements);
  return {
    patterns: all.flatMap(({ Resource, NotResource }) => [...listOf(Resource), ...listOf(NotResource)].map(String)),
    keys: new Set(all.flatMap(({ Condition }) => keysOf(Condition)).map((key) => key.toLowerCase())),
    wholly: text.includes("${"),
    id: idOf(text),
  };
}

const speakOf =
  (action: string) =>
  ({ name, document }: NamedPolicy): [string, PolicyStatement][] =>
    document.Statement.filter(({ Action, NotAction }) => NotAction !== undefined || names(Action, action)).map(
      (statement) => [name, statement],
    );

const names = (patterns: unknown, action: string): boolean =>
  listOf(patterns).some((pattern) => wildcardMatches(String(pattern).toLowerCase(), action.toLowerCase()));

const keysOf = (condition: unknown): string[] =>
  isRecord(condition) ? Object.values(condition).flatMap((asked) => (isRecord(asked) ? Object.keys(asked) : [])) : [];

const ids = new Map<string, number>();

function idOf(text: string): number {
  const id = ids.get(text) ?? ids.size;
  ids.set(text, id);
  return id;
}
