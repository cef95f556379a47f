import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { sqliteQueue } from "@crm-engine/adapters/sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { getJson, postJson, temporaryFolder } from "./crm-process.fixture.js";
import {
  addPeople,
  completes,
  DRILL_MS,
  doctorIsContent,
  doctorSays,
  launch,
  openDrill,
  openVendor,
  TOLD_WITHIN_MS,
  waits,
} from "./sight.fixture.js";

const LEASE_MS = 6_000;

interface Seen {
  readonly role: string;
  readonly startedAt: string;
  readonly seenAt: string;
}

let folder: ReturnType<typeof temporaryFolder>;
let file: string;
beforeEach(() => {
  folder = temporaryFolder();
  file = join(folder.path, "crm.db");
});
afterEach(() => folder.remove());

async function drillWith(vendorUrl = "simulated:", more: Readonly<Record<string, string>> = {}) {
  return openDrill({ STORE_URL: `sqlite:${file}`, SENDER_URL: vendorUrl, LEASE_MS: String(LEASE_MS), ...more });
}

it("no worker: uploads and campaigns say that they wait for one, and go on with the first", { timeout: DRILL_MS }, async () => {
  const drill = await drillWith();
  const upload = await addPeople(drill, 10);
  const campaign = await launch(drill);
  const { why } = await waits(drill, campaign, "worker");
  expect(why).toBe("no worker has been seen in the last day");
  await waits(drill, upload, "worker");
  await doctorSays(drill, { text: /fail +No worker has been seen.*crm worker/, code: 1 });
  expect(await getJson(`${drill.url}/readyz`)).toMatchObject({ status: "ready", workers: { alive: 0 } });
  await expect.poll(() => drill.logged("no worker has been seen").length, { timeout: 2 * TOLD_WITHIN_MS }).toBe(1);

  drill.worker();
  await doctorIsContent(drill);
  await completes(drill, upload, TOLD_WITHIN_MS);
  await completes(drill, campaign, TOLD_WITHIN_MS);
  await expect.poll(() => drill.logged("workers are seen again").length, { timeout: TOLD_WITHIN_MS }).toBe(1);
  await expect.poll(() => drill.logged("batch completed").length, { timeout: TOLD_WITHIN_MS }).toBe(1);
});

it("a worker that is killed: told apart from one that ended, and its rows are taken over", { timeout: DRILL_MS }, async () => {
  const vendor = await openVendor();
  const drill = await drillWith(vendor.url);
  const workers = ["/1", "/2"].map((suffix) => drill.worker({ SENDER_URL: `${vendor.url}${suffix}` }));
  await completes(drill, await addPeople(drill, 10), TOLD_WITHIN_MS);
  const bothBeat = async (): Promise<boolean> => {
    const { items } = await getJson<{ readonly items: readonly Seen[] }>(`${drill.url}/api/workers`);
    const seen = items.filter(({ role }) => role === "worker");
    return seen.length === 2 && seen.every(({ seenAt }) => seen.every(({ startedAt }) => seenAt > startedAt));
  };
  await expect.poll(bothBeat, { timeout: TOLD_WITHIN_MS }).toBe(true);
  vendor.behave("hold");
  const campaign = await launch(drill);
  await expect.poll(() => vendor.held().length, { timeout: 5_000 }).toBeGreaterThan(0);
  const [killed, other] = vendor.held()[0] === "/1" ? workers : workers.toReversed();
  if (!killed || !other) throw new Error("there are two workers");
  killed.child.kill("SIGKILL");
  await doctorSays(drill, { text: /fail +A worker .* did not end by itself: was it killed/, code: 1 }, TOLD_WITHIN_MS + LEASE_MS);
  await expect.poll(() => drill.logged("a process fell silent").length, { timeout: TOLD_WITHIN_MS }).toBe(1);
  vendor.behave("accept");
  await completes(drill, campaign, 4 * LEASE_MS);
  expect(drill.logged("rows were taken over")).toHaveLength(1);

  drill.worker();
  await doctorIsContent(drill);
  other.child.kill("SIGTERM");
  expect(await other.exited).toMatchObject({ code: 0 });
  await doctorIsContent(drill);
});

it("a dead vendor: its last words, and when it is tried next", { timeout: DRILL_MS }, async () => {
  const vendor = await openVendor();
  const drill = await drillWith(vendor.url, { BREAKER_FAILURES: "3" });
  drill.worker();
  await completes(drill, await addPeople(drill, 500), TOLD_WITHIN_MS);
  vendor.behave("refuse");
  const campaign = await launch(drill);
  const { why, until } = await waits(drill, campaign, "vendor");
  expect(why).toMatch(/^the vendor('s last| has refused)/);
  await doctorSays(drill, { text: /fail +The vendor (has refused for|'s last)/, code: 1 });
  expect(await getJson(`${drill.url}/api/vendor`)).toMatchObject({ workers: 1, affected: 1, lastError: expect.any(String) });
  await expect.poll(() => drill.logged("vendor breaker opened").length, { timeout: TOLD_WITHIN_MS }).toBe(1);
  expect(await getJson(`${drill.url}/readyz`)).toMatchObject({ status: "ready" });

  vendor.behave("accept");
  const shown = (await waits(drill, campaign, "vendor")).until ?? until ?? "";
  const pauseMs = Math.max(0, Date.parse(shown) - Date.now());
  await doctorIsContent(drill, TOLD_WITHIN_MS + pauseMs);
  await completes(drill, campaign, 60_000);
  expect(drill.logged("vendor breaker closed")).toHaveLength(1);
});

it("a vendor that throttles: at what rate it goes on, and until when", { timeout: DRILL_MS }, async () => {
  const vendor = await openVendor();
  const drill = await drillWith(vendor.url, { SENDER_RATE: "200" });
  drill.worker();
  await completes(drill, await addPeople(drill, 3_000), TOLD_WITHIN_MS);
  const campaign = await launch(drill);
  await expect
    .poll(async () => (await getJson<{ readonly sent: number }>(`${drill.url}${campaign}/stats`)).sent, { timeout: 10_000 })
    .toBeGreaterThan(0);
  vendor.behave("throttle");
  await expect
    .poll(async () => (await waits(drill, campaign, "vendor_rate")).why, { timeout: TOLD_WITHIN_MS })
    .toMatch(/^the vendor throttles: /);
  await doctorSays(drill, { text: /warn +The vendor throttles: /, code: 0 });
  expect(drill.logged("the vendor throttles").length).toBeGreaterThan(0);
  const { rate } = await getJson<{ readonly rate: { readonly throttledUntil: string } }>(`${drill.url}/api/vendor`);
  const recoveryMs = Math.max(0, Date.parse(rate.throttledUntil) - Date.now());
  await expect
    .poll(async () => getJson(`${drill.url}/api/vendor`), { timeout: TOLD_WITHIN_MS + recoveryMs, interval: 500 })
    .toMatchObject({ rate: { throttled: false } });
});

it("a dead letter: why, and that an upload may wait for it", { timeout: DRILL_MS }, async () => {
  const drill = await drillWith();
  drill.worker();
  await completes(drill, await addPeople(drill, 10), TOLD_WITHIN_MS);
  const queue = sqliteQueue({ file });
  await queue.publish("customers", [{ id: "poison", body: "not json" }]);
  await queue.close();
  await doctorSays(drill, { text: /fail +customers: 1 message could not be applied/, code: 1 });
  const [line] = drill.logged("a message became a dead letter");
  expect(JSON.parse(line ?? "{}")).toMatchObject({ topic: "customers", id: "poison", attempts: 5 });
  const { discarded } = await postJson<{ readonly discarded: number }>(`${drill.url}/api/dead-letters/discard`, {
    ids: ["poison"],
  });
  expect(discarded).toBe(1);
  await doctorIsContent(drill);
});

it("a store that can't grow: nothing is ready, and all goes on when it can", { timeout: DRILL_MS }, async () => {
  const drill = await drillWith();
  const worker = drill.worker();
  await completes(drill, await addPeople(drill, 10), TOLD_WITHIN_MS);
  const campaign = await launch(drill);
  await completes(drill, campaign, TOLD_WITHIN_MS);
  const pids = [worker.child.pid, drill.server.child.pid];
  const limit = (bytes: string): void => {
    for (const pid of pids) execFileSync("prlimit", [`--pid=${pid}`, `--fsize=${bytes}:`]);
  };
  limit(String(statSync(file).size));
  await expect.poll(async () => (await fetch(`${drill.url}/readyz`)).status, { timeout: TOLD_WITHIN_MS }).toBe(503);
  await expect.poll(() => drill.logged("the store does not answer").length, { timeout: TOLD_WITHIN_MS }).toBe(2);
  limit("unlimited");
  await expect.poll(async () => (await fetch(`${drill.url}/readyz`)).status, { timeout: TOLD_WITHIN_MS }).toBe(200);
  await expect.poll(() => drill.logged("the store answers again").length, { timeout: TOLD_WITHIN_MS }).toBe(2);
  await doctorIsContent(drill);
});
