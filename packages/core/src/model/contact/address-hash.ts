import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { v5 as uuidV5 } from "uuid";
import type { AddressField } from "../channel.js";

/** The form of addresses that is hashed: raised where `addressSchemas` give another one for the same mailbox. */
const FORM = 1;

/** Stands for an address where it must not be known: the same for all its spellings, and of no use without the store's key. */
export interface AddressHasher {
  /** The version of the form, and 128 bits in hexadecimal digits. */
  hash(field: AddressField, address: string): string;
  /** Stands for any other text. */
  opaque(text: string): string;
  /**
   * The id of a customer who is known only by an address that was erased so often: a UUIDv5 (RFC 9562) in a namespace that only the key
   * tells.
   */
  customerId(field: AddressField, address: string, erasures: number): string;
}

/** HMAC-SHA-256 (RFC 2104) under a store's secret. */
export function addressHasher(key: string): AddressHasher {
  const keyed = hmac.create(sha256, utf8ToBytes(key));
  const bytesOf = (text: string): Uint8Array => keyed.clone().update(utf8ToBytes(text)).digest().subarray(0, 16);
  const namespace = bytesOf("customers");
  return {
    hash: (field, address) => `${FORM}:${bytesToHex(bytesOf(`address\n${field}\n${address}`))}`,
    opaque: (text) => bytesToHex(bytesOf(`text\n${text}`)),
    customerId: (field, address, erasures) => uuidV5([field, address, ...(erasures > 0 ? [erasures] : [])].join("\n"), namespace),
  };
}
