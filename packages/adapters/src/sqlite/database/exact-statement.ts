import type { Database, SqlValue, Statement } from "./driver.js";

/** The packaged driver binds what lies between 0 and this as 0; below 0 it binds every number as it is. */
const SMALLEST_BOUND = Number.EPSILON;
const TEXT_OR_PARAMETER = /'[^']*'|\?(\d*)/g;

/** A statement whose numbers arrive as they were given: the smallest go as their negatives, and the SQL takes them back. */
export function exactStatement(database: Pick<Database, "prepare">, sql: string): Statement {
  const plain = database.prepare(sql);
  const call = (values: readonly SqlValue[]): readonly [Statement, readonly SqlValue[]] => {
    if (!values.some(isTiny)) return [plain, values];
    const negated = values.map((value) => (isTiny(value) ? -value : value));
    return [database.prepare(withNegated(sql, values.map(isTiny))), negated];
  };
  return {
    run: (...values) => {
      const [statement, given] = call(values);
      return statement.run(...given);
    },
    get: (...values) => {
      const [statement, given] = call(values);
      return statement.get(...given);
    },
    all: (...values) => {
      const [statement, given] = call(values);
      return statement.all(...given);
    },
  };
}

function isTiny(value: SqlValue): value is number {
  return typeof value === "number" && value > 0 && value < SMALLEST_BOUND;
}

/** The SQL with the negatives of some of its parameters, which are counted from the first; `?2` names the second. */
function withNegated(sql: string, negate: readonly boolean[]): string {
  let next = 0;
  return sql.replaceAll(TEXT_OR_PARAMETER, (token, number: string | undefined) => {
    if (number === undefined) return token;
    const index = number === "" ? next++ : Number(number) - 1;
    return negate[index] ? `(-${token})` : token;
  });
}
