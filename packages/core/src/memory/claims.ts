import type { ClaimedCommunication, StoredCommunication } from "../model/communication-log.js";
import { type AddressHold, type AddressHolder, holdOf } from "../model/contact/address-hold.js";
import type { ClaimRef, Claims } from "../ports/claims.js";
import type { Clock } from "../ports/runtime.js";
import type { Sync } from "./async-port.js";
import type { CommunicationRow, CommunicationShelf } from "./communications/communications.js";
import type { CustomerShelf } from "./customers.js";

/** Claims on the rows that `memoryCommunications` keeps. */
export function memoryClaims(customers: CustomerShelf, { rows, rowsOf, write }: CommunicationShelf, now: Clock): Sync<Claims> {
  const reservations = new Map<string, Map<string, ClaimRef>>();
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
        rows.set(log.id, { ...row, log, epoch, leaseUntil, callBegun: false });
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
        const { attempts, firstCallAt = now(), handedOverAt = now() } = row.log;
        const handedOverEpoch = row.log.handedOverAt === undefined ? row.epoch : row.handedOverEpoch;
        const { to, addressHash } = call;
        write(
          { ...row, callBegun: true, handedOverEpoch },
          { attempts: attempts + 1, to, ...(addressHash === undefined ? {} : { addressHash }), firstCallAt, handedOverAt },
        );
        marked.add(call.id);
      }
      return marked;
    },
    release: (released) => {
      for (const { delayMs, reason, refund, refused, waits, ...ref } of released) {
        const row = heldRow(ref);
        if (!row) continue;
        const { handedOverAt, ...log } = row.log;
        const callBegun = row.callBegun && !refund;
        const dueAt = delayMs === 0 ? Math.min(log.dueAt, now()) : now() + delayMs;
        write(
          { ...row, callBegun, log: refused || handedOverAt === undefined ? log : { ...log, handedOverAt } },
          {
            status: "pending",
            dueAt,
            attempts: log.attempts - (row.callBegun && !callBegun ? 1 : 0),
            ...(reason === undefined ? {} : { reason }),
            ...(waits ? { waitedUntil: dueAt } : {}),
          },
        );
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
    reserveAddresses: (campaignId, asked) => {
      const reserved = reservations.get(campaignId) ?? new Map<string, ClaimRef>();
      reservations.set(campaignId, reserved);
      const kept = new Map<string, Exclude<AddressHold, "free">>();
      const others = asked.filter(({ addressHash, id, epoch }) => {
        const held = reserved.get(addressHash) ?? { id, epoch };
        if (held.id === id) reserved.set(addressHash, { id, epoch: Math.max(epoch, held.epoch) });
        return held.id !== id;
      });
      for (const { addressHash, id, epoch } of others) {
        const held = reserved.get(addressHash);
        const hold = !held || held.id === id ? "free" : holdOf(held.epoch, holderOf(rows.get(held.id)));
        if (hold === "free") reserved.set(addressHash, { id, epoch });
        else kept.set(id, hold);
      }
      return kept;
    },
  };
}

function holderOf(row: CommunicationRow | undefined): AddressHolder | undefined {
  if (!row) return undefined;
  const { log, epoch, handedOverEpoch, earlierHandOvers } = row;
  return { status: log.status, epoch, earlierHandOvers, ...(log.handedOverAt === undefined ? {} : { handedOverEpoch }) };
}
