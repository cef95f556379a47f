/** What a message of a campaign takes, on average. */
export interface MessageCost {
  readonly ms: number;
  readonly bytes: number;
}

/** What messages took lately, by campaign: how many can be had in a given time, and fit in one call. */
export interface MessageCosts {
  /** Nothing, where no message has been made yet. */
  of(campaignId: string): MessageCost;
  note(campaignId: string, messages: number, total: MessageCost): void;
}

const KEPT_CAMPAIGNS = 100;
const UNKNOWN: MessageCost = { ms: 0, bytes: 0 };

/** One process's own, from the last messages alone: a machine that was slow once is not taken for slow. */
export function createMessageCosts(): MessageCosts {
  const costs = new Map<string, MessageCost>();
  return {
    of: (campaignId) => costs.get(campaignId) ?? UNKNOWN,
    note: (campaignId, messages, { ms, bytes }) => {
      if (messages === 0) return;
      costs.delete(campaignId);
      costs.set(campaignId, { ms: ms / messages, bytes: bytes / messages });
      for (const oldest of costs.keys()) {
        if (costs.size <= KEPT_CAMPAIGNS) break;
        costs.delete(oldest);
      }
    },
  };
}

/** How many of something fit into what there is: one at least, and all where they cost nothing. */
export function countWithin(limit: number, each: number): number {
  return each > 0 ? Math.max(1, Math.floor(limit / each)) : Number.POSITIVE_INFINITY;
}
