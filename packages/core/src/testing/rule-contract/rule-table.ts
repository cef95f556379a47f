import type { CustomerFields } from "../../model/customer.js";
import type { Instant } from "../../model/instant.js";
import type { MinorUnits } from "../../model/money.js";
import type { OrderItem } from "../../model/order.js";
import type { SubjectMessage } from "../../query/condition/subject.js";
import type { Rule } from "../../query/language/rule.js";

/** Rules of one theme, and who of a handful of customers they select, for `GENERATED_CONTEXT`. */
export interface RuleTable {
  readonly name: string;
  readonly customers: readonly TableCustomer[];
  readonly rows: readonly RuleRow[];
  /** Each rule is planned too. */
  readonly planned?: boolean;
}

export interface TableCustomer {
  readonly id: string;
  readonly fields: CustomerFields;
  readonly orders?: readonly TableOrder[];
  readonly messages?: readonly SubjectMessage[];
}

export interface TableOrder {
  /** Made of the customer's id and the order's place, if absent. */
  readonly id?: string;
  readonly type: "purchase" | "refund";
  /** Placed, if absent. */
  readonly status?: "placed" | "cancelled";
  readonly amount: MinorUnits;
  readonly placedAt: Instant;
  readonly items?: readonly OrderItem[];
  readonly channel?: string;
}

export type RuleRow = readonly [rule: Rule, ids: readonly string[]];

/** Customers by id. */
export function people(fieldsById: Readonly<Record<string, CustomerFields>>): readonly TableCustomer[] {
  return Object.entries(fieldsById).map(([id, fields]) => ({ id, fields }));
}

/** The row, and the row of its complement. */
export function bothWays(table: readonly TableCustomer[], rows: readonly RuleRow[]): readonly RuleRow[] {
  return rows.flatMap(([rule, ids]) => [
    [rule, ids],
    [{ not: rule }, table.map(({ id }) => id).filter((id) => !ids.includes(id))],
  ]);
}
