import type { Client } from "../client.js";
import type { Connection } from "../connection/connection.js";
import { newKey } from "../connection/idempotency-key.js";

export function receiptsOf({ json }: Connection): Client["receipts"] {
  return { accept: (receipts) => json({ method: "POST", path: "/api/receipts", json: receipts, key: newKey() }) };
}
