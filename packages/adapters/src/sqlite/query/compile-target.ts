import type { Instant } from "@crm-engine/core/ports";
import type { Tables } from "../schema/scope.js";
import type { Compiled } from "./expressions.js";

/** When the oldest and the newest order were placed. */
export interface OrderSpan {
  readonly oldest: Instant;
  readonly newest: Instant;
}

/** How a condition is to be read. Every way selects the same customers. */
export interface Reading {
  readonly tables: Tables;
  /**
   * `together`: what is kept in other tables (attributes, orders, messages) is read for everyone at once, which is the way to
   * look at all customers.
   * `apart`: for the customer at hand, which is the way to look at few.
   */
  readonly subqueries: "set" | "correlated";
  readonly span?: OrderSpan | undefined;
  /** The statement asks every now and then whether to go on: see `asking`. */
  readonly stoppable?: boolean;
}

export interface Target extends Reading {
  readonly limits: Limits;
}

/** Longest lists that go in value by value; longer ones are one JSON parameter, which is dearer to read for each row. */
export interface Limits {
  readonly choices: number;
  readonly ranges: number;
}

/** A function of connections that stop; true, or else it throws and so ends the statement. */
export const GO_ON = "crm_go_on";

/** A test that every row passes, and that asks `GO_ON` at every 4,096th: some 10 ns a row. */
export function asking({ stoppable = false }: Pick<Reading, "stoppable">, rowNumber: string): readonly Compiled[] {
  return stoppable ? [{ sql: `(${rowNumber} & 4095 OR ${GO_ON}())`, values: [] }] : [];
}

/** A value that an index is searched by: asks once, at no cost for each row. It is for searches of which few rows may pass to be asked at. */
export function askingOnce({ stoppable = false }: Pick<Reading, "stoppable">): string {
  return stoppable ? `iif(${GO_ON}(), ?, NULL)` : "?";
}
