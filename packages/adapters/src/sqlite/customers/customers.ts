import {
  type AddressField,
  type AddressMark,
  type AttributeValue,
  addressFieldOf,
  bareCustomer,
  CHANNELS,
  type ConsentWithdrawal,
  type CustomerChange,
  type CustomerOutcome,
  type Customers,
  effectOf,
  foldCustomerChange,
  type Stamp,
  type StoredCustomer,
  sampleHash,
  withdrawConsent as withdraw,
} from "@crm-engine/core/ports";
import { formerId } from "../../former-orders.js";
import { forgetPerson } from "../communications/communications.js";
import type { Row } from "../database/driver.js";
import { hashColumn, markColumns, placeholders, snakeCase } from "../schema/columns.js";
import {
  attributeValues,
  CONSENT_COLUMNS,
  CUSTOMER_COLUMNS,
  consentIn,
  consentValues,
  customerOf,
  FIELD_COLUMNS,
  fieldValues,
} from "../schema/customer-rows.js";
import type { OperationsOf } from "../schema/operations.js";
import type { Scope } from "../schema/scope.js";
import { countCustomers, previewCustomers } from "./count-customers.js";
import { findCustomers, idAfter } from "./find-customers.js";
import { profileCustomers } from "./profile-customers.js";
import { searchCustomers, termsWriter } from "./search-customers.js";
import { sharingNoter } from "./shared-addresses.js";

export const customers = {
  reads: { get, getMany, findOwners, idAfter, search: searchCustomers },
  scans: { find: findCustomers, count: countCustomers, preview: previewCustomers },
  surveys: { profile: profileCustomers },
  writes: { erase },
  chunked: { apply, mark, withdrawConsent },
} satisfies OperationsOf<Customers>;

function apply(scope: Scope, changes: readonly CustomerChange[]): readonly CustomerOutcome[] {
  const now = scope.now();
  const read = scope.db.prepare(
    `SELECT num, erased, erased_stamp, ${CUSTOMER_COLUMNS} FROM ${scope.tables.customers} WHERE id = ?`,
  );
  const write = customerWriter(scope);
  const noteSharing = sharingNoter(scope);
  return changes.map((change) => {
    const row = read.get(change.id) as Row | undefined;
    if (row && isErased(row, change.stamp)) return "erased";
    const stored = row && row.erased === 0 ? customerOf(row) : undefined;
    const folded = foldCustomerChange(stored, change, now);
    if (!folded) return "too_large";
    write(row?.num, stored, folded);
    noteSharing(stored, folded);
    return effectOf(folded, change.stamp);
  });
}

/** Whether a change or an order with this stamp is no newer than the customer's erasure. */
export function isErased({ erased_stamp: erasedAt }: Row, stamp: Stamp): boolean {
  return typeof erasedAt === "number" && stamp <= erasedAt;
}

/** The row stays as a tombstone; one to which orders refer becomes theirs, and another one the customer's. */
function erase(scope: Scope, id: string, stamp: Stamp): StoredCustomer["addressHashes"] | undefined {
  const { db, tables } = scope;
  const row = db.get(`SELECT num, erased, erased_stamp, ${CUSTOMER_COLUMNS} FROM ${tables.customers} WHERE id = ?`, id);
  const stored = row?.erased === 0 ? customerOf(row) : undefined;
  forgetPerson(scope, id, stamp);
  if (row && isErased(row, stamp)) return undefined;
  const write = customerWriter(scope);
  const num = row?.erased === 1 ? Number(row.num) : write(row?.num, stored, bareCustomer(id, 0));
  const isLeft = leaveOrders(scope, num, { id, stamp });
  bury(scope, isLeft ? write(undefined, undefined, bareCustomer(id, 0)) : num, stamp);
  termsWriter(scope)(bareCustomer(id, 0), undefined);
  return stored?.addressHashes;
}

/** The customer's row becomes that of its former orders, whatever their number. False where there are none, and it stays. */
function leaveOrders({ db, tables }: Scope, num: number, { id, stamp }: { readonly id: string; readonly stamp: Stamp }): boolean {
  if (!db.get(`SELECT 1 FROM ${tables.orders} WHERE customer = ? LIMIT 1`, num)) return false;
  db.run(`UPDATE ${tables.customers} SET id = ?, id_folded = NULL WHERE num = ?`, formerId(id, stamp), num);
  bury({ db, tables }, num, stamp);
  return true;
}

function bury({ db, tables }: Pick<Scope, "db" | "tables">, num: number, stamp: Stamp): void {
  db.run(
    `UPDATE ${tables.customers} SET erased = 1, erased_stamp = ?, order_count = 0, total_spend = 0, first_order_at = NULL,
       last_order_at = NULL, order_rows = 0, order_amounts = 0, order_blocks = NULL WHERE num = ?`,
    stamp,
    num,
  );
}

function mark({ db, tables }: Scope, marks: readonly AddressMark[]): void {
  for (const channel of CHANNELS) {
    const { refusal, version } = markColumns(channel);
    const write = db.prepare(
      `UPDATE ${tables.customers} SET ${refusal} = ?1, ${version} = ?2 WHERE ${hashColumn(addressFieldOf(channel))} = ?3 AND ifnull(${version}, 0) < ?2`,
    );
    for (const one of marks) if (one.channel === channel) write.run(one.refusal ?? null, one.version, one.hash);
  }
}

function withdrawConsent({ db, tables }: Scope, withdrawals: readonly ConsentWithdrawal[]): void {
  const read = db.prepare(`SELECT consent FROM ${tables.customers} WHERE id = ? AND erased = 0`);
  const write = db.prepare(
    `UPDATE ${tables.customers} SET ${CONSENT_COLUMNS.map((column) => `${column} = ?`).join()} WHERE id = ?`,
  );
  for (const { customerId, channel, by, at } of withdrawals) {
    const row = read.get(customerId) as Row | undefined;
    if (!row) continue;
    const consent = consentIn(row);
    const next = { ...consent, [channel]: withdraw(consent[channel], by, at) };
    write.run(...consentValues(next), customerId);
  }
}

function get({ db, tables }: Scope, id: string): StoredCustomer | undefined {
  const row = db.get(`SELECT ${CUSTOMER_COLUMNS} FROM ${tables.customers} WHERE id = ? AND erased = 0`, id);
  return row && customerOf(row);
}

function getMany({ db, tables }: Scope, ids: readonly string[]): readonly StoredCustomer[] {
  const sql = `SELECT ${CUSTOMER_COLUMNS} FROM ${tables.customers} WHERE id IN (SELECT value FROM json_each(?)) AND erased = 0`;
  return db.all(sql, JSON.stringify(ids)).map(customerOf);
}

function findOwners(
  { db, tables }: Scope,
  field: AddressField,
  addresses: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const column = snakeCase(field);
  const sql = `SELECT ${column} AS address, id FROM ${tables.customers} WHERE ${column} IN (SELECT value FROM json_each(?)) ORDER BY ${column}, id`;
  const owners = new Map<string, string[]>();
  for (const { address, id } of db.all(sql, JSON.stringify(addresses))) {
    const ids = owners.get(String(address));
    if (ids) ids.push(String(id));
    else owners.set(String(address), [String(id)]);
  }
  return owners;
}

type WriteCustomer = (num: unknown, before: StoredCustomer | undefined, after: StoredCustomer) => number;

/** Writes the fields of a customer and the attributes that changed; returns its row's number. Revives an erased one. */
export function customerWriter(scope: Scope): WriteCustomer {
  const { db, tables } = scope;
  const writeTerms = termsWriter(scope);
  const insert = db.prepare(
    `INSERT INTO ${tables.customers} (id, sample_hash, ${FIELD_COLUMNS.join(", ")}) VALUES (${placeholders(FIELD_COLUMNS.length + 2)})`,
  );
  const update = db.prepare(
    `UPDATE ${tables.customers} SET ${FIELD_COLUMNS.map((column) => `${column} = ?`).join(", ")}, erased = 0 WHERE num = ?`,
  );
  const put = db.prepare(
    `INSERT OR REPLACE INTO ${tables.attributes} (customer, name, kind, text, folded, number, instant, wall_clock) VALUES (${placeholders(8)})`,
  );
  const remove = db.prepare(`DELETE FROM ${tables.attributes} WHERE customer = ? AND name = ?`);
  return (known, before, after) => {
    const num =
      typeof known === "number"
        ? known
        : Number(insert.run(after.id, sampleHash(after.id), ...fieldValues(after)).lastInsertRowid);
    if (typeof known === "number") update.run(...fieldValues(after), num);
    writeTerms(before, after);
    for (const [name, value] of Object.entries(after.attributes)) {
      if (!same(own(before?.attributes, name), value)) put.run(num, name, ...attributeValues(value));
    }
    for (const name of Object.keys(before?.attributes ?? {})) {
      if (!Object.hasOwn(after.attributes, name)) remove.run(num, name);
    }
    return num;
  };
}

function own(attributes: StoredCustomer["attributes"] | undefined, name: string): AttributeValue | undefined {
  return attributes && Object.hasOwn(attributes, name) ? attributes[name] : undefined;
}

function same(before: AttributeValue | undefined, after: AttributeValue): boolean {
  return before === after || (typeof after === "object" && JSON.stringify(before) === JSON.stringify(after));
}
