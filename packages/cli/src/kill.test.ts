import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CrmProcess, crm, everything, getJson, postJson, temporaryFolder } from "./crm-process.fixture.js";

interface Stats
  extends Readonly<
    Record<"total" | "pending" | "claimed" | "sent" | "delivered" | "failed" | "bounced" | "skipped" | "unknown", number>
  > {}

let folder: ReturnType<typeof temporaryFolder>;
let running: CrmProcess | undefined;

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await kill();
  folder.remove();
});

/** The API and a worker in one process, with small batches and short leases, so that a kill meets them half-way. */
async function start(): Promise<string> {
  running = crm(["start"], {
    STORE_URL: `sqlite:${join(folder.path, "crm.db")}`,
    PORT: "0",
    BATCH_SIZE: "100",
    LEASE_MS: "3000",
    SENDER_URL: "simulated:?failureRate=0.1&delayMs=5&seed=1",
  });
  return running.url;
}

/** `kill -9`: no handler runs, nothing is flushed. */
async function kill(): Promise<void> {
  running?.child.kill("SIGKILL");
  await running?.exited;
  running = undefined;
}

async function untilStats(url: string, id: string, reached: (stats: Stats) => boolean): Promise<Stats> {
  for (;;) {
    const stats = await getJson<Stats>(`${url}/api/campaigns/${id}/stats`);
    if (reached(stats)) return stats;
  }
}

describe("kill -9 of the server", () => {
  it("in the middle of a bulk upload's processing loses nothing and doubles nothing", { timeout: 60_000 }, async () => {
    const customers = 300;
    const orders = Array.from({ length: 12_000 }, (_, n) => ({
      id: `o${n}`,
      customerId: `c${n % customers}`,
      amount: ((n % 997) + 0.25).toFixed(2),
      placedAt: "2026-01-01T00:00:00Z",
    }));
    const spend = new Map<string, number>();
    for (const { customerId, amount } of orders)
      spend.set(customerId, (spend.get(customerId) ?? 0) + Math.round(Number(amount) * 100));

    let url = await start();
    const body = `${orders.map((order) => JSON.stringify(order)).join("\n")}\nnot json\n`;
    const response = await fetch(`${url}/api/orders`, {
      method: "POST",
      headers: { "Content-Type": "application/x-ndjson" },
      body,
    });
    expect(response.status).toBe(202);
    const { batchId, received } = (await response.json()) as { readonly batchId: string; readonly received: number };
    expect(received).toBe(12_001);

    let interrupted = 0;
    for (let round = 0; round < 3; round++) {
      const { accepted, status } = await getJson<{ readonly accepted: number; readonly status: string }>(
        `${url}/api/batches/${batchId}`,
      );
      if (status === "processing" && accepted < 12_000) interrupted += 1;
      await kill();
      url = await start();
    }
    expect(interrupted).toBeGreaterThan(0);

    const batch = () => getJson(`${url}/api/batches/${batchId}`);
    await expect
      .poll(batch, { timeout: 30_000 })
      .toMatchObject({ status: "completed", received: 12_001, accepted: 12_000, rejected: 1, errors: [{ row: 12_001 }] });
    const stored = await everything<{ readonly id: string; readonly orderCount: number; readonly totalSpend: number }>(
      `${url}/api/customers`,
    );
    expect(stored).toHaveLength(customers);
    for (const { id, orderCount, totalSpend } of stored) {
      expect({ id, orderCount, cents: Math.round(totalSpend * 100) }).toEqual({ id, orderCount: 40, cents: spend.get(id) });
    }
  });

  it("in the middle of a campaign gives each recipient one row, loses none, and the campaign completes", {
    timeout: 60_000,
  }, async () => {
    const people = Array.from({ length: 3_000 }, (_, n) => ({ id: `c${n}`, email: `c${n}@example.com`, name: `Customer ${n}` }));
    let url = await start();
    const { batchId } = await postJson<{ readonly batchId: string }>(`${url}/api/customers`, people);
    await expect
      .poll(() => getJson(`${url}/api/batches/${batchId}`), { timeout: 20_000 })
      .toMatchObject({ status: "completed", accepted: 3_000 });
    const segment = await postJson<{ readonly id: string }>(`${url}/api/segments`, { name: "Everyone", rule: { all: [] } });
    const message = { channel: "email", subject: "Hi", body: "Hi {{ customer.name }}" };
    const { id } = await postJson<{ readonly id: string }>(`${url}/api/campaigns`, {
      name: "Hi",
      segmentId: segment.id,
      // Six seconds at least: stats may be two seconds old, and it is to be seen half-way however busy this machine is.
      throttlePerSecond: 500,
      message,
    });

    const launched = await postJson<{ readonly status: string }>(`${url}/api/campaigns/${id}/launch`, undefined);
    expect(launched.status).toBe("planning");
    await kill();

    url = await start();
    const open = ({ pending, claimed, sent, delivered, failed }: Stats) => sent + delivered + failed > 0 && pending + claimed > 0;
    const halfWay = await untilStats(url, id, (stats) => open(stats) || (stats.total > 0 && stats.pending + stats.claimed === 0));
    await kill();
    expect(open(halfWay)).toBe(true);

    url = await start();
    const campaign = () => getJson<{ readonly status: string }>(`${url}/api/campaigns/${id}`);
    await expect.poll(campaign, { timeout: 30_000 }).toMatchObject({ status: "completed" });
    const { total, sent, delivered, failed } = await getJson<Stats>(`${url}/api/campaigns/${id}/stats`);
    expect({ total, settled: sent + delivered + failed }).toEqual({ total: 3_000, settled: 3_000 });
    const rows = await everything<{ readonly id: string; readonly customerId: string }>(`${url}/api/campaigns/${id}/log`);
    expect(rows).toHaveLength(3_000);
    expect(new Set(rows.map(({ customerId }) => customerId))).toEqual(new Set(people.map((person) => person.id)));
  });
});
