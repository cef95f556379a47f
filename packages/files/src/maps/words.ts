import type { ConsentWord, MappedColumn } from "@crm-engine/core/schemas";
import { CONSENT_WORDS } from "@crm-engine/core/schemas";
import { readList } from "../cells/csv-cells.js";
import { quoted, Refused } from "./refused.js";

const SHOWN = 10;

/** Looks cells up in any case: whole, then by the longest beginning (`C*`), then any other (`*`). Undefined for what is not there. */
export function lookup<T>(meanings: ReadonlyMap<string, T>): (cell: string) => T | undefined {
  const exact = new Map([...meanings].map(([word, meaning]) => [word.toLowerCase(), meaning]));
  const begins = [...exact]
    .filter(([word]) => word.endsWith("*"))
    .map(([word, meaning]) => [word.slice(0, -1), meaning] as const)
    .sort(([one], [other]) => other.length - one.length);
  return (cell) => {
    const word = cell.toLowerCase();
    const meaning = exact.get(word);
    if (meaning !== undefined || word === "") return meaning;
    return begins.find(([start]) => word.startsWith(start))?.[1];
  };
}

export function valueReader(values: Readonly<Record<string, string>>): (cell: string) => string | Refused {
  const find = lookup(new Map(Object.entries(values)));
  return (cell) => find(cell) ?? notKnown(cell, Object.keys(values));
}

const YES = ["true", "yes", "y", "1", "on"];
const NO = ["false", "no", "n", "0", "off"];

export function booleanReader(entry: Pick<MappedColumn, "true" | "false">): (cell: string) => boolean | Refused {
  const [yes, no] = entry.true || entry.false ? [entry.true ?? [], entry.false ?? []] : [YES, NO];
  const find = lookup(new Map([...no.map((word) => [word, false] as const), ...yes.map((word) => [word, true] as const)]));
  return (cell) => find(cell) ?? notKnown(cell, [...yes, ...no]);
}

/** What a cell says of a consent: one of the words, or nothing. */
export function consentReader(entry: MappedColumn): (cell: string) => ConsentWord | undefined | Refused {
  const given = CONSENT_WORDS.flatMap((word) => (entry[word] ?? []).map((cell) => [cell, word] as const));
  const meanings = new Map<string, ConsentWord | "unknown">([
    ...(given.length > 0 ? given : CONSENT_WORDS.map((word) => [word, word] as const)),
    ...(entry.unknown ?? []).map((cell) => [cell, "unknown"] as const),
  ]);
  const find = lookup(meanings);
  return (cell) => {
    const word = find(cell);
    if (word === "unknown" || (word === undefined && cell === "")) return undefined;
    return word ?? notKnown(cell, [...meanings.keys()]);
  };
}

/**
 * `"VIP","Blog, weekly"` with its separator: entries are trimmed, empty ones are none, and one in double quotes may hold the separator (and two quotes
 * are one). A quote that is never closed, or that something follows, is a character like any other.
 */
export function listReader(separator: string | undefined): (cell: string) => readonly string[] {
  if (separator === undefined) return readList;
  return (cell) => entriesOf(cell, separator).filter((entry) => entry !== "");
}

function entriesOf(cell: string, separator: string): string[] {
  const entries: string[] = [];
  for (let at = 0; at <= cell.length; ) {
    const quote = quotedEntry(cell, at, separator);
    if (quote) entries.push(quote.entry);
    const found = cell.indexOf(separator, at);
    const end = quote?.end ?? (found === -1 ? cell.length : found);
    if (!quote) entries.push(cell.slice(at, end).trim());
    at = end + separator.length;
  }
  return entries;
}

function quotedEntry(
  cell: string,
  from: number,
  separator: string,
): { readonly entry: string; readonly end: number } | undefined {
  const open = from + (/^\s*/.exec(cell.slice(from))?.[0].length ?? 0);
  if (cell[open] !== '"') return undefined;
  for (let at = open + 1; at < cell.length; at++) {
    if (cell[at] !== '"') continue;
    if (cell[at + 1] === '"') {
      at += 1;
      continue;
    }
    const rest = cell.slice(at + 1).trimStart();
    const end = cell.length - rest.length;
    if (rest !== "" && !rest.startsWith(separator)) return undefined;
    return {
      entry: cell
        .slice(open + 1, at)
        .replaceAll('""', '"')
        .trim(),
      end,
    };
  }
  return undefined;
}

function notKnown(cell: string, known: readonly string[]): Refused {
  const shown = known.slice(0, SHOWN).map((word) => JSON.stringify(word));
  return new Refused(
    `${quoted(cell)} is none of the cells that the map knows: ${shown.join(", ")}${known.length > SHOWN ? " …" : ""}`,
  );
}
