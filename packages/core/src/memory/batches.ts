import {
  type BatchRecord,
  batchStatus,
  type Fates,
  type Identity,
  type PartRef,
  type PartState,
  type Rejection,
  type StoredBatch,
} from "../model/batch.js";
import { acceptedIn, EFFECTS } from "../model/effect.js";
import type { Instant } from "../model/instant.js";
import { recordOf } from "../model/record-of.js";
import { type Batches, MAX_BATCH_ERRORS, MAX_LISTED_ERRORS, MAX_REJECTIONS } from "../ports/batches.js";
import { decodeCursor, encodeCursor } from "../ports/page.js";
import type { Clock } from "../ports/runtime.js";
import type { Sync } from "./async-port.js";
import { pageByAge } from "./page-of.js";

interface Upload {
  readonly touchedAt: Instant;
  readonly queued: number;
}

interface KeptFates extends Fates {
  /** However many are kept. */
  readonly rejected: number;
}

export function memoryBatches(now: Clock): Sync<Batches> {
  const batches = new Map<string, BatchRecord>();
  const uploads = new Map<string, Upload>();
  const fates = new Map<string, Map<number, KeptFates>>();
  const identities = new Map<string, readonly Identity[]>();

  const insert = (batch: BatchRecord): void => {
    if (batches.has(batch.id)) return;
    batches.set(batch.id, batch);
    uploads.set(batch.id, { touchedAt: now(), queued: 0 });
  };
  const rejectionsOf = (id: string): readonly Rejection[] =>
    [...(fates.get(id)?.values() ?? [])].flatMap((fate) => fate.rejections).sort((a, b) => a.row - b.row);
  const statusOf = (batch: BatchRecord, errors: number): StoredBatch => {
    const own = [...(fates.get(batch.id)?.values() ?? [])];
    const effects = recordOf(EFFECTS, (effect) => own.reduce((sum, fate) => sum + fate[effect], 0));
    const rejected = own.reduce((sum, fate) => sum + fate.rejected, 0);
    return batchStatus(batch, { ...effects, rejected, errors: rejectionsOf(batch.id).slice(0, errors) });
  };
  const seal: Sync<Batches>["seal"] = (id, { received, truncated }) => {
    const batch = batches.get(id);
    if (!batch) return;
    const { truncated: _, ...rest } = batch;
    batches.set(id, { ...rest, received, ...(truncated ? { truncated } : {}) });
  };

  const nameOf = ({ batchId, part }: PartRef): string => `${batchId}:${part}`;
  const stateOf = (ref: PartRef): PartState => ({
    hasFates: fates.get(ref.batchId)?.has(ref.part) ?? false,
    identities: identities.get(nameOf(ref)) ?? [],
  });

  return {
    insert,
    seal,
    findParts: (parts) => parts.map(stateOf),
    identify: (parts) =>
      parts.map((part) => {
        const { hasFates } = stateOf(part);
        if (!hasFates && !identities.has(nameOf(part))) identities.set(nameOf(part), part.identities);
        return stateOf(part);
      }),
    record: (recorded, maxRejections = MAX_REJECTIONS) => {
      for (const fate of recorded) {
        if (fate.single)
          insert({ id: fate.batchId, kind: fate.kind, createdAt: now(), received: acceptedIn(fate) + fate.rejections.length });
        const parts = fates.get(fate.batchId) ?? new Map<number, KeptFates>();
        if (parts.has(fate.part)) continue;
        identities.delete(nameOf(fate));
        const kept = [...parts.values()].reduce((sum, { rejections }) => sum + rejections.length, 0);
        const room = Math.max(0, maxRejections - kept);
        parts.set(fate.part, { ...fate, rejected: fate.rejections.length, rejections: fate.rejections.slice(0, room) });
        fates.set(fate.batchId, parts);
      }
    },
    get: (id) => {
      const batch = batches.get(id);
      return batch && statusOf(batch, MAX_BATCH_ERRORS);
    },
    list: ({ kind }, page) => {
      const wanted = [...batches.values()].filter((batch) => kind === undefined || batch.kind === kind);
      const { items, nextCursor } = pageByAge(wanted, (batch) => batch.createdAt, page);
      return { items: items.map((batch) => statusOf(batch, MAX_LISTED_ERRORS)), nextCursor };
    },
    rejections: (id, { limit, cursor }) => {
      const from = cursor === undefined ? 0 : decodeCursor(cursor, ["number"])[0];
      const rest = rejectionsOf(id).filter((rejection) => rejection.row > from);
      const items = rest.slice(0, limit);
      const last = items.at(-1);
      return { items, nextCursor: last === undefined || rest.length <= limit ? null : encodeCursor([last.row]) };
    },
    touch: (id, queued) => {
      if (uploads.has(id)) uploads.set(id, { touchedAt: now(), queued });
    },
    readingSince: () => {
      const open = [...batches.values()].filter(({ received }) => received === undefined);
      return open.length === 0 ? undefined : Math.min(...open.map(({ createdAt }) => createdAt));
    },
    sealAbandoned: (idleMs) => {
      const abandoned = [...batches.values()].filter(
        ({ id, received }) => received === undefined && (uploads.get(id)?.touchedAt ?? 0) <= now() - idleMs,
      );
      for (const { id } of abandoned) seal(id, { received: uploads.get(id)?.queued ?? 0, truncated: true });
      return abandoned.length;
    },
  };
}
