import type { Clock } from "./service";

const word = (clock: Clock): string =>
  Math.floor(clock.random() * 2 ** 32)
    .toString(16)
    .padStart(8, "0");

/** A UUID of the seeded sequence. */
export function seededUuid(clock: Clock): string {
  const [first, second, third, last] = [word(clock), word(clock), word(clock), word(clock)];
  const middle = `${second.slice(0, 4)}-4${second.slice(4, 7)}-8${third.slice(0, 3)}`;
  return `${first}-${middle}-${third.slice(4)}${last}`;
}
