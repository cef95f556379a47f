import { sqliteScratch, sqliteStore } from "@crm-engine/adapters/sqlite";
import { it } from "vitest";
import { sameAsImport } from "../../../core/src/usecases/dry-run/same-as-import.fixture.js";
import { scratchFile } from "./scratch.fixture.js";

it.each([1, 2, 3, 5])(
  "a dry run on SQLite has the numbers of the import that follows, and writes nothing (seed %i)",
  async (seed) => {
    const store = sqliteStore({ file: await scratchFile() });
    try {
      await sameAsImport(store, seed, sqliteScratch());
    } finally {
      await store.close();
    }
  },
);
