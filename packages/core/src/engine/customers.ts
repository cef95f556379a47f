import type { AddressField, Channel } from "../model/channel.js";
import type { AttributeValue } from "../model/customer.js";
import type { Page, PageRequest } from "../ports/page.js";
import type { Contactable } from "../view/contactable.js";
import type { Customer } from "../view/customer.js";
import type { BegunErasure, Erasure } from "../view/erasure.js";
import type { TimelineItem, TimelineKind } from "../view/timeline.js";

/**
 * A customer to insert or change: an absent field stays as it is, null clears. An `id` or an address must be there. Times are
 * ISO 8601; without an offset they are wall-clock time in the engine's time zone.
 */
export interface CustomerInput extends AddressInputs {
  readonly id?: string | undefined;
  readonly name?: string | null | undefined;
  /** IANA. */
  readonly timeZone?: string | null | undefined;
  /** Replaced as a whole. */
  readonly tags?: readonly string[] | null | undefined;
  /** Merged by name. */
  readonly attributes?: Readonly<Record<string, AttributeValue | null>> | undefined;
  readonly visitCount?: number | null | undefined;
  readonly lastVisitAt?: string | null | undefined;
  readonly consent?: { readonly [C in Channel]?: ConsentInput | undefined } | undefined;
}

type AddressInputs = { readonly [F in AddressField]?: string | null | undefined };

interface ConsentInput {
  readonly state: "subscribed" | "withdrawn";
  /** When the person said so: only a later `at` undoes what a person withdrew. */
  readonly at?: string | undefined;
  /** Of a withdrawal, as another tool knows it. `bounced` tells of the mailbox, and withdraws nothing. */
  readonly by?: "unsubscribed" | "complained" | "bounced" | undefined;
}

/** Customers, one by one. */
export interface CustomersApi {
  get(id: string): Promise<Customer>;
  list(page: PageRequest): Promise<Page<Customer>>;
  /** Those who have the address, or all of them, by id; `invalid` for what is no address. Addresses are compared as they are kept. */
  find(address: { readonly [F in AddressField]?: string | undefined }, page: PageRequest): Promise<Page<Customer>>;
  /**
   * Those whose id, e-mail, phone number (from its country code on) or name (from any of its words on) begins so, whatever the case: in
   * the order of what begins so, then by id.
   */
  search(text: string, page: PageRequest): Promise<Page<Customer>>;
  /**
   * Orders, what was seen of messages, what was said of consent and is known of the mailbox, newest first; of some kinds or all. `not_found` where
   * there is no such customer; of one made anew under an erased id, from then on.
   */
  timeline(
    id: string,
    page: PageRequest,
    options?: { readonly kinds?: readonly TimelineKind[] | undefined },
  ): Promise<Page<TimelineItem>>;
  /** What the gate before every vendor call says of the customer; `not_found` where there is none. */
  contactable(id: string, channel: Channel): Promise<Contactable>;
  /**
   * Erases for good; undefined where there was nobody. Rows that were accepted before are `erased`, also where they name no id but an
   * address of the customer. It is complete when nothing that was queued before is left, which a worker finds out.
   */
  erase(id: string): Promise<BegunErasure | undefined>;
  /** How far an erasure has come, by its customer's id; `not_found` where there never was one. */
  erasure(id: string): Promise<Erasure>;
}
