import { ADDRESS_FIELDS, type AddressField } from "../../model/channel.js";
import { factOf, splitLogId } from "../../model/communication-log.js";
import { addressSchemas } from "../../model/contact/address.js";
import type { AddressHasher } from "../../model/contact/address-hash.js";
import type { Stamp } from "../../model/customer.js";
import type { EdgeContext } from "../../model/edge.js";
import type { StoredErasure } from "../../model/erasure.js";
import type { Receipt } from "../../model/receipt.js";
import type { StoredDeadLetter, Topic } from "../../ports/queue.js";
import { ERASED } from "../batches/apply-customers.js";
import { decodeRowMessage, encodeRowMessage, placesOf, type QueuedRow } from "../batches/row-message.js";

/** The body of a dead letter without anything of the erased; undefined where it holds nothing of them. */
export type StripDeadLetter = (letter: StoredDeadLetter) => string | undefined;

/** Words of a text that may be an address, or an id. */
const WORDS = /[^\s"'`,;:<>()[\]{}\\]+/g;

/**
 * Rows that are no newer than an erasure, and that name its customer or, where they name nobody, an address that was erased, become
 * rejections. Receipts lose the vendor's words. What nothing here can read, and names one of the erased, is left empty: nothing could
 * ever have applied it.
 */
export function deadLetterStripper(
  erasures: readonly StoredErasure[],
  { context, hasher }: { readonly context: EdgeContext; readonly hasher: AddressHasher },
): StripDeadLetter {
  const people = new Map(erasures.map(({ customerId, stamp }) => [customerId, stamp]));
  const mailboxes = new Map<string, Stamp>();
  for (const { hash, stamp } of erasures.flatMap(({ addresses }) => addresses)) {
    mailboxes.set(hash, Math.max(stamp, mailboxes.get(hash) ?? stamp));
  }
  const schemas = addressSchemas(context);

  const mailboxErasedAt = (field: AddressField, written: unknown): Stamp | undefined => {
    const parsed = typeof written === "string" ? schemas[field].safeParse(written) : undefined;
    return parsed?.success ? mailboxes.get(hasher.hash(field, parsed.data)) : undefined;
  };
  const erasedAt = ({ id, addresses }: Named): Stamp | undefined => {
    if (typeof id === "string") return people.get(id);
    const stamps = ADDRESS_FIELDS.map((field) => mailboxErasedAt(field, addresses[field]));
    return stamps.find((stamp) => stamp !== undefined);
  };
  const strippedEntry =
    (named: (data: unknown) => Named) =>
    (entry: QueuedRow): QueuedRow => {
      if (!("data" in entry)) return entry;
      const stamp = erasedAt(named(entry.data));
      return stamp === undefined || entry.stamp > stamp ? entry : { ...placesOf(entry), issue: { path: "id", message: ERASED } };
    };
  const strippedRows = (named: (data: unknown) => Named, letter: StoredDeadLetter): string | undefined => {
    const message = decodeRowMessage(letter);
    const entries = message.entries.map(strippedEntry(named));
    const isSame = entries.every((entry, index) => entry === message.entries[index]);
    return isSame ? undefined : encodeRowMessage({ ...message, entries }).body;
  };
  const strippedReceipt = ({ body }: StoredDeadLetter): string | undefined => {
    const { reason, ...receipt } = JSON.parse(body) as Receipt;
    const { customerId } = splitLogId(factOf(receipt)?.logId ?? "") ?? {};
    return reason === undefined || customerId === undefined || !people.has(customerId) ? undefined : JSON.stringify(receipt);
  };
  const names = (word: string): boolean =>
    people.has(word) || ADDRESS_FIELDS.some((field) => mailboxErasedAt(field, word) !== undefined);
  const strip: Readonly<Record<Topic, StripDeadLetter>> = {
    customers: (letter) => strippedRows(customerNamed, letter),
    orders: (letter) => strippedRows(ownerNamed, letter),
    receipts: strippedReceipt,
    suppressions: () => undefined,
  };
  return (letter) => {
    try {
      return strip[letter.topic](letter);
    } catch {
      return letter.body !== "" && (letter.body.match(WORDS) ?? []).some(names) ? "" : undefined;
    }
  };
}

/** Whom a row names. */
interface Named {
  readonly id: unknown;
  readonly addresses: Readonly<Record<string, unknown>>;
}

function customerNamed(data: unknown): Named {
  const row = recordIn(data);
  return { id: row.id, addresses: row };
}

function ownerNamed(data: unknown): Named {
  const row = recordIn(data);
  const { id, addresses } = customerNamed(row.customer);
  return { id: row.customerId ?? id, addresses };
}

function recordIn(data: unknown): Readonly<Record<string, unknown>> {
  return typeof data === "object" && data !== null ? (data as Readonly<Record<string, unknown>>) : {};
}
