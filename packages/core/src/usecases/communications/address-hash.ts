import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Channel } from "../../model/customer.js";

/** Names an address within one campaign without holding it: e-mails are normalized already, phone numbers by their digits. */
export function addressHash(campaignId: string, channel: Channel, address: string): string {
  const canonical = channel === "sms" ? address.replace(/\D/g, "") : address;
  return bytesToHex(sha256(utf8ToBytes(`${campaignId}\n${channel}\n${canonical}`))).slice(0, 32);
}
