import { CrmError } from "@crm-engine/core";
import { memoryQueue, memoryStore } from "@crm-engine/core/memory";
import { expect, it, vi } from "vitest";
import { runningApp } from "../running-app.fixture.js";

it("is not ready, with the reason, while the queue answers and takes no messages", async () => {
  const queue = memoryQueue();
  let refusal: { readonly refusesWrites?: string } = { refusesWrites: "The broker is full." };
  const running = await runningApp({
    working: false,
    queue: { ...queue, info: async () => ({ ...(await queue.info()), ...refusal }) },
  });
  expect(await running.call("GET", "/readyz")).toMatchObject({ status: 503, json: { detail: "The broker is full." } });
  refusal = {};
  expect(await running.call("GET", "/readyz")).toMatchObject({ status: 200, json: { status: "ready" } });
  await running.close();
});

it("is not ready, with the reason, while the store answers and takes no writes", async () => {
  const store = memoryStore();
  const full = async () => {
    throw new CrmError("unavailable", "The disk is full.");
  };
  const running = await runningApp({ working: false, store: { ...store, leases: { ...store.leases, acquire: full } } });
  expect(await running.call("GET", "/readyz")).toMatchObject({ status: 503, json: { detail: "The disk is full." } });
  expect(await running.call("GET", "/healthz")).toMatchObject({ status: 200 });
  await running.close();
});

it("is not ready, and takes nothing, while the store's clock was never read", async () => {
  const store = memoryStore();
  const clock = {
    now: async () => {
      throw new CrmError("unavailable", "The store does not tell its time.");
    },
  };
  const running = await runningApp({ working: false, store: { ...store, clock } });
  for (const answer of [
    await running.call("GET", "/readyz"),
    await running.call("POST", "/api/customers", { id: "c1" }),
    await running.call("POST", "/api/receipts", { messageId: "k:c1", status: "sent" }),
  ]) {
    expect(answer).toMatchObject({ status: 503, json: { detail: "The store does not tell its time." } });
    expect(answer.headers.get("retry-after")).toBe("2");
  }
  await running.close();
});

it("says so where this machine's clock is far from the store's", async () => {
  const warningsAt = async (aheadMs: number): Promise<unknown> => {
    const store = memoryStore({ now: () => Math.floor(performance.timeOrigin + performance.now()) });
    const running = await runningApp({ working: false, store });
    const wall = vi.spyOn(Date, "now").mockImplementation(() => performance.timeOrigin + performance.now() + aheadMs);
    const { json } = await running.call("GET", "/readyz");
    wall.mockRestore();
    await running.close();
    return json.store.warnings.slice(1);
  };
  expect(await warningsAt(3_600_000)).toEqual([
    "This machine's clock is 3600 s ahead of the store's. The engine goes by the store's.",
  ]);
  expect(await warningsAt(-60_000)).toEqual(["This machine's clock is 60 s behind the store's. The engine goes by the store's."]);
  expect(await warningsAt(1_000)).toEqual([]);
});
