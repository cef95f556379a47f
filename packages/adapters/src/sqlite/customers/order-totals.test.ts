import { sqliteStore } from "@crm-engine/adapters/sqlite";
import type { OrderChange } from "@crm-engine/core/ports";
import { expect, it } from "vitest";
import { loadDriver } from "../database/driver.js";
import { scratchFile } from "../scratch.fixture.js";

it("corrects totals that are wrong in the file, and no others", async () => {
  const file = await scratchFile();
  const store = sqliteStore({ file });
  await store.orders.apply(["c1", "c2", "c3", "c4", "c5"].map((customerId) => order(`o-${customerId}`, customerId)));
  const right = await store.customers.getMany(["c1", "c2", "c3", "c4", "c5"]);
  await store.customers.erase("c5", 10);

  const database = (await loadDriver()).open(file);
  database.exec("UPDATE crm_customers SET order_count = 2 WHERE id = 'c1'");
  database.exec("UPDATE crm_customers SET first_order_at = NULL WHERE id = 'c3'");
  database.exec("UPDATE crm_customers SET total_spend = 99, last_order_at = 99 WHERE id = 'c4'");
  database.close();

  expect(await store.orders.recount({ limit: 3 })).toEqual({ checked: 3, corrected: ["c1", "c3"], lastId: "c3" });
  expect(await store.orders.recount({ after: "c3", limit: 3 })).toEqual({ checked: 1, corrected: ["c4"], lastId: "c4" });
  expect(await store.orders.recount({ limit: 10 })).toEqual({ checked: 4, corrected: [], lastId: "c4" });
  expect(await store.customers.getMany(["c1", "c2", "c3", "c4"])).toEqual(right.slice(0, 4));
  await store.close();
});

it("corrects the sums of blocks that are wrong in the file, though the totals are right", async () => {
  const file = await scratchFile();
  const store = sqliteStore({ file });
  await store.orders.apply(Array.from({ length: 1_001 }, (_, index) => order(`o${index}`, "c1")));
  await store.orders.apply([order("o-c2", "c2"), order("o-c3", "c3")]);
  const database = (await loadDriver()).open(file);
  const read = () => database.prepare("SELECT order_rows, order_amounts, order_blocks FROM crm_customers ORDER BY id").all();
  const right = read();
  expect(JSON.parse(String((right[0] as { order_blocks: string }).order_blocks))).toMatchObject([{ rows: 1_000 }, { rows: 1 }]);
  database.exec("UPDATE crm_customers SET order_blocks = replace(order_blocks, '\"rows\":1,', '\"rows\":2,') WHERE id = 'c1'");
  database.exec("UPDATE crm_customers SET order_amounts = 7 WHERE id = 'c2'");
  expect(await store.orders.recount({ limit: 9 })).toEqual({ checked: 3, corrected: ["c1", "c2"], lastId: "c3" });
  expect(read()).toEqual(right);
  database.close();
  await store.close();
});

function order(id: string, customerId: string): OrderChange {
  return {
    id,
    customerId,
    type: "purchase",
    status: "placed",
    amount: 500,
    currency: "USD",
    placedAt: 1_700_000_000_000,
    items: [],
    stamp: 1,
  };
}
