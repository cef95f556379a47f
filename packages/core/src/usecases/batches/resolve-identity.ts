import type { CustomerFields } from "../../model/customer.js";
import { customerIdForEmail } from "../../model/customer.js";
import type { Store } from "../../ports/index.js";

interface Named {
  readonly id?: string;
  readonly fields: CustomerFields;
}

/**
 * The customer id of each record, in their order: its own; else the lowest id of those who have its email, earlier records of the
 * list included; else the id derived from the email.
 */
export async function resolveIdentities(records: readonly Named[], store: Store): Promise<readonly string[]> {
  const emails = new Set<string>();
  for (const { id, fields } of records) if (id === undefined && typeof fields.email === "string") emails.add(fields.email);
  const stored = emails.size > 0 ? await store.customers.findOwners([...emails]) : new Map<string, readonly string[]>();
  const owners = new Map<string, Set<string>>();
  for (const email of emails) owners.set(email, new Set(stored.get(email)));

  return records.map(({ id, fields }) => {
    const email = fields.email;
    const resolved = id ?? lowest(owners.get(email ?? "")) ?? customerIdForEmail(email ?? "");
    if (email !== undefined && id !== undefined) for (const set of owners.values()) set.delete(resolved);
    if (typeof email === "string") owners.get(email)?.add(resolved);
    return resolved;
  });
}

function lowest(ids: ReadonlySet<string> | undefined): string | undefined {
  let least: string | undefined;
  for (const id of ids ?? []) if (least === undefined || id < least) least = id;
  return least;
}
