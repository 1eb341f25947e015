import { seeded } from "../stand-in/clock";

/** Choices by a seed. */
export class Dice {
  private readonly random: () => number;

  /** @param of what is chosen: another name gives other choices for the same seed */
  constructor(seed: number, of: string) {
    const salt = [...of].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), 7);
    this.random = seeded(Math.imul(seed, 0x9e3779b1) ^ salt);
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  between(least: number, most: number): number {
    return least + this.random() * (most - least);
  }

  /** A whole number, both ends among them. */
  whole(least: number, most: number): number {
    return Math.floor(this.between(least, most + 1));
  }

  pick<One>(from: readonly One[]): One {
    const one = from[Math.floor(this.random() * from.length)];
    if (one === undefined) throw new Error("nothing to pick from");
    return one;
  }
}
