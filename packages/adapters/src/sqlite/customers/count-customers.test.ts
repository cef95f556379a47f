import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Condition, FieldRef } from "@crm-engine/core/ports";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addRecipients, findRecipients } from "../communications/plan-range.js";
import { recordFacts } from "../communications/record-facts.js";
import { type Connection, openConnection } from "../database/connection.js";
import { orders } from "../orders/orders.js";
import { CHECK_INTERRUPT } from "../query/compile-target.js";
import { ensure } from "../schema/layout.js";
import { type Scope, scopeOf } from "../schema/scope.js";
import { newFile } from "../scratch.fixture.js";
import { countCustomers, previewCustomers } from "./count-customers.js";
import { customers } from "./customers.js";

const PEOPLE = 5_000;
/** Every hundredth has what few have, and an order and a message besides; the first of them are erased. */
const RARE = Array.from({ length: PEOPLE / 100 }, (_, index) => `c${index * 100}`);
const ERASED = 10;
const KEPT = RARE.slice(ERASED);

let file = "";
let db: Connection;
let scope: Scope;
let checks = 0;

beforeAll(async () => {
  file = await newFile();
  db = await openConnection(file, "off");
  db.define(CHECK_INTERRUPT, () => {
    checks += 1;
    return 1;
  });
  scope = scopeOf(db, "crm");
  ensure(scope);
  db.exec("BEGIN");
  load();
  db.exec("COMMIT");
});
afterAll(async () => {
  db.close();
  await rm(dirname(file), { recursive: true });
});

const isNamed = (name: string): Condition => text({ of: "customer", name: "name", type: "text" }, name);
const isMarked = (mark: string): Condition => text({ of: "attribute", name: "mark" }, mark);
const hasBought = atLeastOne({ of: "orders", measure: "count", where: { kind: "all", of: [] } });
const hasMessage = atLeastOne({ of: "messages", event: "messaged", campaignId: "k1" });
const not = (of: Condition): Condition => ({ kind: "not", of });
const all = (...of: readonly Condition[]): Condition => ({ kind: "all", of });
const any = (...of: readonly Condition[]): Condition => ({ kind: "any", of });

it.each<readonly [string, Condition, { readonly count: number; readonly rare: boolean }]>([
  ["a field of their own", isNamed("rare"), { count: KEPT.length, rare: true }],
  ["an attribute", isMarked("rare"), { count: KEPT.length, rare: true }],
  ["orders, which outlive erasure", hasBought, { count: KEPT.length, rare: true }],
  ["messages, which outlive it too", hasMessage, { count: KEPT.length, rare: true }],
  ["this and that", all(hasBought, isMarked("rare"), not(isMarked("common"))), { count: KEPT.length, rare: true }],
  ["this or that", any(hasBought, isMarked("rare")), { count: KEPT.length, rare: true }],
  ["of different kinds", all(hasBought, hasMessage, isNamed("rare")), { count: KEPT.length, rare: true }],
  ["what most lack", not(isMarked("common")), { count: KEPT.length, rare: true }],
  ["no orders", not(hasBought), { count: PEOPLE - RARE.length, rare: false }],
  ["no messages", not(hasMessage), { count: PEOPLE - RARE.length, rare: false }],
  ["neither this nor that", all(not(hasBought), not(isMarked("rare"))), { count: PEOPLE - RARE.length, rare: false }],
  ["this, but not that", all(isMarked("common"), not(hasBought)), { count: PEOPLE - RARE.length, rare: false }],
  ["what nobody has", all(isMarked("rare"), isMarked("common")), { count: 0, rare: true }],
])(
  "a preview of who has %s counts no tombstones, and shows as many customers as it is asked for",
  (_, condition, { count, rare }) => {
    expect(countCustomers(scope, condition)).toBe(count);
    for (const wanted of [0, 1, 20, 45]) {
      const preview = previewCustomers(scope, condition, wanted, undefined);
      expect(preview.count).toBe(count);
      const ids = preview.examples.map(({ id }) => id);
      expect(new Set(ids).size).toBe(Math.min(wanted, count));
      expect(ids.filter((id) => KEPT.includes(id) !== rare)).toEqual([]);
    }
  },
);

it("checks for an interrupt with every attribute that it reads of everyone, though nobody matches", () => {
  const parts = Array.from({ length: 30 }, (_, index) => isMarked(`nothing ${index}`));
  checks = 0;
  expect(countCustomers(scope, any(...parts))).toBe(0);
  expect(checks).toBeGreaterThanOrEqual(parts.length);
});

it("checks for an interrupt at every 256th customer that it tests, though nobody matches", () => {
  checks = 0;
  expect(countCustomers(scope, isNamed("nobody"))).toBe(0);
  expect(checks).toBe(Math.floor(PEOPLE / 256));
});

function load(): void {
  const ids = Array.from({ length: PEOPLE }, (_, index) => `c${index}`);
  const changes = ids.map((id) => {
    const mark = RARE.includes(id) ? "rare" : "common";
    return { id, stamp: 1, fields: { name: mark, attributes: { mark } } };
  });
  customers.chunked.apply(scope, changes);
  const order = { type: "purchase", status: "placed", amount: 1, currency: "EUR", placedAt: 1, items: [], stamp: 1 } as const;
  orders.chunked.apply(
    scope,
    RARE.flatMap((id) => [1, 2].map((n) => ({ ...order, id: `${id}/${n}`, customerId: id }))),
  );
  addRecipients(scope, { campaignId: "k1", channel: "email", plannedAt: 1 }, findRecipients(scope, { condition: hasBought }));
  recordFacts(
    scope,
    RARE.map((id) => ({ logId: `k1:${id}`, generation: 1, status: "sent", at: 1 })),
  );
  for (const id of RARE.slice(0, ERASED)) customers.writes.erase(scope, id, 2);
}

function text(field: FieldRef, value: string): Condition {
  return { kind: "textIn", field, values: [value] };
}

function atLeastOne(field: FieldRef): Condition {
  return { kind: "compare", field, how: "gte", value: 1 };
}
