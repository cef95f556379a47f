import { linesOf } from "./lines.fixture.js";
import type { Sales } from "./sales.js";

/** Straight on the lines of the file: an invoice is an order, and one that begins with C gives money back. */
const MONTHS = `
  WITH orders AS (
    SELECT min(at) AS at, CAST(round(sum(quantity * price) * 100) AS INTEGER) AS pennies FROM lines WHERE customer <> '' GROUP BY invoice
  )
  SELECT substr(at, 1, 7) || '-01' AS month, sum(pennies) AS pennies FROM orders GROUP BY 1 ORDER BY 1`;
const PRODUCTS = `
  SELECT sku, sum(quantity) AS quantity, CAST(round(sum(quantity * price) * 100) AS INTEGER) AS pennies
  FROM lines WHERE customer <> '' GROUP BY sku ORDER BY pennies DESC LIMIT 10`;
const BUYERS = `
  SELECT count(*) AS customers, sum(invoices > 1) AS repeaters FROM (
    SELECT count(DISTINCT invoice) AS invoices FROM lines WHERE customer <> '' AND invoice NOT LIKE 'C%' GROUP BY customer
  )`;
const COHORT = `
  WITH purchases AS (SELECT customer, substr(at, 1, 7) || '-01' AS month FROM lines WHERE customer <> '' AND invoice NOT LIKE 'C%')
  SELECT month, count(DISTINCT customer) AS customers FROM purchases
  WHERE customer IN (SELECT customer FROM purchases GROUP BY customer HAVING min(month) = '2010-12-01')
  GROUP BY month ORDER BY month`;

type Row = Readonly<Record<string, unknown>>;

export async function salesByHand(file: string): Promise<Sales> {
  const lines = await linesOf(file);
  const all = (sql: string): readonly Row[] => lines.prepare(sql).all();
  const [buyers = {}] = all(BUYERS);
  const sales: Sales = {
    months: all(MONTHS).map(({ month, pennies }) => [String(month), Number(pennies)]),
    products: all(PRODUCTS).map(({ sku, quantity, pennies }) => [String(sku), Number(quantity), Number(pennies)]),
    customers: Number(buyers.customers),
    repeatCustomers: Number(buyers.repeaters),
    cohort: all(COHORT).map(({ month, customers }) => [String(month), Number(customers)]),
  };
  lines.close();
  return sales;
}
