import { pages, type RemoteClient } from "@crm-engine/client";

/** All that the engine tells of one person, for the person. */
export async function collectPerson(
  engine: RemoteClient,
  id: string,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (records: number) => void },
): Promise<object> {
  let records = 0;
  const all = async <T>(list: Parameters<typeof pages<T>>[0]): Promise<readonly T[]> => {
    const items: T[] = [];
    for await (const item of pages(list)) {
      signal.throwIfAborted();
      items.push(item);
      records += 1;
      if (records % 100 === 0) onProgress(records);
    }
    return items;
  };
  const customer = await engine.customers.get(id);
  const addresses = [customer.email, customer.phone].filter((address) => address !== undefined);
  return {
    exportedAt: new Date().toISOString(),
    customer,
    addresses: await Promise.all(addresses.map(async (address) => ({ address, known: await engine.suppressions.find(address) }))),
    orders: await all((page) => engine.orders.list({ customerId: id }, page)),
    messages: await all((page) => engine.campaigns.log({ customerId: id }, page)),
    timeline: await all((page) => engine.customers.timeline(id, page)),
  };
}
