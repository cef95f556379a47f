import type { ClaimedCommunication, StoredCommunication } from "../model/communication-log.js";
import type { ClaimRef, Claims } from "../ports/claims.js";
import type { Clock } from "../ports/runtime.js";
import type { Sync } from "./async-port.js";
import type { CommunicationRow, CommunicationShelf } from "./communications/communications.js";
import type { CustomerShelf } from "./customers.js";

/** Claims on the rows that `memoryCommunications` keeps. */
export function memoryClaims(customers: CustomerShelf, { rows, rowsOf, write }: CommunicationShelf, now: Clock): Sync<Claims> {
  const holderOfAddress = new Map<string, Map<string, string>>();
  const heldRow = ({ id, epoch }: ClaimRef): CommunicationRow | undefined => {
    const row = rows.get(id);
    return row?.log.status === "claimed" && row.epoch === epoch && row.leaseUntil > now() ? row : undefined;
  };

  return {
    claim: ({ campaignId, limit, leaseMs }) => {
      const due = rowsOf(campaignId).filter(({ log }) => log.status === "pending" && log.dueAt <= now());
      due.sort((a, b) => a.log.dueAt - b.log.dueAt);
      return due.slice(0, limit).map((row): ClaimedCommunication => {
        const epoch = row.epoch + 1;
        const leaseUntil = now() + leaseMs;
        const log: StoredCommunication = { ...row.log, status: "claimed", updatedAt: now() };
        rows.set(log.id, { log, epoch, leaseUntil, callBegun: false });
        return { ...log, epoch, leaseUntil };
      });
    },
    renew: (refs, leaseMs) => {
      const held = refs.map(heldRow).filter((row) => row !== undefined);
      for (const row of held) rows.set(row.log.id, { ...row, leaseUntil: now() + leaseMs });
      return new Set(held.map((row) => row.log.id));
    },
    beginCalls: (calls, timeoutMs) => {
      const marked = new Set<string>();
      for (const call of calls) {
        const row = heldRow(call);
        if (!row || row.leaseUntil - now() < timeoutMs || !customers.rows.get(row.log.customerId)) continue;
        write(
          { ...row, callBegun: true },
          { attempts: row.log.attempts + 1, to: call.to, firstCallAt: row.log.firstCallAt ?? now() },
        );
        marked.add(call.id);
      }
      return marked;
    },
    release: (released) => {
      for (const { delayMs, reason, refund, ...ref } of released) {
        const row = heldRow(ref);
        if (!row) continue;
        const attempts = row.log.attempts - (refund && row.callBegun ? 1 : 0);
        write(refund ? { ...row, callBegun: false } : row, {
          status: "pending",
          dueAt: delayMs === 0 ? Math.min(row.log.dueAt, now()) : now() + delayMs,
          attempts,
          ...(reason === undefined ? {} : { reason }),
        });
      }
    },
    refund: (refs) => {
      for (const { id, epoch } of refs) {
        const row = rows.get(id);
        if (row?.log.status !== "pending" || row.epoch !== epoch || !row.callBegun) continue;
        write({ ...row, callBegun: false }, { attempts: row.log.attempts - 1 });
      }
    },
    skip: (skipped) => {
      for (const { reason, ...ref } of skipped) {
        const row = heldRow(ref);
        if (row) write(row, { status: "skipped", reason });
      }
    },
    leaveUnknown: (left) => {
      for (const { reason, ...ref } of left) {
        const row = heldRow(ref);
        if (row) write(row, { status: "unknown", reason });
      }
    },
    sweep: ({ vendorHonoursKeys, limit }) => {
      const ended = [...rows.values()]
        .filter(({ log, leaseUntil }) => log.status === "claimed" && leaseUntil <= now())
        .slice(0, limit);
      for (const row of ended) {
        write(row, row.callBegun && !vendorHonoursKeys ? { status: "unknown", reason: "lease_ended" } : { status: "pending" });
      }
      return ended.length;
    },
    reserveAddresses: (campaignId, reservations) => {
      const holders = holderOfAddress.get(campaignId) ?? new Map<string, string>();
      holderOfAddress.set(campaignId, holders);
      const taken = new Set<string>();
      for (const { id, addressHash } of reservations) {
        if (!holders.has(addressHash)) holders.set(addressHash, id);
        else if (holders.get(addressHash) !== id) taken.add(id);
      }
      return taken;
    },
  };
}
