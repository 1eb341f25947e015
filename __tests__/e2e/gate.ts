/** Lets work be done beside other work, or alone. */
export class Gate {
  private readonly waiting: { alone: boolean; begin: () => void }[] = [];
  private running = 0;
  private isClosed = false;

  /** In the order of asking: what waits to be alone isn't overtaken. */
  async pass<Result>(alone: boolean, work: () => Promise<Result>): Promise<Result> {
    await new Promise<void>((begin) => {
      this.waiting.push({ alone, begin });
      this.admit();
    });
    try {
      return await work();
    } finally {
      this.running -= 1;
      this.isClosed = false;
      this.admit();
    }
  }

  private admit(): void {
    for (let [next] = this.waiting; next !== undefined; [next] = this.waiting) {
      if (this.isClosed || (next.alone && this.running > 0)) return;
      this.waiting.shift();
      this.running += 1;
      this.isClosed = next.alone;
      next.begin();
    }
  }
}
