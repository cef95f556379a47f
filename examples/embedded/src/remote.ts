import { createClient } from "@crm-engine/client";
import { thankCustomers } from "./thank-customers.js";

const client = createClient({ url: process.argv[2] ?? "http://127.0.0.1:3000", apiKey: process.env.API_KEY });
await thankCustomers(client);
await client.close();
