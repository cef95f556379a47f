import type { Condition, PlanRange } from "@crm-engine/core/ports";
import { compileCondition } from "../query/compile-condition.js";
import { checkInterruptByCustomer } from "../query/compile-target.js";
import { type Compiled, combine } from "../query/expressions.js";
import { interruptibleOptions, NOT_ERASED } from "../query/select-customers.js";
import type { Operations, PortOf } from "../schema/operations.js";
import type { Scope } from "../schema/scope.js";

/** Customers found by one search. */
const FOUND_AT_ONCE = 10_000;
/** Rows of one transaction, which takes some 20 ms. */
const ADDED_AT_ONCE = 2_000;

export type Recipients = Omit<PlanRange, "condition" | "after" | "upTo">;

const steps = { scans: { findRecipients }, writes: { addRecipients } } satisfies Operations;

/** Whom a condition selects is found on a reader's thread, so that the writer is needed only for rows that are to be added. */
export const planning = {
  steps,
  methods: ({ findRecipients, addRecipients }: PortOf<typeof steps>) => ({
    /** Fails where a search takes longer than the limit, so that the planner tries a smaller range. */
    plan: async ({ condition, after, upTo, ...recipients }: PlanRange, limitMs: number): Promise<number> => {
      let added = 0;
      for (let from = after; ; ) {
        const found = await findRecipients({ condition, after: from, upTo, limitMs });
        for (let start = 0; start < found.length; start += ADDED_AT_ONCE)
          added += await addRecipients(recipients, found.slice(start, start + ADDED_AT_ONCE));
        if (found.length < FOUND_AT_ONCE) return added;
        from = found.at(-1);
      }
    },
  }),
};

interface Search {
  readonly condition: Condition;
  readonly after?: string | undefined;
  readonly upTo?: string | undefined;
  /** Counted from when the thread begins with it. */
  readonly limitMs?: number;
}

/** The first ids, in order, of those in the range for whom the condition holds. */
export function findRecipients(scope: Scope, { condition, after, upTo, limitMs }: Search): readonly string[] {
  const { db, tables } = scope;
  const options = interruptibleOptions(scope, "correlated");
  const bounds: readonly Compiled[] = [
    ...(after === undefined ? [] : [{ sql: "c.id > ?", values: [after] }]),
    ...(upTo === undefined ? [] : [{ sql: "c.id <= ?", values: [upTo] }]),
  ];
  const { sql, values } = combine(
    [...bounds, NOT_ERASED, ...checkInterruptByCustomer(options), compileCondition(condition, options)],
    "AND",
  );
  db.limitTime(limitMs);
  const rows = db.all(`SELECT c.id FROM ${tables.customers} c WHERE ${sql} ORDER BY c.id LIMIT ?`, ...values, FOUND_AT_ONCE);
  return rows.map(({ id }) => String(id));
}

/** Adds rows for those who are not erased and have none, unless another planner has the lease. Returns rows added. */
export function addRecipients(
  { db, tables, now }: Scope,
  { campaignId, channel, plannedAt, epoch }: Recipients,
  ids: readonly string[],
): number {
  const at = now();
  const fence = epoch === undefined ? [] : [campaignId, epoch];
  const isPlanner = `EXISTS (SELECT 1 FROM ${tables.campaigns} WHERE id = ? AND status = 'planning' AND document ->> '$.plan.epoch' = ?)`;
  return db.run(
    `INSERT INTO ${tables.communications} (campaign_id, customer_id, channel, status, generation, reopening, attempts, epoch, calling, planned_at, due_at, updated_at)
     SELECT ?, c.id, ?, 'pending', 1, 0, 0, 0, 0, ?, ?, ? FROM json_each(?) found CROSS JOIN ${tables.customers} c ON c.id = found.value
     WHERE c.erased = 0 ${fence.length > 0 ? `AND ${isPlanner}` : ""}
     ON CONFLICT DO NOTHING`,
    campaignId,
    channel,
    plannedAt,
    Math.min(plannedAt, at),
    at,
    JSON.stringify(ids),
    ...fence,
  );
}
