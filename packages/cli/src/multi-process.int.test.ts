import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { describe, expect, it } from "vitest";
import { needs, serviceUrl } from "../../../test/service-url.js";
import { crm, everything, getJson, postJson } from "./crm-process.fixture.js";

type Example = "mongo-redis" | "mongo-rabbitmq";
type Settings = Readonly<Record<string, string>>;

const CUSTOMERS = 2_000;
const ORDERS = 4_000;
/** More than 30.00 spent: by the cents, so that float sums would show. */
const RULE = { all: [{ field: "totalSpend", op: "gt", value: 30 }] };

/** The example's own settings, on the servers of this run and in a namespace of the test. */
function settingsOf(example: Example): Settings {
  const env = readFileSync(new URL(`../../../examples/${example}/.env`, import.meta.url), "utf8");
  const QUEUE_URL = serviceUrl(example === "mongo-redis" ? "redis" : "rabbitmq");
  const NAMESPACE = `test_${randomUUID().slice(0, 8)}`;
  return { ...(parseEnv(env) as Settings), STORE_URL: serviceUrl("mongo"), QUEUE_URL, NAMESPACE, PORT: "0" };
}

async function upload(url: string, path: string, rows: readonly unknown[]): Promise<void> {
  const { batchId } = await postJson<{ readonly batchId: string }>(`${url}${path}`, rows);
  await expect
    .poll(() => getJson(`${url}/api/batches/${batchId}`), { timeout: 20_000 })
    .toMatchObject({ status: "completed", received: rows.length, accepted: rows.length, rejected: 0 });
}

/** The whole job through one API process and three workers, to the last cent and the last row. */
async function doTheWholeJob(settings: Settings): Promise<void> {
  const customers = Array.from({ length: CUSTOMERS }, (_, n) => ({
    id: `c${n}`,
    email: `c${n}@example.com`,
    name: `Customer ${n}`,
  }));
  const orders = Array.from({ length: ORDERS }, (_, n) => ({
    id: `o${n}`,
    customerId: `c${(n * 7) % CUSTOMERS}`,
    amount: ((n % 397) / 10 + 0.01).toFixed(2),
    placedAt: "2026-01-01T00:00:00Z",
  }));
  const cents = new Map<string, number>();
  for (const { customerId, amount } of orders)
    cents.set(customerId, (cents.get(customerId) ?? 0) + Math.round(Number(amount) * 100));
  const audience = customers.map(({ id }) => id).filter((id) => (cents.get(id) ?? 0) > 3_000);

  const server = crm(["serve"], settings);
  for (let worker = 0; worker < 3; worker++) crm(["worker"], settings);
  const url = await server.url;
  await Promise.all([upload(url, "/api/customers", customers), upload(url, "/api/orders", orders)]);
  const stored = await everything<{ readonly id: string; readonly orderCount: number; readonly totalSpend: number }>(
    `${url}/api/customers`,
  );
  const totals = stored.map(({ id, orderCount, totalSpend }) => [id, orderCount, Math.round(totalSpend * 100)]);
  expect(new Map(totals.map(([id, ...rest]) => [id, rest]))).toEqual(
    new Map(customers.map(({ id }) => [id, [2, cents.get(id)]])),
  );
  expect(totals).toHaveLength(CUSTOMERS);

  const segment = await postJson<{ readonly id: string }>(`${url}/api/segments`, { name: "Good customers", rule: RULE });
  expect(await postJson(`${url}/api/segments/estimate`, { rule: RULE })).toMatchObject({ count: audience.length, exact: true });
  const message = { channel: "email", subject: "Thank you", body: "Hi {{ customer.name }}" };
  const { id } = await postJson<{ readonly id: string }>(`${url}/api/campaigns`, {
    name: "Thanks",
    segmentId: segment.id,
    message,
  });
  await postJson(`${url}/api/campaigns/${id}/launch`, undefined);
  await expect.poll(() => getJson(`${url}/api/campaigns/${id}`), { timeout: 30_000 }).toMatchObject({ status: "completed" });
  const settled = async () => {
    const stats = await getJson<Readonly<Record<string, number>>>(`${url}/api/campaigns/${id}/stats`);
    return { total: stats.total, settled: (stats.delivered ?? 0) + (stats.failed ?? 0) };
  };
  await expect.poll(settled, { timeout: 10_000 }).toEqual({ total: audience.length, settled: audience.length });
  const rows = await everything<{ readonly customerId: string }>(`${url}/api/campaigns/${id}/log`);
  expect(rows.map(({ customerId }) => customerId).sort()).toEqual([...audience].sort());
}

/** Four processes, each with an API and a worker, take and apply orders of one customer, one by one. */
async function raceOrders(settings: Settings): Promise<void> {
  const processes = Array.from({ length: 4 }, () => crm(["start"], { ...settings, BATCH_SIZE: "1", BATCH_WAIT_MS: "0" }));
  const urls = await Promise.all(processes.map(({ url }) => url));
  for (let round = 0; round < 3; round++) {
    const customerId = `racer${round}`;
    const orders = Array.from({ length: 20 }, (_, n) => ({
      id: `${customerId}-${n}`,
      customerId,
      amount: `${n}.99`,
      placedAt: "2026-01-01T00:00:00Z",
    }));
    await Promise.all(orders.map((order, n) => upload(urls[n % urls.length] ?? "", "/api/orders", [order])));
    expect(await getJson(`${urls[round]}/api/customers/${customerId}`)).toMatchObject({ orderCount: 20, totalSpend: 209.8 });
  }
}

describe("MongoDB and Redis", needs("mongo", "redis"), () => {
  it("carry the whole job through four processes", { timeout: 60_000 }, () => doTheWholeJob(settingsOf("mongo-redis")));
  it("let four processes race for one customer", { timeout: 60_000 }, () => raceOrders(settingsOf("mongo-redis")));
});

describe("MongoDB and RabbitMQ", needs("mongo", "rabbitmq"), () => {
  it("carry the whole job through four processes", { timeout: 60_000 }, () => doTheWholeJob(settingsOf("mongo-rabbitmq")));
  it("let four processes race for one customer", { timeout: 60_000 }, () => raceOrders(settingsOf("mongo-rabbitmq")));
});
