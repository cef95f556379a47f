import { z } from "zod";
import { emailAddress } from "./address.js";

/** Whom a message is from, or where its answers go. */
export interface Mailbox {
  /** As people see it; may be empty. */
  readonly name: string;
  readonly address: string;
}

const WRITTEN = /^(?:"?([^"<>\p{Cc}\p{Zl}\p{Zp}]*?)"? *<([^<>]+)>|([^<>]+))$/u;
const asciiAddress = emailAddress.pipe(z.email());

/**
 * Reads `News <news@example.com>`, or an address alone; undefined for anything else. Neither name nor address can hold what ends a
 * header. The address is one that every mail server takes.
 */
export function parseMailbox(text: string): Mailbox | undefined {
  const match = WRITTEN.exec(text.trim());
  const address = asciiAddress.safeParse(match?.[2] ?? match?.[3] ?? "");
  return address.success ? { name: match?.[1]?.trim() ?? "", address: address.data } : undefined;
}
