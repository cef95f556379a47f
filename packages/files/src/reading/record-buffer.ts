/** Bytes of a stream from the start of the record that is being read: room is made by dropping what lies before it, or doubled. */
export class RecordBuffer {
  bytes: Buffer = Buffer.allocUnsafe(0);
  /** Where the open record begins. */
  start = 0;
  /** Where the bytes end that are there. */
  end = 0;

  /** Moves what is kept, so offsets taken before it are void. Returns how far. */
  append(chunk: Uint8Array): number {
    const moved = this.start;
    const kept = this.end - this.start;
    const needed = kept + chunk.length;
    if (needed > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * kept));
      this.bytes.copy(larger, 0, this.start, this.end);
      this.bytes = larger;
    } else if (moved > 0) {
      this.bytes.copyWithin(0, this.start, this.end);
    }
    this.bytes.set(chunk, kept);
    this.start = 0;
    this.end = needed;
    return moved;
  }
}
