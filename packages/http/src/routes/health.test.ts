import { CrmError } from "@crm-engine/core";
import { memoryQueue, memoryStore } from "@crm-engine/core/memory";
import { expect, it } from "vitest";
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
