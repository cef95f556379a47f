import {
  campaignsOf,
  type DeliveryStatus,
  foldFact,
  logId,
  reopenLog,
  type StoredCommunication,
} from "../../model/communication-log.js";
import type { EpochRange } from "../../model/contact/address-hold.js";
import type { Stamp } from "../../model/customer.js";
import { reasonWithoutWords } from "../../model/erasure.js";
import type { Instant } from "../../model/instant.js";
import type { Campaigns } from "../../ports/campaigns.js";
import type { Communications, RowAddress, RowsToSettle } from "../../ports/communications.js";
import type { Figures } from "../../ports/figures.js";
import type { Clock } from "../../ports/runtime.js";
import { isRowWanted } from "../../query/condition/row-filter.js";
import type { Sync } from "../async-port.js";
import type { CustomerShelf, History } from "../customers.js";
import { OrderedMap } from "../ordered-map.js";
import { pageByKey } from "../page-of.js";
import { seenOf, statsOf } from "./campaign-stats.js";
import { searchRows } from "./search-rows.js";

/** A log row with the state of its claim. The epoch only rises; a call that was begun may have reached the vendor. */
export interface CommunicationRow {
  readonly log: StoredCommunication;
  readonly epoch: number;
  readonly leaseUntil: Instant;
  readonly callBegun: boolean;
  /** The claim under which it was handed over, while `handedOverAt` is there. */
  readonly handedOverEpoch: number;
  readonly earlierHandOvers: readonly EpochRange[];
}

/** What claims need of the rows. */
export interface CommunicationShelf {
  readonly rows: OrderedMap<CommunicationRow>;
  rowsOf(campaignId: string): readonly CommunicationRow[];
  write(row: CommunicationRow, change: Partial<StoredCommunication>): void;
}

export function memoryCommunications(
  customers: CustomerShelf,
  { campaigns, figures }: { readonly campaigns: Pick<Sync<Campaigns>, "get">; readonly figures: Pick<Sync<Figures>, "touch"> },
  now: Clock,
): {
  readonly port: Sync<Communications>;
  readonly shelf: CommunicationShelf;
  readonly messagesOf: History["messagesOf"];
  /** Takes the address and a vendor's words from a customer's rows that were planned before its erasure. */
  forgetPerson(customerId: string, stamp: Stamp): void;
} {
  const rows = new OrderedMap<CommunicationRow>();
  const idsByCustomer = new Map<string, string[]>();

  const rowsOf = (campaignId: string): readonly CommunicationRow[] =>
    [...rows.values()].filter((row) => row.log.campaignId === campaignId);
  const write = (row: CommunicationRow, change: Partial<StoredCommunication>): void =>
    rows.set(row.log.id, { ...row, log: { ...row.log, ...change, updatedAt: now() } });

  const chosen = (
    { campaignId, status, ids, onlyReason, limit }: RowsToSettle<DeliveryStatus>,
    besides = (_: StoredCommunication) => true,
  ) => {
    const wanted = ids && new Set(ids);
    return rowsOf(campaignId)
      .filter(({ log }) => log.status === status && (wanted?.has(log.id) ?? true) && besides(log))
      .filter(({ log }) => onlyReason === undefined || (log.reason ?? log.status) === onlyReason)
      .slice(0, limit);
  };

  const port: Sync<Communications> = {
    plan: ({ campaignId, channel, condition, after, upTo, plannedAt, epoch }) => {
      const campaign = campaigns.get(campaignId);
      if (epoch !== undefined && !(campaign?.status === "planning" && campaign.plan?.epoch === epoch)) return 0;
      let added = 0;
      const selects = customers.selector(condition);
      for (const customerId of customers.rows.keysAfter(after)) {
        if (upTo !== undefined && customerId > upTo) break;
        const customer = customers.rows.get(customerId);
        const id = logId(campaignId, customerId);
        if (!customer || rows.get(id) || !selects(customer)) continue;
        const log = pendingLog({ id, campaignId, customerId, channel, plannedAt }, now());
        rows.set(id, { log, epoch: 0, leaseUntil: 0, callBegun: false, handedOverEpoch: 0, earlierHandOvers: [] });
        idsByCustomer.set(customerId, [...(idsByCustomer.get(customerId) ?? []), id]);
        added += 1;
      }
      return added;
    },
    get: (id) => rows.get(id)?.log,
    list: (filter, page) => {
      const wanted = ({ log }: CommunicationRow): boolean =>
        (filter.campaignId === undefined || filter.campaignId === log.campaignId) &&
        (filter.customerId === undefined || filter.customerId === log.customerId) &&
        isRowWanted(log, filter);
      const { items, nextCursor } = pageByKey(rows, page, wanted);
      return { items: items.map((row) => row.log), nextCursor };
    },
    search: (found, page) =>
      searchRows(
        rowsOf(found.campaignId).map((row) => row.log),
        found,
        page,
      ),
    stats: (campaignId) => statsOf(rowsOf(campaignId).map((row) => row.log)),
    seen: (campaignId) => seenOf(rowsOf(campaignId).map((row) => row.log)),
    record: (facts) => {
      const known = new Map<string, RowAddress>();
      for (const fact of facts) {
        const row = rows.get(fact.logId);
        if (!row) continue;
        rows.set(fact.logId, { ...row, log: { ...foldFact(row.log, fact), updatedAt: now() } });
        const { channel, generation, addressHash } = row.log;
        known.set(fact.logId, { channel, generation, ...(addressHash === undefined ? {} : { addressHash }) });
      }
      figures.touch(campaignsOf(known.keys()));
      return known;
    },
    skipRows: ({ reason, ...wanted }) => {
      const skipped = chosen(wanted);
      figures.touch([wanted.campaignId]);
      for (const row of skipped) write(row, { status: "skipped", reason });
      return skipped.length;
    },
    reopen: ({ reopening, ...wanted }) => {
      const reopened = chosen(wanted, (log) => log.reopening < reopening);
      figures.touch([wanted.campaignId]);
      for (const row of reopened) {
        const handOvers: readonly EpochRange[] = row.log.handedOverAt === undefined ? [] : [[row.handedOverEpoch, row.epoch]];
        const earlierHandOvers = [...row.earlierHandOvers, ...handOvers];
        rows.set(row.log.id, { ...row, log: reopenLog(row.log, reopening, now()), callBegun: false, earlierHandOvers });
      }
      return reopened.length;
    },
    remaining: (campaignId) => {
      const open = rowsOf(campaignId).map((row) => row.log);
      const due = open.filter((log) => log.status === "pending").map((log) => log.dueAt);
      return {
        pending: due.length > 0,
        claimed: open.some((log) => log.status === "claimed"),
        ...(due.length > 0 ? { nextDueAt: due.reduce((a, b) => Math.min(a, b)) } : {}),
      };
    },
  };
  const forgetPerson = (customerId: string, stamp: Stamp): void => {
    for (const row of [...rows.values()]) {
      if (row.log.customerId !== customerId || row.log.plannedAt * 1_000 > stamp) continue;
      const { to: _, reason, ...log } = row.log;
      rows.set(log.id, { ...row, log: reason === undefined ? log : { ...log, reason: reasonWithoutWords(reason) } });
      figures.touch([log.campaignId]);
    }
  };
  const messagesOf = (customerId: string): readonly StoredCommunication[] =>
    (idsByCustomer.get(customerId) ?? []).flatMap((id) => rows.get(id)?.log ?? []);
  return { port, shelf: { rows, rowsOf, write }, messagesOf, forgetPerson };
}

function pendingLog(
  planned: Pick<StoredCommunication, "id" | "campaignId" | "customerId" | "channel" | "plannedAt">,
  updatedAt: Instant,
): StoredCommunication {
  return { ...planned, status: "pending", generation: 1, reopening: 0, attempts: 0, evidence: {}, dueAt: updatedAt, updatedAt };
}
