import { CrmError } from "@crm-engine/core";
import { expect, it } from "vitest";
import { runLoop } from "./loop.js";

function recorder() {
  const errors: object[] = [];
  const quiet = () => undefined;
  return { errors, logger: { info: quiet, warn: quiet, error: (fields: object) => void errors.push(fields) } };
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

it("survives failures, tells of each, and goes on", async () => {
  const stop = new AbortController();
  const { logger, errors } = recorder();
  let calls = 0;
  await runLoop({
    name: "test",
    idleMs: 1,
    signal: stop.signal,
    logger,
    work: async () => {
      calls += 1;
      if (calls <= 3) throw new CrmError("unavailable", "away");
      stop.abort();
      return true;
    },
  });
  expect(calls).toBe(4);
  expect(errors).toMatchObject([{ failures: 1 }, { failures: 2 }, { failures: 3 }]);
});
