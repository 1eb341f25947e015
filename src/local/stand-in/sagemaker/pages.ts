import type { Input } from "../call-input";
import { pageSize, refuse } from "./limits";

/** Entries of a page where the call names no number: few, so that a caller who doesn't turn pages is found out. */
const SHORT_PAGE = 10;

/** One page of a list. Tokens are places in it. */
export function pageOf<Item>(all: readonly Item[], input: Input): { page: Item[]; NextToken?: string } {
  const token = input.optionalText("NextToken") ?? "0";
  if (!/^\d+$/.test(token)) refuse(`NextToken: ${token} is none that this list gave`);
  const first = Number(token);
  const next = first + pageSize(input.number("MaxResults", SHORT_PAGE));
  return { page: all.slice(first, next), ...(next < all.length ? { NextToken: String(next) } : {}) };
}

/** Whether a time is after and before what the call says, where it says so. */
export function isWithin(time: Date, input: Input, afterName: string, beforeName: string): boolean {
  const [after, before] = [input.optionalDate(afterName), input.optionalDate(beforeName)];
  return (after === undefined || time >= after) && (before === undefined || time <= before);
}
