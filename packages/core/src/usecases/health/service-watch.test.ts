import { describe, expect, it } from "vitest";
import { CrmError } from "../../errors.js";
import { memoryQueue, memoryStore } from "../../memory/index.js";
import type { Logger } from "../../ports/runtime.js";
import { serviceWatch } from "./service-watch.js";
import { watchedQueue, watchedStore } from "./watched-ports.js";

const away = () => Promise.reject(new CrmError("unavailable", "connect ECONNREFUSED to mongodb://user:secret@host"));
const fine = async () => "fine";

function recorder() {
  const lines: string[] = [];
  const world = { now: 0 };
  const line = (level: string) => (fields: object, message: string) =>
    void lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const logger: Logger = { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
  const state = () => lines.filter((one) => !one.startsWith("debug"));
  return { lines, state, logger, world, elapsed: () => world.now };
}

function watchAt() {
  const { logger, elapsed, ...rest } = recorder();
  return { watch: serviceWatch("store", logger, elapsed), ...rest };
}

describe("an outage", () => {
  it("is told with its first error and, when it is over, with how many there were", async () => {
    const { watch, world, state } = watchAt();
    for (const call of ["customers.get", "claims.claim", "customers.get"])
      await expect(watch.call(call, away)).rejects.toMatchObject({ code: "unavailable" });
    world.now = 4_000;
    expect(await watch.call("claims.claim", fine)).toBe("fine");
    await watch.call("customers.get", fine);
    expect(state()).toEqual([
      expect.stringMatching(/^warn the store does not answer .*"customers.get","error":"connect ECONNREFUSED to \[hidden\]"/),
      'info the store answers again {"service":"store","awayMs":4000,"failures":3}',
    ]);
  });

  it("of writes lasts until a write goes through, whatever reads do", async () => {
    const { watch, state } = watchAt();
    await watch.call("claims.claim", away).catch(() => undefined);
    await watch.call("campaigns.get", fine);
    expect(state()).toHaveLength(1);
    await watch.call("claims.claim", fine);
    expect(state()).toHaveLength(2);
  });

  it("of a call that is never made again ends with the second heartbeat after the last failure", async () => {
    const { watch, state } = watchAt();
    await watch.call("suppressions.record", away).catch(() => undefined);
    await watch.call("heartbeats.beat", fine);
    await watch.call("customers.find", away).catch(() => undefined);
    await watch.call("heartbeats.beat", fine);
    expect(state()).toHaveLength(1);
    await watch.call("heartbeats.beat", fine);
    expect(state()).toHaveLength(2);
  });

  it("is none where a call is refused for what it asks", async () => {
    const { watch, state } = watchAt();
    await watch.call("segments.get", () => Promise.reject(new CrmError("invalid", "no"))).catch(() => undefined);
    expect(state()).toEqual([]);
  });
});

it("at debug each call is a line, without what it was given", async () => {
  const { logger, lines, elapsed } = recorder();
  const store = watchedStore(memoryStore(), logger, elapsed);
  await store.customers.findOwners("email", ["kim@example.com"]);
  await watchedQueue(memoryQueue(), logger, elapsed).publish("orders", [{ id: "m", body: "kim@example.com" }]);
  expect(lines).toEqual([
    'debug call {"service":"store","call":"customers.findOwners","tookMs":0}',
    'debug call {"service":"queue","call":"publish","tookMs":0}',
  ]);
});

it("a consumer's outage is the queue's", async () => {
  const { logger, state, elapsed } = recorder();
  const queue = memoryQueue();
  const subscribe: typeof queue.subscribe = async (_topic, _handler, { events }) => {
    events?.failed(new CrmError("unavailable", "away"));
    events?.failed(new CrmError("unavailable", "away"));
    events?.recovered();
    return { close: async () => undefined };
  };
  await watchedQueue({ ...queue, subscribe }, logger, elapsed).subscribe("orders", async () => undefined, { prefetch: 1 });
  expect(state()).toEqual([
    expect.stringContaining("warn the queue does not answer"),
    'info the queue answers again {"service":"queue","awayMs":0,"failures":2}',
  ]);
});

it("passes a store on that is of a class", async () => {
  class Settings {
    readonly #kept = "kept";
    async keep(): Promise<string> {
      return this.#kept;
    }
  }
  const { logger, elapsed } = recorder();
  const store = watchedStore({ ...memoryStore(), settings: new Settings() }, logger, elapsed);
  expect(await store.settings.keep("a", "b")).toBe("kept");
});
