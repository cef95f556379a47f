import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { sqliteStore } from "@crm-engine/adapters/sqlite";
import type { Store } from "@crm-engine/core/ports";
import { ruleContract, storeContract } from "@crm-engine/core/testing";
import { afterAll, beforeAll, describe, it } from "vitest";
import { newFile, scratchFile } from "./scratch.fixture.js";

describe("SQLite store", () => {
  let file = "";
  let keepOpen: readonly Store[] = [];
  beforeAll(async () => {
    file = await newFile();
    keepOpen = [sqliteStore({ file }), sqliteStore({ file, synchronous: "normal" })];
    await Promise.all(keepOpen.map((store) => store.info()));
  });
  afterAll(async () => {
    await Promise.all(keepOpen.map((store) => store.close()));
    await rm(dirname(file), { recursive: true });
  });

  // A namespace for each case, or a file where the case opens it anew. Handles that differ in `synchronous` share no
  // connection, as those of two processes don't.
  it.each([...storeContract, ...ruleContract].map((contractCase, index) => ({ ...contractCase, index })))(
    "$name",
    async ({ run, needs, index }) => {
      const path = needs === "durable" ? await scratchFile() : file;
      const stores: Store[] = [];
      const open = async (): Promise<Store> => {
        const synchronous = stores.length % 2 === 0 ? "full" : "normal";
        const store = sqliteStore({ file: path, namespace: `case${index}`, synchronous });
        stores.push(store);
        return store;
      };
      try {
        await run({ open, maxWaitMs: 5_000 });
      } finally {
        await Promise.all(stores.map((store) => store.close()));
      }
    },
  );
});
