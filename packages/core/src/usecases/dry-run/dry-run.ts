import type { DryRun, DryRunOptions } from "../../engine/dry-run.js";
import type { RowInput } from "../../engine/untrusted.js";
import { CrmError } from "../../errors.js";
import type { BatchKind, Fates, Rejection } from "../../model/batch.js";
import { type AddressKey, foldEvidence, NO_EVIDENCE, type Suppression } from "../../model/contact/suppression.js";
import { EFFECTS, NO_EFFECTS } from "../../model/effect.js";
import { recordOf } from "../../model/record-of.js";
import { MAX_BATCH_ERRORS } from "../../ports/batches.js";
import type { Spool } from "../../ports/spool.js";
import type { Suppressions } from "../../ports/suppressions.js";
import { createApplyRows } from "../batches/apply-rows.js";
import { createIngest } from "../batches/ingest.js";
import type { RowStore } from "../batches/row-parts.js";
import type { EngineParts } from "../engine-parts.js";
import { ChangedRecords } from "./changed-records.js";
import { dryCustomers } from "./dry-customers.js";
import { dryOrders } from "./dry-orders.js";

/**
 * Does with rows what an upload and its worker do, by the same code, on a store whose records are read through and whose changes wait in a
 * spool: so the numbers are those that the upload would have, and nothing is written.
 */
export function createDryRun(parts: EngineParts) {
  return async (
    kind: BatchKind,
    rows: AsyncIterable<RowInput> | Iterable<RowInput>,
    { onRejection, ...options }: DryRunOptions = {},
  ): Promise<DryRun> => {
    const spool = await parts.openSpool();
    try {
      const fates = new FatesSoFar(onRejection);
      const customers = dryCustomers(parts.store.customers, spool, parts.clock);
      const store: RowStore = {
        batches: {
          insert: async () => undefined,
          seal: async () => undefined,
          touch: async () => undefined,
          findParts: async (refs) => refs.map(() => ({ hasFates: false, identities: [] })),
          identify: async (identities) => identities.map((part) => ({ hasFates: false, identities: part.identities })),
          record: async (some) => fates.add(some),
        },
        customers: customers.port,
        orders: dryOrders(parts.store.orders, spool, customers),
        erasures: parts.store.erasures,
        suppressions: drySuppressions(parts.store.suppressions, spool),
      };
      const apply = createApplyRows({ ...parts, store }, { touched: () => undefined });
      const queue = { publish: async (_: string, messages: Parameters<typeof apply>[1]) => void (await apply(kind, messages)) };
      await createIngest({ ...parts, store, queue }).rows(kind, rows, options);
      return { ...fates.found(), suppressed: customers.suppressed() };
    } catch (error) {
      throw withoutBatch(error);
    } finally {
      await spool.close();
    }
  };
}

/** What became of the parts so far. */
class FatesSoFar {
  #counts = NO_EFFECTS;
  #rejected = 0;
  #errors: readonly Rejection[] = [];
  readonly #onRejection: DryRunOptions["onRejection"];

  constructor(onRejection: DryRunOptions["onRejection"]) {
    this.#onRejection = onRejection;
  }

  add(fates: readonly Fates[]): void {
    const rejections = fates.flatMap((part) => part.rejections);
    this.#counts = recordOf(EFFECTS, (effect) => fates.reduce((sum, part) => sum + part[effect], this.#counts[effect]));
    this.#rejected += rejections.length;
    if (rejections.length === 0) return;
    this.#errors = [...this.#errors, ...rejections].sort((a, b) => a.row - b.row).slice(0, MAX_BATCH_ERRORS);
    for (const rejection of rejections) this.#onRejection?.(rejection);
  }

  found(): Omit<DryRun, "suppressed"> {
    const { added, changed, unchanged } = this.#counts;
    const received = added + changed + unchanged + this.#rejected;
    return { received, added, changed, unchanged, rejected: this.#rejected, errors: this.#errors };
  }
}

/** What would be known of addresses. */
function drySuppressions(stored: Pick<Suppressions, "getMany">, spool: Spool): RowStore["suppressions"] {
  const changed = new ChangedRecords<Suppression>(spool, "suppression");
  const read = async (keys: readonly AddressKey[]): Promise<Map<string, Suppression>> => {
    const byText = new Map(keys.map((key) => [textOf(key), key]));
    return changed.readThrough(byText.keys(), async (others) => {
      const found = await stored.getMany(others.flatMap((text) => byText.get(text) ?? []));
      return found.map((one) => [textOf(one), one] as const);
    });
  };
  return {
    record: async (evidence) => {
      const known = await read(evidence);
      for (const one of evidence) {
        const { channel, hash } = one;
        const before = known.get(textOf(one)) ?? { channel, hash, version: 0, ...NO_EVIDENCE };
        const after = foldEvidence(before, one);
        if (after !== before) known.set(textOf(one), { ...after, version: before.version + 1 });
      }
      await changed.write(known);
      return [...known.values()];
    },
    getMany: async (keys) => [...(await read(keys)).values()],
  };
}

function textOf({ channel, hash }: AddressKey): string {
  return `${channel}:${hash}`;
}

/** Of a run that breaks off: there is no batch, and nothing was queued. */
function withoutBatch(error: unknown): unknown {
  if (!(error instanceof CrmError)) return error;
  const { batchId: _, ...details } = { batchId: undefined, ...error.details };
  return new CrmError(error.code, error.message, { cause: error.cause ?? error, details });
}
