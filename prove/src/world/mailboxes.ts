import type { Engine } from "@crm-engine/core";
import { type EvidenceKind, foldEvidence, NO_EVIDENCE, type StoredCustomer, suppressedBy } from "@crm-engine/core/ports";
import { getJson, insist, postJson } from "./http.js";
import { until } from "./until.js";
import type { World } from "./world.js";

/** Something that happens at a mailbox, or that somebody says of it. */
export interface Happening {
  readonly kind:
    | "unsubscribed"
    | "complained"
    | "bounced"
    | "soft_bounced"
    | "delivered"
    /** A record withdraws consent, with a date. */
    | "withdrawn"
    /** A record of another tool's list of bounces. */
    | "cleaned"
    /** A record opts in, with a date, among others. */
    | "subscribed"
    /** The same as an object of its own. */
    | "confirmed"
    /** By hand, now. */
    | "blocked"
    /** A record is erased, now. */
    | "erased";
  readonly at: number;
  /** Which of the mailbox's records says so. */
  readonly by: number;
  /** Of what a vendor reports: the message. */
  readonly message: string;
}

type Refusal = "unsubscribed" | "suppressed";

/** What must be known of a mailbox once all that happened has been told. */
export interface MailboxState {
  readonly shape: Shape;
  readonly refusal: Refusal | undefined;
}

/** Evidence that can be compared: by kind the latest time, and how many soft bounces. What was done by hand has a time of its own. */
export type Shape = Readonly<Record<string, number>>;

const EVIDENCE: Readonly<Record<Happening["kind"], readonly EvidenceKind[]>> = {
  unsubscribed: ["unsubscribed"],
  complained: ["complained", "delivered"],
  bounced: ["bounced"],
  soft_bounced: ["soft_bounced"],
  delivered: ["delivered"],
  withdrawn: ["unsubscribed"],
  cleaned: ["bounced"],
  subscribed: ["subscribed"],
  confirmed: ["confirmed"],
  blocked: ["blocked"],
  erased: ["erased"],
};
/** What is dated by the moment when it is told. */
const DATED_NOW: ReadonlySet<string> = new Set(["blocked", "erased"] satisfies readonly Happening["kind"][]);

/** Core's fold, in plain order. */
export function stateAfter(happenings: readonly Happening[]): MailboxState {
  const told = [...happenings].sort((a, b) => a.at - b.at);
  let known = NO_EVIDENCE;
  for (const { kind, at, message } of told) {
    for (const one of EVIDENCE[kind]) known = foldEvidence(known, { kind: one, at, message });
  }
  const shape: Record<string, number> = {};
  for (const [kind, said] of Object.entries(known.latest)) shape[kind] = DATED_NOW.has(kind) ? 1 : said.at;
  if (known.softBounces.length > 0) shape.softBounces = known.softBounces.length;
  const by = suppressedBy(known)?.kind;
  const refusal = by === undefined ? undefined : by === "unsubscribed" || by === "complained" ? "unsubscribed" : "suppressed";
  return { shape: sorted(shape), refusal };
}

type Found = Awaited<ReturnType<Engine["suppressions"]["find"]>>[number];

/** The same of what the engine answers. */
export function shapeOf(found: Found | undefined): Shape {
  const shape: Record<string, number> = {};
  for (const { kind, at } of found?.evidence ?? []) {
    if (kind === "soft_bounced") shape.softBounces = (shape.softBounces ?? 0) + 1;
    else shape[kind] = DATED_NOW.has(kind) ? 1 : Date.parse(at);
  }
  return sorted(shape);
}

/** What the gate must say of a record, by its own consent and what is known of its mailbox. */
export function expectedVerdict({ consent }: StoredCustomer, { refusal }: MailboxState): "yes" | Refusal {
  return consent.email?.state === "withdrawn" ? "unsubscribed" : (refusal ?? "yes");
}

export function markOf({ marks }: StoredCustomer): Refusal | undefined {
  return marks.email?.refusal;
}

/** A mailbox, its records, and what is told of it. */
export interface Told {
  readonly ids: readonly string[];
  readonly address: string;
  readonly happenings: readonly Happening[];
}

const RECEIPTS: ReadonlySet<string> = new Set(["unsubscribed", "complained", "bounced", "soft_bounced", "delivered"]);
const TIMEOUT_MS = 60_000;

/** Tells the API all of it, each kind by its own door, and settles when all of it has been applied: false where something did not come in time. With `wait: false` it does not wait for it. */
export async function tell(
  { engine }: World,
  api: string,
  mailboxes: readonly Told[],
  { wait }: { readonly wait: boolean },
): Promise<boolean> {
  const all = mailboxes.flatMap(({ ids, address, happenings }) =>
    happenings.map((happening) => ({ ...happening, id: ids[happening.by] ?? "", address })),
  );
  const receipts = all.filter(({ kind }) => RECEIPTS.has(kind)).map(receiptOf);
  const rows = all.filter(({ kind }) => kind === "withdrawn" || kind === "cleaned" || kind === "subscribed").map(rowOf);
  const batches: string[] = [];
  if (receipts.length > 0) await postJson(`${api}/api/receipts`, { receipts });
  if (rows.length > 0) batches.push((await postJson<{ readonly batchId: string }>(`${api}/api/customers`, rows)).batchId);
  for (const one of all) {
    if (one.kind === "confirmed")
      batches.push((await postJson<{ readonly batchId: string }>(`${api}/api/customers`, rowOf(one))).batchId);
    if (one.kind === "blocked") await postJson(`${api}/api/suppressions`, { address: one.address, reason: "by hand" });
    if (one.kind === "erased") await insist(async () => api, ["DELETE", `/api/customers/${one.id}`]);
  }
  const isApplied = async (): Promise<boolean> => {
    for (const id of batches) {
      if ((await getJson<{ readonly status: string }>(`${api}/api/batches/${id}`)).status !== "completed") return false;
    }
    for (const { address, happenings } of mailboxes) {
      const [found] = await engine.suppressions.find(address);
      if (JSON.stringify(shapeOf(found)) !== JSON.stringify(stateAfter(happenings).shape)) return false;
    }
    return true;
  };
  if (!wait) return false;
  // What never comes is missed at the end.
  return until("all is applied", isApplied, { timeoutMs: TIMEOUT_MS, everyMs: 50 }).then(
    () => true,
    () => false,
  );
}

function receiptOf({ kind, at, message }: Happening): object {
  const bounce = kind === "bounced" ? { bounce: "hard" } : kind === "soft_bounced" ? { bounce: "soft" } : {};
  return {
    messageId: message,
    status: kind === "soft_bounced" ? "bounced" : kind,
    occurredAt: new Date(at).toISOString(),
    ...bounce,
  };
}

function rowOf({ kind, at, id }: Happening & { readonly id: string }): object {
  const time = new Date(at).toISOString();
  if (kind === "withdrawn") return { id, consent: { email: { state: "withdrawn", at: time } } };
  if (kind === "cleaned") return { id, consent: { email: { state: "withdrawn", at: time, by: "bounced" } } };
  return { id, consent: { email: { state: "subscribed", at: time } } };
}

function sorted(shape: Readonly<Record<string, number>>): Shape {
  return Object.fromEntries(Object.entries(shape).sort());
}
