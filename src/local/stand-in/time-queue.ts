/** What waits for its instant. */
export interface Timed {
  at: number;
  /** Order at the same instant: the seed's, then the order of asking. */
  tie: number;
  asked: number;
}

/** A binary heap: what is due first comes out first, each step in logarithmic time. */
export class TimeQueue<Item extends Timed> {
  private readonly items: Item[] = [];

  first(): Item | undefined {
    return this.items[0];
  }

  add(item: Item): void {
    let at = this.items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBefore(at, parent)) return;
      this.swap(at, parent);
      at = parent;
    }
  }

  /** Takes the first one out. */
  take(): Item | undefined {
    const [first] = this.items;
    const last = this.items.pop();
    if (first === undefined || last === undefined || first === last) return first;
    this.items[0] = last;
    let at = 0;
    for (let child = this.earlierChild(at); this.isBefore(child, at); child = this.earlierChild(at)) {
      this.swap(at, child);
      at = child;
    }
    return first;
  }

  private earlierChild(of: number): number {
    const left = 2 * of + 1;
    return this.isBefore(left + 1, left) ? left + 1 : left;
  }

  /** Beyond the end there is nothing, which is never before. */
  private isBefore(one: number, other: number): boolean {
    const [first, second] = [this.items[one], this.items[other]];
    if (first === undefined) return false;
    if (second === undefined) return true;
    if (first.at !== second.at) return first.at < second.at;
    return first.tie !== second.tie ? first.tie < second.tie : first.asked < second.asked;
  }

  private swap(one: number, other: number): void {
    const [first, second] = [this.items[one], this.items[other]];
    if (first === undefined || second === undefined) return;
    this.items[one] = second;
    this.items[other] = first;
  }
}
