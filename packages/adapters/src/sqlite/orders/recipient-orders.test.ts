import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { expect, it } from "vitest";
import { openConnection } from "../database/connection.js";
import { CHECK_INTERRUPT } from "../query/compile-target.js";
import { ensure } from "../schema/layout.js";
import { scopeOf } from "../schema/scope.js";
import { newFile } from "../scratch.fixture.js";
import { ofRecipients } from "./recipient-orders.js";

it("reads no orders but those of the time, and no log rows but those of their customers", async () => {
  const file = await newFile();
  const db = await openConnection(file, "off");
  try {
    db.define(CHECK_INTERRUPT, () => 1);
    const scope = scopeOf(db, "crm");
    ensure(scope);
    const plans: string[] = [];
    const explaining: typeof db.all = (sql, ...values) => {
      plans.push(...db.all(`EXPLAIN QUERY PLAN ${sql}`, ...values).map(({ detail }) => String(detail)));
      return db.all(sql, ...values);
    };
    ofRecipients({ ...scope, db: Object.assign(Object.create(db), { all: explaining }) }, "k1", { from: 1, to: 2 });
    expect(plans.filter((step) => /^(SCAN|SEARCH)/.test(step))).toEqual([
      "SEARCH o USING COVERING INDEX crm_orders_placed (placed_at>? AND placed_at<?)",
      "SEARCH c USING INTEGER PRIMARY KEY (rowid=?)",
      expect.stringMatching(/^SEARCH m (EXISTS )?USING PRIMARY KEY \(campaign_id=\? AND customer_id=\?\)$/),
    ]);
  } finally {
    db.close();
    await rm(dirname(file), { recursive: true });
  }
});
