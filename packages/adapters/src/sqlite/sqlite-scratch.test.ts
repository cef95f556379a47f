import { sqliteScratch } from "@crm-engine/adapters/sqlite";
import { memoryScratch } from "@crm-engine/core/memory";
import type { OpenScratch } from "@crm-engine/core/ports";
import { describe, expect, it } from "vitest";

describe.each<[string, OpenScratch]>([
  ["memory", memoryScratch()],
  ["SQLite", sqliteScratch()],
])("scratch values in %s", (_, openScratch) => {
  it("are read as they were last set, those that have a value alone", async () => {
    const scratch = await openScratch();
    await scratch.setMany(new Map([...Array(5_000).keys()].map((n) => [`k${n}`, `v${n}`])));
    await scratch.setMany(
      new Map([
        ["k1", "é😀'\"\n☃"],
        ["", ""],
        ["K1", "another"],
      ]),
    );
    const found = await scratch.getMany(["k4999", "k1", "", "K1", "nobody's", "k1"]);
    expect(Object.fromEntries(found)).toEqual({ k4999: "v4999", k1: "é😀'\"\n☃", "": "", K1: "another" });
    expect((await scratch.getMany([])).size).toBe(0);
    await scratch.close();
  });

  it("belong to whoever opened them, and are gone once closed", async () => {
    const [one, other] = [await openScratch(), await openScratch()];
    await one.setMany(new Map([["a", "1"]]));
    expect((await other.getMany(["a"])).size).toBe(0);
    await Promise.all([one.close(), one.close(), other.close()]);
    const left = await one.getMany(["a"]).catch(() => new Map());
    expect(left.size).toBe(0);
  });
});
