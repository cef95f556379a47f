import { describe, expect, it } from "vitest";
import { memoryEngine } from "../../engine.fixture.js";
import { createMemoryDatabase } from "../../memory/index.js";
import { addDays, type Day, type PeriodUnit, periodsOf, zoneDays } from "../../model/figures/calendar.js";
import { seededRandom } from "../../testing/seeded-random.js";

const NOW = Date.UTC(2026, 5, 15, 12);
const ZONES = ["UTC", "Europe/Berlin", "America/St_Johns"] as const;

interface Placed {
  readonly id: string;
  readonly customerId: string;
  readonly type: "purchase" | "refund";
  readonly status: "placed" | "cancelled";
  readonly amount: number;
  readonly placedAt: string;
  readonly items: readonly { readonly sku: string; readonly quantity: number; readonly price: number }[];
}

/** The engine's answer, of orders in memory, by going through all of them for each number. */
function byHand(orders: readonly Placed[], timeZone: string, from: Day, to: Day) {
  const { dayOf } = zoneDays(timeZone);
  const placed = orders
    .filter(({ status }) => status === "placed")
    .map((order) => ({ ...order, day: dayOf(Date.parse(order.placedAt)) }));
  const within = placed.filter(({ day }) => from <= day && day < to);
  const purchases = within.filter(({ type }) => type === "purchase");
  const sum = (of: readonly Placed[]) => of.reduce((total, { amount }) => total + Math.round(amount * 100), 0) / 100;
  const customers = [...new Set(purchases.map(({ customerId }) => customerId))];
  const boughtBefore = (id: string) => placed.some((one) => one.customerId === id && one.type === "purchase" && one.day < from);
  const newCustomers = customers.filter((id) => !boughtBefore(id)).length;
  const refunds = within.filter(({ type }) => type === "refund");
  return {
    from,
    to,
    orders: within.length,
    purchases: purchases.length,
    refunds: refunds.length,
    purchased: sum(purchases),
    refunded: sum(refunds),
    revenue: Math.round((sum(purchases) - sum(refunds)) * 100) / 100,
    customers: customers.length,
    newCustomers,
    returningCustomers: customers.length - newCustomers,
    repeatCustomers: customers.filter((id) => purchases.filter(({ customerId }) => customerId === id).length > 1).length,
  };
}

function productsByHand(orders: readonly Placed[], timeZone: string, from: Day, to: Day) {
  const { dayOf } = zoneDays(timeZone);
  const sums = new Map<string, { quantity: number; revenue: number }>();
  for (const { status, type, placedAt, items } of orders) {
    const day = dayOf(Date.parse(placedAt));
    if (status === "cancelled" || day < from || day >= to) continue;
    for (const { sku, quantity, price } of items) {
      const sign = type === "refund" ? -1 : 1;
      const before = sums.get(sku) ?? { quantity: 0, revenue: 0 };
      sums.set(sku, {
        quantity: before.quantity + sign * quantity,
        revenue: before.revenue + sign * quantity * Math.round(price * 1_000),
      });
    }
  }
  const ranked = [...sums].sort(([a, x], [b, y]) => y.revenue - x.revenue || (a < b ? -1 : 1)).slice(0, 10);
  return ranked.map(([sku, { quantity, revenue }]) => ({ sku, quantity, revenue: revenue / 1_000 }));
}

function cohortsByHand(orders: readonly Placed[], timeZone: string, from: Day, to: Day) {
  const { dayOf } = zoneDays(timeZone);
  const monthOf = (placedAt: string) => `${dayOf(Date.parse(placedAt)).slice(0, 7)}-01`;
  const purchases = orders.filter(({ status, type }) => status === "placed" && type === "purchase");
  const first = new Map<string, string>();
  for (const { customerId, placedAt } of purchases) {
    const month = monthOf(placedAt);
    if (month < (first.get(customerId) ?? "9")) first.set(customerId, month);
  }
  const months = periodsOf("month", `${from.slice(0, 7)}-01`, to).map((period) => period.from);
  return months.flatMap((month) => {
    const own = purchases.filter(({ customerId }) => first.get(customerId) === month);
    const active = [...new Set(own.map(({ placedAt }) => monthOf(placedAt)))].sort();
    const rows = active.map((at) => {
      const then = own.filter(({ placedAt }) => monthOf(placedAt) === at);
      const purchased = then.reduce((total, { amount }) => total + Math.round(amount * 100), 0) / 100;
      return { month: at, customers: new Set(then.map(({ customerId }) => customerId)).size, purchased };
    });
    return rows.length > 0 ? [{ month, customers: rows[0]?.customers, months: rows }] : [];
  });
}

function draw(seed: number, index: number, random: ReturnType<typeof seededRandom>): Placed {
  const { int, chance, pick } = random;
  return {
    id: `o${seed}-${index}`,
    customerId: `c${int(12)}`,
    type: chance(15) ? "refund" : "purchase",
    status: chance(10) ? "cancelled" : "placed",
    amount: int(90_000) / 100,
    placedAt: new Date(Date.UTC(2026, 0, 1) + int(160 * 24 * 4) * 900_000).toISOString(),
    items: Array.from({ length: int(4) }, () => ({
      sku: `p${int(14)}`,
      quantity: 1 + int(5),
      price: pick([1.25, 0.005, 19.99]),
    })),
  };
}

describe.each(ZONES)("order analytics in %s", (timeZone) => {
  it.each([1, 2, 3])("equal what going through all orders says, however they were written (seed %i)", async (seed) => {
    const random = seededRandom(seed);
    const engine = memoryEngine({ store: createMemoryDatabase({ now: () => NOW }).open(), clock: () => NOW, timeZone });
    const orders = new Map<string, Placed>();
    const write = async (changes: readonly Placed[]): Promise<void> => {
      for (const order of changes) orders.set(order.id, order);
      await engine.ingest.orders(changes);
      await engine.workOff();
    };
    const check = async (from: Day, to: Day, by: PeriodUnit): Promise<void> => {
      while (await engine.work.mend());
      const { totals, periods, before, topProducts, cohorts, complete } = await engine.orders.analytics({ from, to, by });
      const all = [...orders.values()];
      expect(complete).toBe(true);
      const { averageBasket, ...sums } = totals;
      expect(sums).toEqual(byHand(all, timeZone, from, to));
      expect(averageBasket).toEqual(sums.purchases === 0 ? null : expect.closeTo((sums.purchased as number) / sums.purchases, 2));
      for (const { averageBasket: _, ...period } of [...periods, ...before.periods, before.totals]) {
        expect(period).toEqual(byHand(all, timeZone, period.from, period.to));
      }
      expect(periods.map((period) => period.from)).toEqual(
        periodsOf(by, from, to).map((period) => (period.from < from ? from : period.from)),
      );
      expect(topProducts.map(({ sku, quantity, revenue }) => ({ sku, quantity, revenue }))).toEqual(
        productsByHand(all, timeZone, from, to),
      );
      expect(cohorts).toEqual(cohortsByHand(all, timeZone, from, to));
    };
    await write(Array.from({ length: 150 }, (_, index) => draw(seed, index, random)));
    await check("2026-01-01", "2026-06-16", "month");
    await check("2026-02-11", "2026-04-20", "week");
    for (let round = 0; round < 4; round++) {
      await write(
        Array.from({ length: 12 }, () => {
          const index = random.int(170);
          const known = orders.get(`o${seed}-${index}`);
          return known ? { ...draw(seed, index, random), customerId: known.customerId } : draw(seed, index, random);
        }).filter(({ id }, place, all) => all.findIndex((other) => other.id === id) === place),
      );
      const from = addDays("2026-01-01", random.int(120));
      await check(from, addDays(from, 1 + random.int(60)), random.pick(["day", "week", "month"]));
    }
  });
});

describe("order analytics", () => {
  const order = { id: "o1", customerId: "c1", amount: 5, placedAt: "2026-06-14T23:30:00Z" };

  it("say as of when: the time of the oldest change that is not in them", async () => {
    let now = NOW;
    const engine = memoryEngine({ store: createMemoryDatabase({ now: () => now }).open(), clock: () => now });
    await engine.ingest.orders([order]);
    await engine.workOff();
    now += 60_000;
    expect((await engine.orders.analytics()).asOf).toBe(new Date(NOW).toISOString());
    while (await engine.work.mend());
    const { asOf, totals } = await engine.orders.analytics();
    expect([asOf, totals.revenue]).toEqual([new Date(now).toISOString(), 5]);
  });

  it("name products as they were called last, up to the end of the time", async () => {
    const engine = memoryEngine({ store: createMemoryDatabase({ now: () => NOW }).open(), clock: () => NOW });
    const named = (id: string, placedAt: string, name: string | null) => ({
      ...order,
      ...{ id, placedAt, items: [{ sku: "a", name, quantity: 1, price: 5 }] },
    });
    await engine.ingest.orders([
      named("o1", "2026-04-02", "Old"),
      named("o2", "2026-05-02", "New"),
      named("o3", "2026-06-02", null),
    ]);
    await engine.workOff();
    while (await engine.work.mend());
    const nameUpTo = async (to: string) => (await engine.orders.analytics({ from: "2026-03-01", to })).topProducts[0]?.name;
    expect([await nameUpTo("2026-04-20"), await nameUpTo("2026-06-10")]).toEqual(["Old", "New"]);
  });

  it("are computed anew, and said to be incomplete until then, when the time zone is another", async () => {
    const database = createMemoryDatabase({ now: () => NOW });
    const before = memoryEngine({ store: database.open(), clock: () => NOW });
    await before.ingest.orders([order]);
    await before.workOff();
    while (await before.work.mend());
    const days = { from: "2026-06-15", to: "2026-06-16" };
    expect((await before.orders.analytics(days)).totals.revenue).toBe(0);
    const after = memoryEngine({ store: database.open(), clock: () => NOW, timeZone: "Europe/Berlin" });
    expect((await after.orders.analytics(days)).complete).toBe(false);
    while (await after.work.mend());
    expect(await after.orders.analytics(days)).toMatchObject({ complete: true, totals: { revenue: 5 } });
  });

  it.each([
    [{ from: "2026-06-15T00:00:00Z" }, "from: must be a date"],
    [{ to: "2026-02-30" }, "to: must be a date"],
    [{ from: "2026-06-15", to: "2026-06-15" }, "to: must be later than from"],
    [{ from: "2024-01-01", to: "2026-06-15" }, "by: at most 400 periods"],
  ])("refuse %j", async (query, message) => {
    const engine = memoryEngine({ clock: () => NOW });
    await expect(engine.orders.analytics(query)).rejects.toThrow(message);
  });
});
