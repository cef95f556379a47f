import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { DatabaseSync } from "@photostructure/sqlite";
import { parse } from "csv-parse";

/** A plain table of the lines. Times are text that sorts; customers lose the `.0` of a spreadsheet. */
export async function linesOf(file: string): Promise<InstanceType<typeof DatabaseSync>> {
  const database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE lines (invoice TEXT, sku TEXT, at TEXT, customer TEXT, quantity INTEGER, price REAL); BEGIN");
  const insert = database.prepare("INSERT INTO lines VALUES (?, ?, ?, replace(?, '.0', ''), ?, ?)");
  const rows = createReadStream(file)
    .pipe(createGunzip())
    .pipe(parse({ fromLine: 2 }));
  for await (const [invoice, sku, , quantity, at, price, customer] of rows as AsyncIterable<readonly string[]>) {
    insert.run(invoice ?? "", sku ?? "", at ?? "", customer ?? "", Number(quantity), Number(price));
  }
  database.exec("COMMIT");
  return database;
}
