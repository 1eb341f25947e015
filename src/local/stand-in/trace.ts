import type { Clock, Trace } from "./service";

/** One thing that happened: when, to what, and what. */
export interface Note {
  at: Date;
  subject: string;
  text: string;
}

/** Keeps what happened, newest last, and tells a listener as it happens. */
export class Notes implements Trace {
  readonly all: Note[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly listener: (note: Note) => void = () => undefined,
  ) {}

  note(subject: string, text: string): void {
    const note = { at: this.clock.now(), subject, text };
    this.all.push(note);
    this.listener(note);
  }
}
