import type { ClaimedCommunication, ClaimRef, ClaimRequest, Claims, Release, SkipReason } from "@crm-engine/core/ports";
import type { SqlValue } from "../database/driver.js";
import { COMMUNICATION_COLUMNS, communicationOf, keyOf } from "../schema/communication-rows.js";
import type { OperationsOf } from "../schema/operations.js";
import type { Scope } from "../schema/scope.js";
import { reserveAddresses } from "./reserve-addresses.js";

export const claims = {
  writes: { claim, renew, reserveAddresses, beginCalls, release, refund, skip, leaveUnknown, sweep },
} satisfies OperationsOf<Claims>;

/** A row whose claim lasts until at least this time. Under another epoch, or once the row is settled, it matches nothing. */
const HELD = "campaign_id = ? AND customer_id = ? AND epoch = ? AND status = 'claimed' AND lease_until >= ?";

function claim(scope: Scope, { campaignId, limit, leaseMs }: ClaimRequest): readonly ClaimedCommunication[] {
  const { db, tables } = scope;
  const now = scope.now();
  const rows = db.all(
    `UPDATE ${tables.communications} SET status = 'claimed', epoch = epoch + 1, lease_until = ?, calling = 0, updated_at = ?
     WHERE campaign_id = ? AND customer_id IN (
       SELECT customer_id FROM ${tables.communications} WHERE campaign_id = ? AND status = 'pending' AND due_at <= ? ORDER BY due_at LIMIT ?)
     RETURNING ${COMMUNICATION_COLUMNS}`,
    scope.after(leaseMs),
    now,
    campaignId,
    campaignId,
    now,
    limit,
  );
  return rows.map((row) => ({ ...communicationOf(row), epoch: Number(row.epoch), leaseUntil: Number(row.lease_until) }));
}

function renew(scope: Scope, claims: readonly ClaimRef[], leaseMs: number): ReadonlySet<string> {
  const leaseUntil = scope.after(leaseMs);
  return updateHeld(scope, claims, "lease_until = ?", () => [leaseUntil]);
}

function beginCalls(scope: Scope, calls: Parameters<Claims["beginCalls"]>[0], timeoutMs: number): ReadonlySet<string> {
  const change = `calling = 1, attempts = attempts + 1, address = ?, address_hash = ?, first_call_at = coalesce(first_call_at, ?),
    handed_over_at = coalesce(handed_over_at, ?), handed_over_epoch = iif(handed_over_at IS NULL, epoch, handed_over_epoch)`;
  const now = scope.now();
  const living = `EXISTS (SELECT 1 FROM ${scope.tables.customers} c WHERE c.id = customer_id AND c.erased = 0)`;
  return updateHeld(scope, calls, change, ({ to, addressHash }) => [to, addressHash ?? null, now, now], {
    leftMs: timeoutMs,
    test: living,
  });
}

function release(scope: Scope, claims: readonly Release[]): void {
  const change = `status = 'pending', lease_until = NULL, due_at = iif(? = 0, min(due_at, ?), ?), reason = coalesce(?, reason), attempts = attempts - (? AND calling),
    calling = iif(?, 0, calling), handed_over_at = iif(?, NULL, handed_over_at), waited_until = iif(?, iif(? = 0, min(due_at, ?), ?), waited_until)`;
  updateHeld(scope, claims, change, ({ delayMs, reason, refund, refused, waits }) => {
    const due = [delayMs, scope.now(), scope.after(delayMs)];
    const refunded = refund ? 1 : 0;
    return [...due, reason ?? null, refunded, refunded, refused ? 1 : 0, waits ? 1 : 0, ...due];
  });
}

/** Until the next claim, a row keeps the epoch of its last one and the mark of the call begun under it. */
function refund(scope: Scope, claims: readonly ClaimRef[]): void {
  const takeBack = scope.db.prepare(
    `UPDATE ${scope.tables.communications} SET attempts = attempts - 1, calling = 0, updated_at = ?
     WHERE campaign_id = ? AND customer_id = ? AND epoch = ? AND status = 'pending' AND calling = 1`,
  );
  for (const { id, epoch } of claims) takeBack.run(scope.now(), ...keyOf(id), epoch);
}

function skip(scope: Scope, claims: readonly (ClaimRef & { readonly reason: SkipReason })[]): void {
  updateHeld(scope, claims, "status = 'skipped', lease_until = NULL, calling = 0, reason = ?", ({ reason }) => [reason]);
}

function leaveUnknown(scope: Scope, claims: readonly (ClaimRef & { readonly reason: string })[]): void {
  updateHeld(scope, claims, "status = 'unknown', lease_until = NULL, calling = 0, reason = ?", ({ reason }) => [reason]);
}

function sweep(scope: Scope, options: { readonly vendorHonoursKeys: boolean; readonly limit: number }): number {
  const { db, tables } = scope;
  const now = scope.now();
  const ended = db.all(
    `SELECT campaign_id, customer_id, calling FROM ${tables.communications} WHERE status = 'claimed' AND lease_until <= ? ORDER BY lease_until LIMIT ?`,
    now,
    options.limit,
  );
  const change = db.prepare(
    `UPDATE ${tables.communications} SET status = ?, reason = coalesce(?, reason), lease_until = NULL, updated_at = ?
     WHERE campaign_id = ? AND customer_id = ?`,
  );
  for (const { campaign_id: campaign, customer_id: customer, calling } of ended) {
    const unknown = calling === 1 && !options.vendorHonoursKeys;
    change.run(unknown ? "unknown" : "pending", unknown ? "lease_ended" : null, now, campaign ?? null, customer ?? null);
  }
  return ended.length;
}

/** Changes rows that are held for at least `leftMs` more and pass the test; returns their ids. */
function updateHeld<C extends ClaimRef>(
  scope: Scope,
  claims: readonly C[],
  change: string,
  values: (claim: C) => readonly SqlValue[],
  { leftMs, test } = { leftMs: 1, test: "TRUE" },
): ReadonlySet<string> {
  const { db, tables } = scope;
  const now = scope.now();
  const update = db.prepare(`UPDATE ${tables.communications} SET ${change}, updated_at = ? WHERE ${HELD} AND ${test}`);
  const held = new Set<string>();
  for (const claim of claims) {
    const found = update.run(...values(claim), now, ...keyOf(claim.id), claim.epoch, now + leftMs);
    if (Number(found.changes) === 1) held.add(claim.id);
  }
  return held;
}
