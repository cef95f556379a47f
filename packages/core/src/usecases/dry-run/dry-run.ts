import type { IngestOptions, RowInput } from "../../engine/untrusted.js";
import { CrmError } from "../../errors.js";
import type { BatchKind } from "../../model/batch.js";
import { acceptedIn } from "../../model/effect.js";
import type { DryRun } from "../../view/batch.js";
import { createApplyRows } from "../batches/apply-rows.js";
import { createIngest } from "../batches/ingest.js";
import type { EngineParts } from "../engine-parts.js";
import { dryBatch } from "./dry-batch.js";
import { dryCustomers } from "./dry-customers.js";
import { dryOrders } from "./dry-orders.js";
import { drySuppressions } from "./dry-suppressions.js";
import { touchedIn } from "./touched.js";

/**
 * An import that writes nothing: the same code reads and applies the rows, on a store whose reads fall through to the engine's and whose
 * writes stay in a scratch place, so that what a row did is seen by the rows after it. Memory is bounded. Where it breaks off, the error
 * carries what was counted till then, as `details`.
 */
export function createDryRun(parts: EngineParts) {
  return async (
    kind: BatchKind,
    rows: AsyncIterable<RowInput> | Iterable<RowInput>,
    options: Pick<IngestOptions, "lines" | "signal"> = {},
  ): Promise<DryRun> => {
    const scratch = await parts.openScratch();
    try {
      const spool = await parts.openSpool();
      try {
        const touched = touchedIn(spool);
        const { port: batches, tally } = dryBatch();
        const customers = dryCustomers(parts, scratch, touched);
        const store = {
          batches,
          customers,
          orders: dryOrders(parts.store.orders, { scratch, customers, touched }),
          suppressions: drySuppressions(parts.store.suppressions, scratch),
          erasures: parts.store.erasures,
        };
        const apply = createApplyRows({ ...parts, store }, { touched: () => undefined });
        const queue = {
          publish: async (_topic: string, messages: Parameters<typeof apply>[1]) => void (await apply(kind, messages)),
        };
        const counted = (suppressed: number): DryRun => {
          const { added, changed, unchanged, rejected, errors } = tally();
          const received = acceptedIn({ added, changed, unchanged }) + rejected;
          return { received, added, changed, unchanged, rejected, suppressed, errors: [...errors] };
        };
        try {
          await createIngest({ ...parts, store, queue }).rows(kind, rows, options);
        } catch (error) {
          throw brokenOff(error, { ...counted(0), truncated: true });
        }
        options.signal?.throwIfAborted();
        return counted(await touched.countSuppressed(store));
      } finally {
        await spool.close();
      }
    } finally {
      await scratch.close();
    }
  };
}

function brokenOff(error: unknown, counted: DryRun): CrmError {
  if (!(error instanceof CrmError))
    return new CrmError("invalid", "The dry run broke off.", { cause: error, details: { ...counted } });
  const { batchId: _, ...details } = error.details ?? {};
  return new CrmError(error.code, error.message, { cause: error.cause, details: { ...details, ...counted } });
}
