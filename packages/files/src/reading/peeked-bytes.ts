/** Looks again once this much more of the head is there: so that looking is linear in its length, however small the chunks. */
const GROWTH = 1.25;

/** A stream of bytes whose head can be looked at before it is read. Whoever opens it closes it, which ends the source. */
export class PeekedBytes implements AsyncIterable<Buffer> {
  readonly #source: AsyncIterator<Uint8Array>;
  #head: Buffer = Buffer.alloc(0);
  #isOver = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The source has no bytes beyond the head. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The head as soon as it is enough, or all there is. It stays to be read. */
  async peek(isEnough: (head: Buffer) => boolean): Promise<Buffer> {
    let pieces = [this.#head];
    let length = this.#head.length;
    let looksAgainAt = 0;
    while (!this.#isOver) {
      if (length > 0 && length >= looksAgainAt) {
        this.#head = pieces.length === 1 ? this.#head : Buffer.concat(pieces);
        pieces = [this.#head];
        if (isEnough(this.#head)) return this.#head;
        looksAgainAt = length * GROWTH;
      }
      const chunk = await this.#next();
      if (chunk === undefined) break;
      pieces.push(chunk);
      length += chunk.length;
    }
    this.#head = Buffer.concat(pieces);
    return this.#head;
  }

  /** Drops the first bytes of the head. */
  skip(bytes: number): void {
    this.#head = this.#head.subarray(bytes);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const head = this.#head;
    this.#head = Buffer.alloc(0);
    if (head.length > 0) yield head;
    for (;;) {
      const chunk = await this.#next();
      if (chunk === undefined) return;
      yield chunk;
    }
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #next(): Promise<Buffer | undefined> {
    if (this.#isOver) return undefined;
    const { done, value } = await this.#source.next();
    if (!done) return Buffer.from(value.buffer, value.byteOffset, value.length);
    this.#isOver = true;
    return undefined;
  }
}
