import { describe, expect, it } from "vitest";
import { pieces } from "./pieces.fixture.js";
import { readRows } from "./read-rows.js";

const MEGABYTE = 2 ** 20;

/** Of a file of so many bytes below a header of three columns; in seconds of this process's own work. */
async function secondsFor(line: (row: number) => string, bytes: number): Promise<number> {
  const lines: string[] = [];
  for (let length = 0, row = 0; length < bytes; row++) {
    const text = line(row);
    lines.push(text);
    length += text.length;
  }
  const file = Buffer.from(`id,name,phone\n${lines.join("")}`);
  const began = process.cpuUsage();
  for await (const _ of readRows(pieces(file, 64 * 1024), { format: "csv", kind: "customers" }));
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
}

describe("time grows with the file's length alone", () => {
  it.each<[string, (row: number) => string]>([
    ["only quotes", () => '"'.repeat(1024)],
    ["only quotes, an odd number a line", () => `${'"'.repeat(1023)}\n`],
    ["a quote a line", () => '"\n'.repeat(512)],
    ["an open quote at each line", (row) => `r${row},"x,y\n`],
    ["an open quote at the first line, and none behind it", (row) => (row === 0 ? 'r,"x,y\n' : `r${row},x,y\n`)],
    [
      "an open quote every 2,000 lines, far from one another",
      (row) => (row % 2000 === 0 ? `r${row},"x,y\n` : `r${row},"""",y\n`),
    ],
    ["empty quoted cells behind an open quote", (row) => (row === 0 ? '"\n' : '"",,\n')],
    ["stray quotes", (row) => `r${row},x"x,"y\n`],
  ])("of %s", { timeout: 60_000, retry: 2 }, async (_, line) => {
    await secondsFor(line, MEGABYTE / 4);
    const small = await secondsFor(line, 1.25 * MEGABYTE);
    const large = await secondsFor(line, 5 * MEGABYTE);
    // Four times as much, with room for the noise of a shared machine; were it quadratic, it would be sixteen times.
    expect(large / Math.max(small, 0.02)).toBeLessThan(9);
  });
});
