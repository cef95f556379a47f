/** What the bodies in a consumer's hand may hold together, in UTF-16 units: well over what the largest batch of work needs. */
const MAX_IN_HAND = 2 * 2 ** 20;
/** Of a body, before any was seen. */
const FIRST_GUESS = 32 * 2 ** 10;

/**
 * How many messages a consumer may ask for. A part of an upload is some hundred times as large as a single row, so that their number alone
 * bounds no memory: as many as fit by the size of late, at least one where it has none.
 */
export class Room {
  readonly #prefetch: number;
  #messages = 0;
  #size = 0;
  #usual = FIRST_GUESS;

  constructor(prefetch: number) {
    this.#prefetch = prefetch;
  }

  free(): number {
    const fitting = Math.floor((MAX_IN_HAND - this.#size) / this.#usual);
    return Math.max(this.#messages === 0 ? 1 : 0, Math.min(this.#prefetch - this.#messages, fitting));
  }

  take(body: string): void {
    this.#messages += 1;
    this.#size += body.length;
    this.#usual = Math.max(1, this.#usual + (body.length - this.#usual) / 4);
  }

  give(body: string): void {
    this.#messages -= 1;
    this.#size -= body.length;
  }
}
