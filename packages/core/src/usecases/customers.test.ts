import { expect, it } from "vitest";
import { memoryEngine, people } from "../engine.fixture.js";

it("a recount goes through everybody, tells how far it is, and ends at a signal", async () => {
  const engine = memoryEngine();
  await engine.ingest.customers(people(1_050));
  await engine.workOff();
  const seen: number[] = [];
  expect(await engine.recount({ onProgress: ({ checked }) => seen.push(checked) })).toEqual({ checked: 1_050, corrected: 0 });
  expect(seen).toEqual([500, 1_000, 1_050]);
  const stopping = new AbortController();
  await expect(
    engine.recount({ signal: stopping.signal, onProgress: () => stopping.abort(new Error("enough")) }),
  ).rejects.toThrow("enough");
});
