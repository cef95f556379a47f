import { ADDRESS_FIELDS, type AddressField } from "./channel.js";
import type { Stamp, StoredCustomer } from "./customer.js";
import type { Instant } from "./instant.js";

/** A request to erase a customer, with the keyed hashes of the addresses that it has. */
export interface ErasureRequest {
  readonly customerId: string;
  /** Rows that were accepted no later are `erased`: by this id or, where they name no id, by one of the addresses. */
  readonly stamp: Stamp;
  readonly requestedAt: Instant;
  readonly addressHashes: StoredCustomer["addressHashes"];
}

/** An address that was erased, known by its keyed hash. */
export interface ErasedAddress {
  readonly field: AddressField;
  readonly hash: string;
  readonly stamp: Stamp;
}

/** What an erasure leaves for good, and how far it has come. */
export interface StoredErasure extends Pick<ErasureRequest, "customerId" | "stamp" | "requestedAt"> {
  /** Of all erasures of the id, each with its stamp. */
  readonly addresses: readonly ErasedAddress[];
  /** The topics whose messages may still hold something of the customer, and where each stood when it was looked at. Absent before that. */
  readonly marks?: Readonly<Record<string, string>>;
  readonly completedAt?: Instant;
}

/**
 * Adds a request to what is known of erasures of its customer. In whatever order and how often requests come, the same is known: all
 * addresses, and of the erasures the latest, which begins anew where an earlier one was under way or complete.
 */
export function foldErasure(before: StoredErasure | undefined, request: ErasureRequest): StoredErasure {
  const { customerId, stamp, requestedAt, addressHashes } = request;
  const known = before?.addresses ?? [];
  const added = ADDRESS_FIELDS.flatMap((field): readonly ErasedAddress[] => {
    const hash = addressHashes[field];
    const isKnown = known.some((address) => address.hash === hash && address.stamp === stamp);
    return hash === undefined || isKnown ? [] : [{ field, hash, stamp }];
  });
  const addresses = [...known, ...added];
  if (!before || stamp > before.stamp) return { customerId, stamp, requestedAt, addresses };
  return added.length === 0 ? before : { ...before, addresses };
}

/** How far an erasure has come, in place of what was known of that. */
export function withProgress(
  { customerId, stamp, requestedAt, addresses }: StoredErasure,
  { marks, completedAt }: { readonly marks: StoredErasure["marks"]; readonly completedAt: Instant | undefined },
): StoredErasure {
  return {
    ...{ customerId, stamp, requestedAt, addresses },
    ...(marks === undefined ? {} : { marks }),
    ...(completedAt === undefined ? {} : { completedAt }),
  };
}

/** Reasons of log rows that are a code of this engine's, or begin with one of SMTP's (RFC 5321, RFC 3463). */
const CODES: readonly RegExp[] = [
  /^[a-z]+(?:_[a-z]+)+$/,
  /^(?:failed|bounced|erased)$/,
  /^\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3})?(?![^\s-])/,
];

/** A log row's reason without a vendor's own words, which may tell of the person. */
export function reasonWithoutWords(reason: string): string {
  for (const code of CODES) {
    const found = code.exec(reason)?.[0];
    if (found !== undefined) return found;
  }
  return "erased";
}
