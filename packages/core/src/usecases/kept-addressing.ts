import { CrmError } from "../errors.js";
import { type AddressHasher, addressHasher } from "../model/contact/address-hash.js";
import type { Settings } from "../ports/coordination.js";

/** What a configuration says of addresses. */
export interface Addressing {
  readonly addressKey?: string | undefined;
  readonly phoneRegion?: string | undefined;
}

/**
 * Makes the function that hashes addresses with the store's key: the one given, or a random one, that its first process kept. Rejects as
 * `invalid`, with the name of the variable, where a store was made with another key or region: the same mailbox would have two hashes.
 */
export function keptAddressing(settings: Settings, { addressKey, phoneRegion = "" }: Addressing): () => Promise<AddressHasher> {
  let hasher: Promise<AddressHasher> | undefined;
  const find = async (): Promise<AddressHasher> => {
    const region = await settings.keep("phoneRegion", phoneRegion);
    if (region !== phoneRegion) throw mismatch("PHONE_REGION", `this store was made with ${region || "none"}`);
    const key = await settings.keep("addressKey", addressKey ?? randomKey());
    if (addressKey !== undefined && key !== addressKey) {
      throw mismatch("ADDRESS_KEY", "this store was made with another key; without the variable, the one that it keeps is used");
    }
    return addressHasher(key);
  };
  return () => {
    hasher ??= find().catch((error: unknown) => {
      hasher = undefined;
      throw error;
    });
    return hasher;
  };
}

function mismatch(variable: string, message: string): CrmError {
  return new CrmError("invalid", `${variable}: ${message}.`, { details: { variable } });
}

/** 256 bits in hexadecimal digits. */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
