import type { Clock } from "./service";

const hex = (clock: Clock, digits: number): string =>
  Array.from({ length: digits }, () => Math.floor(clock.random() * 16).toString(16)).join("");

/** A UUID of the seeded sequence. */
export const seededUuid = (clock: Clock): string =>
  [hex(clock, 8), hex(clock, 4), `4${hex(clock, 3)}`, `8${hex(clock, 3)}`, hex(clock, 12)].join("-");
