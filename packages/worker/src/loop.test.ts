import { CrmError } from "@crm-engine/core";
import { expect, it } from "vitest";
import { runLoop } from "./loop.js";

function recorder() {
  const lines: string[] = [];
  const line = (level: string) => (_: object, message: string) => void lines.push(`${level} ${message}`);
  return { lines, logger: { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") } };
}

it("works without a pause while there is work, pauses when there is none, and ends at the signal", async () => {
  const stop = new AbortController();
  const { logger } = recorder();
  const calls: number[] = [];
  const loop = runLoop({
    name: "test",
    idleMs: 60,
    signal: stop.signal,
    logger,
    work: async () => calls.push(Date.now()) <= 50,
  });
  await expect.poll(() => calls.length).toBeGreaterThan(51);
  stop.abort();
  await loop;
  expect((calls[49] ?? 0) - (calls[0] ?? 0)).toBeLessThan(500);
  expect((calls[51] ?? 0) - (calls[50] ?? 0)).toBeGreaterThanOrEqual(39);
});

async function runFailing(errors: readonly Error[]) {
  const stop = new AbortController();
  const { logger, lines } = recorder();
  const outcomes: unknown[] = [];
  let calls = 0;
  await runLoop({
    name: "test",
    idleMs: 1,
    signal: stop.signal,
    logger,
    onOutcome: (error) => void outcomes.push(error),
    work: async () => {
      const error = errors[calls++];
      if (error) throw error;
      stop.abort();
      return true;
    },
  });
  return { lines, outcomes };
}

it("survives failures in a row, of which it logs each kind once, and that they are over", async () => {
  const [broken, other] = [new Error("broken"), new Error("other")];
  const { lines, outcomes } = await runFailing([broken, broken, other, other]);
  expect(outcomes).toEqual([broken, broken, other, other, undefined]);
  expect(lines).toEqual([
    "error test failed; it goes on after a pause",
    "error test failed; it goes on after a pause",
    "info test goes on",
  ]);
});

it("leaves it to the engine to say that a server is away", async () => {
  const away = new CrmError("unavailable", "away");
  const { lines, outcomes } = await runFailing([away, away, away]);
  expect(outcomes).toEqual([away, away, away, undefined]);
  expect(lines).toEqual([]);
});
