import { addressFieldOf, type Channel } from "@crm-engine/core/ports";
import { hashColumn, markColumns, sharesColumn, snakeCase } from "./columns.js";

/** Of a customer `c`, that something may keep it from being reached by the channel, where consent is taken for granted; written as in the index. */
export function isExceptional(channel: Channel, row = "c."): string {
  const field = addressFieldOf(channel);
  const { refusal } = markColumns(channel);
  const tests = [
    `consent_${channel} IS 'withdrawn'`,
    `${refusal} IS NOT NULL`,
    `${snakeCase(field)} IS NULL`,
    `${sharesColumn(field)} IS NOT NULL`,
  ];
  return `(${tests.map((test) => `${row}${test}`).join(" OR ")})`;
}

export function exceptionalIndex(customers: string, channel: Channel): string {
  return `${customers}_exceptional_${channel}`;
}

/** Has all that a count of the reach asks of them. */
export function createExceptionalIndex(customers: string, channel: Channel): string {
  const field = addressFieldOf(channel);
  const columns = ["id", "erased", `consent_${channel}`, markColumns(channel).refusal, snakeCase(field), sharesColumn(field)];
  return `CREATE INDEX IF NOT EXISTS ${exceptionalIndex(customers, channel)} ON ${customers} (${[...columns, hashColumn(field)].join(", ")}) WHERE ${isExceptional(channel, "")}`;
}
