import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import type { JournalCall } from "./behaviour.js";

export interface JournalWriter {
  /** The line is with the operating system when this returns: a `kill -9` of the vendor does not lose it. */
  append(call: JournalCall): void;
  close(): void;
}

export function openJournal(file: string): JournalWriter {
  const handle = openSync(file, "a");
  return {
    append: (call) => {
      const line = Buffer.from(`${JSON.stringify(call)}\n`);
      for (let written = 0; written < line.length; ) written += writeSync(handle, line, written);
    },
    close: () => closeSync(handle),
  };
}

/** Every call so far. A last line that is still being written is left out. */
export function readJournal(file: string): readonly JournalCall[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.slice(0, -1).map((line) => JSON.parse(line) as JournalCall);
}
