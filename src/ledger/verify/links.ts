import { besideRecord } from "../../contract/names";
import { BrokenLink } from "../copy";
import type { RecordLink } from "../decision-record";

/** A record's word on the one before it. */
interface OpenLink {
  /** Of the record that says so. */
  key: string;
  previous: RecordLink;
  /** Where the one that it names lies. */
  named: string;
}

/**
 * Holds what records say of the record before them against what is there. Records come in the order of keys, so those of
 * one version come one after another, and no more than one version's are in memory.
 */
export class RecordLinks {
  /** SHA-256 of the version's records by key. */
  private readonly there = new Map<string, string>();
  /** Attempt 10 comes before attempt 9 in the order of keys: what it names may still come. */
  private open: OpenLink[] = [];

  /**
   * Takes the next record, which lies at its own key.
   * @returns the first broken link, in the order of keys, that shows by now
   */
  next({ key, sha256 }: { key: string; sha256: string }, previous: RecordLink | null): BrokenLink | undefined {
    const broken = this.before(key);
    const [one] = this.there.keys();
    if (one !== undefined && besideRecord(one, 1) !== besideRecord(key, 1)) this.there.clear();
    this.there.set(key, sha256);
    if (previous !== null) this.open.push({ key, previous, named: besideRecord(key, previous.attempt) });
    return broken;
  }

  /**
   * @param key that the walk has come to; none after the last
   * @returns the first record that names one which isn't there up to this key
   */
  before(key?: string): BrokenLink | undefined {
    const due = (link: OpenLink): boolean => key === undefined || link.named < key;
    const first = this.open.find((link) => due(link) && this.there.get(link.named) !== link.previous.sha256);
    this.open = this.open.filter((link) => !due(link));
    return first && this.broken(first);
  }

  private broken({ key, previous: { attempt, sha256 }, named }: OpenLink): BrokenLink {
    const here = this.there.get(named);
    const what =
      here === undefined
        ? `${named}, which isn't there: that record was removed`
        : `${named} with the SHA-256 ${sha256}, here it is ${here}: one of the two was replaced`;
    return new BrokenLink(key, `goes on from attempt ${attempt}, ${what}`);
  }
}
