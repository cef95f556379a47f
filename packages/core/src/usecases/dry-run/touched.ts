import { CHANNEL, CHANNELS } from "../../model/channel.js";
import { refusalBy } from "../../model/contact/may-contact.js";
import type { AddressKey } from "../../model/contact/suppression.js";
import type { StoredCustomer } from "../../model/customer.js";
import type { Spool } from "../../ports/spool.js";
import type { ApplyStore } from "../batches/apply-parts.js";

/** The customers of the rows that were accepted. */
export interface Touched {
  add(ids: readonly string[]): Promise<void>;
  /**
   * How many of them, each counted once, have an address at which nobody is written to: its mailbox unsubscribed, complained, bounced, was
   * suppressed by hand or erased, and nothing has lifted that.
   */
  countSuppressed(store: Pick<ApplyStore, "customers" | "suppressions">): Promise<number>;
}

/** Customers that are looked at together. */
const PAGE = 500;

export function touchedIn(spool: Spool): Touched {
  return {
    add: async (ids) => {
      for (const id of ids) await spool.add(id, "");
    },
    countSuppressed: async (store) => {
      let count = 0;
      for await (const ids of pagesOf(spool)) count += await suppressedAmong(ids, store);
      return count;
    },
  };
}

/** Each id once: groups of one key follow each other. */
async function* pagesOf(spool: Spool): AsyncIterable<readonly string[]> {
  let page: string[] = [];
  let last: string | undefined;
  for await (const { key } of spool.groups()) {
    if (key === last) continue;
    last = key;
    page.push(key);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

async function suppressedAmong(
  ids: readonly string[],
  { customers, suppressions }: Pick<ApplyStore, "customers" | "suppressions">,
): Promise<number> {
  const found = await customers.getMany(ids);
  const keys = found.flatMap(keysOf);
  if (keys.length === 0) return 0;
  const known = await suppressions.getMany(keys);
  const refused = new Set(known.filter((one) => refusalBy(one) !== undefined).map(({ channel, hash }) => `${channel}:${hash}`));
  return found.filter((customer) => keysOf(customer).some(({ channel, hash }) => refused.has(`${channel}:${hash}`))).length;
}

function keysOf({ addressHashes }: StoredCustomer): readonly AddressKey[] {
  return CHANNELS.flatMap((channel) => {
    const hash = addressHashes[CHANNEL[channel].address];
    return hash === undefined ? [] : [{ channel, hash }];
  });
}
