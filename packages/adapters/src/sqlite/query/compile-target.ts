import type { Instant } from "@crm-engine/core/ports";
import type { Tables } from "../schema/scope.js";
import type { Compiled } from "./expressions.js";

/** When the oldest and the newest order were placed. */
export interface OrderSpan {
  readonly oldest: Instant;
  readonly newest: Instant;
}

/** How a condition is compiled. The options affect the plan only: with any of them, the same customers are selected. */
export interface CompileOptions {
  readonly tables: Tables;
  /**
   * How rows of other tables (attributes, orders, messages) are read.
   * `set`: by uncorrelated subqueries, each evaluated once for all customers; cheaper where many customers are tested.
   * `correlated`: by subqueries that are evaluated for each customer; cheaper where few are.
   */
  readonly subqueries: "set" | "correlated";
  readonly span?: OrderSpan | undefined;
  /** The statement checks for an interrupt now and then: see `checkInterrupt`. */
  readonly interruptible?: boolean;
}

export interface Target extends CompileOptions {
  readonly limits: Limits;
}

/** Longest lists that are bound value by value. A longer one is bound as one JSON parameter, which costs more for each row. */
export interface Limits {
  readonly choices: number;
  readonly ranges: number;
}

/** The SQL function of connections whose statements can be interrupted: returns true, or throws and so ends the statement. */
export const CHECK_INTERRUPT = "crm_check_interrupt";

/** A test that every row passes, and that calls `CHECK_INTERRUPT` at every 256th row: some 10 ns a row. */
export function checkInterrupt(
  { interruptible = false }: Pick<CompileOptions, "interruptible">,
  rowNumber: string,
): readonly Compiled[] {
  return interruptible ? [{ sql: `(${rowNumber} & 255 OR ${CHECK_INTERRUPT}())`, values: [] }] : [];
}

/** The same for customers: each of them where the rows of other tables are read for each, which may take long for a single one. */
export function checkInterruptByCustomer(options: Pick<CompileOptions, "interruptible" | "subqueries">): readonly Compiled[] {
  if (options.subqueries === "set") return checkInterrupt(options, "c.num");
  return options.interruptible ? [{ sql: `${CHECK_INTERRUPT}()`, values: [] }] : [];
}

/**
 * A bound value that an index is searched by, and that calls `CHECK_INTERRUPT` once per search, at no cost per row. For index searches
 * that may visit too few rows for the per-row check to run.
 */
export function checkInterruptOnce({ interruptible = false }: Pick<CompileOptions, "interruptible">): string {
  return interruptible ? `iif(${CHECK_INTERRUPT}(), ?, NULL)` : "?";
}
