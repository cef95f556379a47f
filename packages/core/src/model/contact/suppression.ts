import type { Channel } from "../channel.js";
import type { Instant } from "../instant.js";
import { keysOf } from "../record-of.js";

/** An address within a channel, known by its keyed hash alone. */
export interface AddressKey {
  readonly channel: Channel;
  readonly hash: string;
}

interface Traits {
  /** As long as nothing lifts it, nobody is written to at the address. */
  readonly suppresses?: true;
  /** It lifts what these kinds of evidence said before it. */
  readonly lifts?: readonly string[];
}

/**
 * What may be known of an address. `subscribed` is a dated opt-in, `confirmed` one that came as a single object and in no file;
 * `blocked` and `unblocked` are an operator's decisions.
 */
const EVIDENCE = {
  unsubscribed: { suppresses: true },
  complained: { suppresses: true },
  bounced: { suppresses: true },
  soft_bounced: { suppresses: true },
  blocked: { suppresses: true },
  erased: { suppresses: true },
  delivered: { lifts: ["soft_bounced"] },
  subscribed: { lifts: ["unsubscribed", "complained", "bounced", "soft_bounced"] },
  confirmed: { lifts: ["unsubscribed", "complained", "bounced", "soft_bounced", "erased"] },
  unblocked: { lifts: ["bounced", "soft_bounced", "blocked"] },
} as const satisfies Readonly<Record<string, Traits>>;

export type EvidenceKind = keyof typeof EVIDENCE;
export const EVIDENCE_KINDS = keysOf(EVIDENCE);

export type SuppressingKind = {
  [K in EvidenceKind]: (typeof EVIDENCE)[K] extends { readonly suppresses: true } ? K : never;
}[EvidenceKind];
/** In the order in which they are given as the reason. */
const SUPPRESSING = EVIDENCE_KINDS.filter((kind): kind is SuppressingKind => "suppresses" in EVIDENCE[kind]);

/** One thing that is known of an address, and when it happened. */
export interface AddressEvidence extends AddressKey {
  readonly kind: EvidenceKind;
  readonly at: Instant;
  /** An operator's. */
  readonly reason?: string;
  /** Of a soft bounce: which message. A repeated one is one. */
  readonly message?: string;
}

interface Said {
  readonly at: Instant;
  readonly reason?: string;
}

interface SoftBounce {
  readonly message: string;
  readonly at: Instant;
}

/** All that is known of one address: the latest of each kind, and of soft bounces the latest five. */
export interface FoldedEvidence {
  readonly latest: { readonly [K in Exclude<EvidenceKind, "soft_bounced">]?: Said };
  readonly softBounces: readonly SoftBounce[];
}

/** What a store keeps of an address. */
export interface Suppression extends AddressKey, FoldedEvidence {
  /** Raised by each change of the evidence. */
  readonly version: number;
}

export const NO_EVIDENCE: FoldedEvidence = { latest: {}, softBounces: [] };

/** So many soft bounces in a row, without a delivery between them, are as good as a hard one. */
const SOFT_BOUNCES = 5;

/**
 * Adds one thing to what is known. Folding is commutative, associative and idempotent: in whatever order, how often and from how many
 * processes evidence comes, the same is known in the end. What adds nothing gives back the same object.
 */
export function foldEvidence<E extends FoldedEvidence>(
  known: E,
  { kind, at, reason, message = "" }: Omit<AddressEvidence, keyof AddressKey>,
): E {
  if (kind === "soft_bounced") {
    const softBounces = withBounce(known.softBounces, { message, at });
    return softBounces ? { ...known, softBounces } : known;
  }
  const said: Said = { at, ...(reason === undefined ? {} : { reason }) };
  const before = known.latest[kind];
  return before && !isAfter(said, before) ? known : { ...known, latest: { ...known.latest, [kind]: said } };
}

/** Why nobody is written to at an address, by the first reason that nothing has lifted; undefined where there is none. */
export function suppressedBy({
  latest,
  softBounces,
}: FoldedEvidence): { readonly kind: SuppressingKind; readonly at: Instant } | undefined {
  for (const kind of SUPPRESSING) {
    const liftedAt = Math.max(...EVIDENCE_KINDS.filter((other) => lifts(other, kind)).map((other) => saidAt(latest, other)));
    if (kind !== "soft_bounced") {
      const at = saidAt(latest, kind);
      if (at > Number.NEGATIVE_INFINITY && at >= liftedAt) return { kind, at };
      continue;
    }
    const inARow = softBounces.filter(({ at }) => at > liftedAt);
    const [last] = inARow;
    if (last && inARow.length === SOFT_BOUNCES) return { kind, at: last.at };
  }
  return undefined;
}

/** Whether an address ever was suppressed, or may have been: evidence only grows, so one that was not has nobody who is marked. */
export function wasSuppressed({ latest, softBounces }: FoldedEvidence): boolean {
  return softBounces.length === SOFT_BOUNCES || SUPPRESSING.some((kind) => saidAt(latest, kind) > Number.NEGATIVE_INFINITY);
}

function lifts(kind: EvidenceKind, lifted: EvidenceKind): boolean {
  const traits: Traits = EVIDENCE[kind];
  return traits.lifts?.includes(lifted) ?? false;
}

function saidAt(latest: FoldedEvidence["latest"], kind: EvidenceKind): Instant {
  return kind === "soft_bounced" ? Number.NEGATIVE_INFINITY : (latest[kind]?.at ?? Number.NEGATIVE_INFINITY);
}

/** Of two things said at the same time, the one with the greater reason counts, whichever came first. */
function isAfter(one: Said, other: Said): boolean {
  return one.at > other.at || (one.at === other.at && (one.reason ?? "") > (other.reason ?? ""));
}

/** The latest first, each message's once, by its latest time. Undefined where nothing changes. */
function withBounce(known: readonly SoftBounce[], bounce: SoftBounce): readonly SoftBounce[] | undefined {
  if (known.some(({ message, at }) => message === bounce.message && at >= bounce.at)) return undefined;
  const others = known.filter(({ message }) => message !== bounce.message);
  const latest = [...others, bounce].sort((a, b) => b.at - a.at || (a.message < b.message ? 1 : -1)).slice(0, SOFT_BOUNCES);
  return latest.includes(bounce) ? latest : undefined;
}
