import { all, field, hasCode, not } from "@crm-engine/core";
import { createClient, pages } from "./index.js";

/** What a page may do: rules, writes, event streams, lists, errors. */
export async function run(url: string): Promise<string> {
  const client = createClient({ url });
  const people = await client.ingest.customers([{ id: "ada", email: "ada@example.com" }, { id: "ben" }, { name: "Nobody" }]);
  const { accepted, rejected } = await client.batches.completed(people.batchId);
  const rule = all(field("email").exists(), not(field("totalSpend").gt(10)));
  const { id, description } = await client.segments.create({ name: "Newcomers", rule });
  const ids: string[] = [];
  for await (const customer of pages((page) => client.segments.members(id, page), { limit: 1 })) ids.push(customer.id);
  const isMissing = await client.customers.get("nobody").catch((error: unknown) => hasCode(error, "not_found"));
  await client.close();
  return JSON.stringify({ accepted, rejected, description, ids, isMissing });
}
