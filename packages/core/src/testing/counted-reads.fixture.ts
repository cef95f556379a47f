/** A copy of plain JSON that counts how often each of its properties is read. */
export function countedReads<T>(json: T): { readonly json: T; reads(): readonly number[] } {
  const counts: { reads: number }[] = [];
  const copyOf = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copyOf);
    if (typeof value !== "object" || value === null) return value;
    const copy = {};
    for (const [key, held] of Object.entries(value)) {
      const [count, heldCopy] = [{ reads: 0 }, copyOf(held)];
      counts.push(count);
      const get = () => {
        count.reads += 1;
        return heldCopy;
      };
      Object.defineProperty(copy, key, { get, enumerable: true });
    }
    return copy;
  };
  return { json: copyOf(json) as T, reads: () => counts.map(({ reads }) => reads) };
}
