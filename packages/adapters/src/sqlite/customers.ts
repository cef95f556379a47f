import {
  type AttributeValue,
  applyCustomerChange,
  bareCustomer,
  type Condition,
  type ConsentWithdrawal,
  type CustomerChange,
  type CustomerOutcome,
  type Page,
  type PageRequest,
  pageOf,
  readCursor,
  type Stamp,
  type StoredCustomer,
  withdrawConsent as withdraw,
} from "@crm-engine/core";
import { placeholders } from "./columns.js";
import { compileCondition } from "./compile-rule.js";
import { attributeValues, CUSTOMER_COLUMNS, customerOf, FIELD_COLUMNS, fieldValues } from "./customer-rows.js";
import type { Row } from "./driver.js";
import { forgetAddresses } from "./ledger.js";
import { updateTotals } from "./order-totals.js";
import type { Scope } from "./scope.js";

export function applyCustomers(scope: Scope, changes: readonly CustomerChange[]): readonly CustomerOutcome[] {
  const now = scope.now();
  const read = scope.db.prepare(
    `SELECT num, erased, erased_stamp, ${CUSTOMER_COLUMNS} FROM ${scope.tables.customers} WHERE id = ?`,
  );
  const write = customerWriter(scope);
  const total = scope.db.prepare(updateTotals(scope.tables));
  return changes.map((change) => {
    const row = read.get(change.id) as Row | undefined;
    if (row && isErased(row, change.stamp)) return "erased";
    const stored = row && row.erased === 0 ? customerOf(row) : undefined;
    write(row?.num, stored, applyCustomerChange(stored, change, now));
    if (row?.erased === 1) total.run(Number(row.num));
    return "stored";
  });
}

/** Whether a change or an order of this stamp is no newer than the customer's erasure. */
export function isErased({ erased_stamp: erasedAt }: Row, stamp: Stamp): boolean {
  return typeof erasedAt === "number" && stamp <= erasedAt;
}

/** The row stays, as that of a customer without anything, since orders refer to it. */
export function eraseCustomer(scope: Scope, id: string, stamp: Stamp): boolean {
  const { db, tables } = scope;
  const row = db.get(`SELECT num, erased, ${CUSTOMER_COLUMNS} FROM ${tables.customers} WHERE id = ?`, id);
  if (row?.erased !== 1) customerWriter(scope)(row?.num, row && customerOf(row), bareCustomer(id, 0));
  db.run(
    `UPDATE ${tables.customers} SET erased = 1, erased_stamp = max(?, ifnull(erased_stamp, 0)),
       order_count = 0, total_spend = 0, first_order_at = NULL, last_order_at = NULL WHERE id = ?`,
    stamp,
    id,
  );
  forgetAddresses(scope, id);
  return row?.erased === 0;
}

export function withdrawConsent({ db, tables }: Scope, withdrawals: readonly ConsentWithdrawal[]): void {
  const read = db.prepare(`SELECT consent FROM ${tables.customers} WHERE id = ? AND erased = 0`);
  const write = db.prepare(`UPDATE ${tables.customers} SET consent = ?, consent_email = ?, consent_sms = ? WHERE id = ?`);
  for (const { customerId, channel, by, at } of withdrawals) {
    const row = read.get(customerId) as Row | undefined;
    if (!row) continue;
    const consent = JSON.parse(String(row.consent)) as StoredCustomer["consent"];
    const next = { ...consent, [channel]: withdraw(consent[channel], by, at) };
    write.run(JSON.stringify(next), next.email.state, next.sms.state, customerId);
  }
}

export function getCustomer({ db, tables }: Scope, id: string): StoredCustomer | undefined {
  const row = db.get(`SELECT ${CUSTOMER_COLUMNS} FROM ${tables.customers} WHERE id = ? AND erased = 0`, id);
  return row && customerOf(row);
}

export function getCustomers({ db, tables }: Scope, ids: readonly string[]): readonly StoredCustomer[] {
  const sql = `SELECT ${CUSTOMER_COLUMNS} FROM ${tables.customers} WHERE id IN (SELECT value FROM json_each(?)) AND erased = 0`;
  return db.all(sql, JSON.stringify(ids)).map(customerOf);
}

export function findOwners({ db, tables }: Scope, emails: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const sql = `SELECT email, id FROM ${tables.customers} WHERE email IN (SELECT value FROM json_each(?)) ORDER BY email, id`;
  const owners = new Map<string, string[]>();
  for (const { email, id } of db.all(sql, JSON.stringify(emails))) {
    const ids = owners.get(String(email));
    if (ids) ids.push(String(id));
    else owners.set(String(email), [String(id)]);
  }
  return owners;
}

export function findCustomers({ db, tables }: Scope, condition: Condition, page: PageRequest): Page<StoredCustomer> {
  const compiled = compileCondition(condition, tables.attributes);
  const after = readCursor(page.cursor, ["string"])?.[0];
  const rows = db.all(
    `SELECT ${CUSTOMER_COLUMNS} FROM ${tables.customers} c WHERE c.erased = 0 AND ${after === undefined ? "" : "c.id > ? AND "}${compiled.sql} ORDER BY c.id LIMIT ?`,
    ...(after === undefined ? [] : [after]),
    ...compiled.values,
    page.limit + 1,
  );
  return pageOf(rows, page, ({ id }) => [String(id)], customerOf);
}

export function countCustomers({ db, tables }: Scope, condition: Condition): number {
  const compiled = compileCondition(condition, tables.attributes);
  return Number(
    db.get(`SELECT count(*) AS n FROM ${tables.customers} c WHERE c.erased = 0 AND ${compiled.sql}`, ...compiled.values)?.n,
  );
}

export function rangeEnd({ db, tables }: Scope, after: string | undefined, size: number): string | undefined {
  const row =
    after === undefined
      ? db.get(`SELECT id FROM ${tables.customers} WHERE erased = 0 ORDER BY id LIMIT 1 OFFSET ?`, size - 1)
      : db.get(`SELECT id FROM ${tables.customers} WHERE id > ? AND erased = 0 ORDER BY id LIMIT 1 OFFSET ?`, after, size - 1);
  return row ? String(row.id) : undefined;
}

type WriteCustomer = (num: unknown, before: StoredCustomer | undefined, after: StoredCustomer) => void;

/** Writes the fields of a customer and the attributes that changed. Whoever was erased is there again, but for the totals. */
export function customerWriter({ db, tables }: Scope): WriteCustomer {
  const insert = db.prepare(
    `INSERT INTO ${tables.customers} (id, ${FIELD_COLUMNS.join(", ")}) VALUES (${placeholders(FIELD_COLUMNS.length + 1)}) RETURNING num`,
  );
  const update = db.prepare(
    `UPDATE ${tables.customers} SET ${FIELD_COLUMNS.map((column) => `${column} = ?`).join(", ")}, erased = 0 WHERE num = ?`,
  );
  const put = db.prepare(
    `INSERT OR REPLACE INTO ${tables.attributes} (customer, name, kind, text, folded, number, instant, wall_clock) VALUES (${placeholders(8)})`,
  );
  const remove = db.prepare(`DELETE FROM ${tables.attributes} WHERE customer = ? AND name = ?`);
  return (known, before, after) => {
    const num = typeof known === "number" ? known : Number((insert.get(after.id, ...fieldValues(after)) as Row).num);
    if (typeof known === "number") update.run(...fieldValues(after), num);
    for (const [name, value] of Object.entries(after.attributes)) {
      if (!same(own(before?.attributes, name), value)) put.run(num, name, ...attributeValues(value));
    }
    for (const name of Object.keys(before?.attributes ?? {})) {
      if (!Object.hasOwn(after.attributes, name)) remove.run(num, name);
    }
  };
}

function own(attributes: StoredCustomer["attributes"] | undefined, name: string): AttributeValue | undefined {
  return attributes && Object.hasOwn(attributes, name) ? attributes[name] : undefined;
}

function same(before: AttributeValue | undefined, after: AttributeValue): boolean {
  return before === after || (typeof after === "object" && JSON.stringify(before) === JSON.stringify(after));
}
