import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { memoryStore } from "@crm-engine/core/memory";
import { expect, it } from "vitest";

/** Every folder that has a room for each of the store's nouns, and what it has besides. */
const HALLS: readonly (readonly [hall: string, besides: readonly string[]])[] = [
  [
    "core/src/memory",
    [
      "async-port",
      "index",
      "memory-queue",
      "memory-scratch",
      "memory-spool",
      "memory-store",
      "memory-topic",
      "ordered-map",
      "page-of",
      "versioned",
    ],
  ],
  [
    "adapters/src/sqlite",
    [
      ...["database", "schema", "query", "threads", "versioned", "index", "sqlite-store"],
      ...["sqlite-queue", "queue-messages", "subscription", "sqlite-spool", "spool-rows", "sqlite-scratch", "scratch-values"],
    ],
  ],
  ["adapters/src/mongo", ["database", "schema", "query", "versioned", "index", "mongo-store", "model", "faults"]],
  ["core/src/testing/store-contract", ["given", "store", "store-harness", "versioned"]],
];

it.each(HALLS)("%s has a room of its name for each noun of the store, and only known ones besides", (hall, besides) => {
  const { info: _, close: __, ...nouns } = memoryStore();
  expect(roomsIn(resolve(import.meta.dirname, "../..", hall)).sort()).toEqual([...Object.keys(nouns), ...besides].sort());
});

/** Files and folders are rooms, tests are not; in `coordination/` live several nouns. */
function roomsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(({ name }) => {
    if (name === "coordination") return roomsIn(`${folder}/${name}`);
    return /\.(test|fixture)\.ts$/.test(name) ? [] : [name.replace(/\.ts$/, "")];
  });
}
