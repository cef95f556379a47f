import type { BatchKind } from "@crm-engine/core";

/** Every so many rows one has no usable address or amount, and is rejected. */
const ONE_BAD_IN = 1_000;
const ROWS_IN_CHUNK = 500;

/** A file of its own: its customers and orders are in no other. */
export interface UploadFile {
  readonly kind: BatchKind;
  readonly contentType: "text/csv" | "application/x-ndjson";
  readonly rows: number;
  readonly rejected: number;
  bytes(): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** Half of them customers as CSV, half orders as NDJSON, each with a customer who is new. */
export function uploadFiles(count: number, rows: number): readonly UploadFile[] {
  const rejected = Math.floor(rows / ONE_BAD_IN);
  return Array.from({ length: count }, (_, file) =>
    file % 2 === 0
      ? {
          kind: "customers",
          contentType: "text/csv",
          rows,
          rejected,
          bytes: () => chunks("id,email,name,tags,attributes.plan,attributes.city\n", rows, (row) => customerLine(file, row)),
        }
      : {
          kind: "orders",
          contentType: "application/x-ndjson",
          rows,
          rejected,
          bytes: () => chunks("", rows, (row) => orderLine(file, row)),
        },
  );
}

const isBad = (row: number): boolean => row % ONE_BAD_IN === ONE_BAD_IN - 1;

function customerLine(file: number, row: number): string {
  const email = isBad(row) ? "nowhere" : `p${row}@f${file}.example.com`;
  return `f${file}-${row},${email},"Person, ${row}",a;b,${row % 3 === 0 ? "pro" : "free"},City ${row % 50}\n`;
}

function orderLine(file: number, row: number): string {
  const order = {
    id: `o${file}-${row}`,
    customerId: `f${file}-${row}`,
    amount: isBad(row) ? -1 : `${(row % 900) + 1}.50`,
    placedAt: new Date(Date.UTC(2026, 0, 1) + (row % 300) * 86_400_000).toISOString(),
    channel: "web",
    items: [{ sku: `sku-${row % 200}`, name: `Thing ${row % 200}`, quantity: 1, price: `${(row % 900) + 1}.50` }],
  };
  return `${JSON.stringify(order)}\n`;
}

async function* chunks(
  head: string,
  rows: number,
  lineOf: (row: number) => string,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const encoder = new TextEncoder();
  let text = head;
  for (let row = 0; row < rows; row++) {
    text += lineOf(row);
    if ((row + 1) % ROWS_IN_CHUNK > 0) continue;
    yield encoder.encode(text);
    text = "";
  }
  if (text !== "") yield encoder.encode(text);
}
