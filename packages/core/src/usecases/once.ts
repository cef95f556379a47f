import type { EngineParts } from "./engine-parts.js";

const REMEMBERED_MS = 3_600_000;

/** True for the first of all processes that ask under this name within an hour: what several see, one of them says. */
export async function isFirst({ store }: Pick<EngineParts, "store">, name: string): Promise<boolean> {
  const { state } = await store.idempotency.begin(`once:${name}`, { leaseMs: REMEMBERED_MS, ttlMs: REMEMBERED_MS });
  return state === "begun";
}
