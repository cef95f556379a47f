import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { CHANNEL, type Channel } from "../../model/channel.js";

/** Identifies an address within one campaign, without revealing it. */
export function addressHash(campaignId: string, channel: Channel, address: string): string {
  const canonical = CHANNEL[channel].canonical(address);
  return bytesToHex(sha256(utf8ToBytes(`${campaignId}\n${channel}\n${canonical}`))).slice(0, 32);
}
