import { createReadStream, createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";

const ONE_IN = 8;
/** Customers whom the audiences are asked about. */
const ALWAYS = ["12747", "14649", "17850", "18097"];
/** `…,17850.0,United Kingdom`: what comes before the customer may have commas in quotes. */
const CUSTOMER = /,(\d*)(?:\.0)?,[^,]*$/;

/** Writes the lines of one customer in eight, whole, and one in eight of those without a customer. Both files are CSV in gzip. */
export async function writeSomeCustomers(file: string, into: string): Promise<void> {
  await pipeline(someLines(file), createGzip({ level: 1 }), createWriteStream(into));
}

async function* someLines(file: string): AsyncGenerator<string> {
  let row = 0;
  for await (const line of createInterface({ input: createReadStream(file).pipe(createGunzip()) })) {
    const customer = CUSTOMER.exec(line)?.[1];
    const isKept = row === 0 || (customer ? Number(customer) % ONE_IN === 0 || ALWAYS.includes(customer) : row % ONE_IN === 0);
    row += 1;
    if (isKept) yield `${line}\n`;
  }
}
