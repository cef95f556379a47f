import {
  type Condition,
  type CustomerProfile,
  PROFILE_MEASURES,
  type ProfileBounds,
  type ProfileGroup,
  type ProfileMeasure,
  profileOf,
  recordOf,
  SUM_UNIT,
  sumOf,
} from "@crm-engine/core/ports";
import type { Row } from "../database/driver.js";
import { compileCondition } from "../query/compile-condition.js";
import { checkInterrupt } from "../query/compile-target.js";
import { type Compiled, combine } from "../query/expressions.js";
import { interruptibleOptions, NOT_ERASED } from "../query/select-customers.js";
import { snakeCase } from "../schema/columns.js";
import type { Scope } from "../schema/scope.js";

/** Customers are grouped by all their buckets together; of these groups there are few. */
export function profileCustomers(scope: Scope, condition: Condition, bounds: ProfileBounds): CustomerProfile {
  const { db, tables } = scope;
  const options = interruptibleOptions(scope, "set");
  const where = combine([NOT_ERASED, ...checkInterrupt(options, "c.num"), compileCondition(condition, options)], "AND");
  const buckets = PROFILE_MEASURES.map((measure) => ({ measure, ...bucket(measure, bounds[measure]) }));
  const rows = db.all(
    `SELECT ${buckets.map(({ measure, sql }) => `${sql} AS ${measure}`).join(", ")}, count(*) AS count,
       sum(c.total_spend / ${SUM_UNIT}) AS high, sum(c.total_spend % ${SUM_UNIT}) AS low
     FROM ${tables.customers} c WHERE ${where.sql} GROUP BY ${buckets.map((_, index) => index + 1).join(", ")}`,
    ...buckets.flatMap(({ values }) => values),
    ...where.values,
  );
  return profileOf(rows.map(groupOf), bounds);
}

/** Finds a value's bucket by bisection. */
function bucket(measure: ProfileMeasure, bounds: readonly number[]): Compiled {
  const column = `c.${snakeCase(measure)}`;
  const bisect = (from: number, to: number): Compiled => {
    if (from === to) return { sql: String(from), values: [] };
    const middle = (from + to) >> 1;
    const [below, above] = [bisect(from, middle), bisect(middle + 1, to)];
    return {
      sql: `iif(${column} < ?, ${below.sql}, ${above.sql})`,
      values: [bounds[middle] ?? null, ...below.values, ...above.values],
    };
  };
  const { sql, values } = bisect(0, bounds.length);
  return { sql: `iif(${column} IS NULL, -1, ${sql})`, values };
}

function groupOf(row: Row): ProfileGroup {
  return {
    buckets: recordOf(PROFILE_MEASURES, (measure) => Number(row[measure])),
    count: Number(row.count),
    totalSpend: sumOf({ high: Number(row.high), low: Number(row.low) }),
  };
}
