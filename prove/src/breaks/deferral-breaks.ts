import { CrmError } from "@crm-engine/core/ports";
import type { Break } from "./break.js";

const FEW_TRIES = 3;
const A_DAY_MS = 86_400_000;
const FIRST_DELAY_MS = 500;

export const DEFERRAL_BREAKS: readonly Break[] = [
  {
    name: "later-is-never",
    experiment: "deferral",
    wrong: "a message that was put off a few times is given up",
    sender: (sender) => {
      const tries = new Map<string, number>();
      return {
        ...sender,
        send: async (batch, signal) =>
          (await sender.send(batch, signal)).map((result) => {
            const tried = (tries.get(result.id) ?? 0) + 1;
            tries.set(result.id, tried);
            return result.status === "retry" && tried >= FEW_TRIES ? { ...result, status: "rejected" } : result;
          }),
      };
    },
  },
  {
    name: "throttling-is-failure",
    experiment: "deferral",
    wrong: "a vendor that wants fewer messages counts as one that failed",
    sender: (sender) => ({
      ...sender,
      send: async (batch, signal) => {
        try {
          return (await sender.send(batch, signal)).map(({ throttled: _, ...result }) => result);
        } catch (error) {
          if (!(error instanceof CrmError)) throw error;
          const { throttled: _, ...details } = error.details;
          throw new CrmError(error.code, error.message, { details });
        }
      },
    }),
  },
  {
    name: "again-at-once",
    experiment: "deferral",
    wrong: "what was put off is tried again at once",
    store: (store) => ({
      ...store,
      claims: { ...store.claims, release: (claims) => store.claims.release(claims.map((claim) => ({ ...claim, delayMs: 0 }))) },
    }),
  },
  {
    name: "all-at-the-same-time",
    experiment: "deferral",
    wrong: "what was put off together is tried again together",
    store: (store) => ({
      ...store,
      claims: {
        ...store.claims,
        release: (claims) =>
          store.claims.release(
            claims.map(({ delayMs, ...claim }) => ({ ...claim, delayMs: delayMs > 0 ? withoutJitter(delayMs) : 0 })),
          ),
      },
    }),
  },
  {
    name: "waits-from-yesterday",
    experiment: "deferral",
    wrong: "how long a message has been put off is counted from a day too early",
    store: (store) => ({
      ...store,
      claims: {
        ...store.claims,
        claim: async (wanted) =>
          (await store.claims.claim(wanted)).map((claim) => ({ ...claim, updatedAt: claim.updatedAt + A_DAY_MS })),
      },
    }),
  },
  {
    name: "reasons-lost",
    experiment: "deferral",
    wrong: "what is put off does not say why",
    store: (store) => ({
      ...store,
      claims: {
        ...store.claims,
        release: (claims) => store.claims.release(claims.map(({ reason: _, ...claim }) => claim)),
      },
    }),
  },
];

function withoutJitter(delayMs: number): number {
  return FIRST_DELAY_MS * 2 ** Math.ceil(Math.log2(delayMs / FIRST_DELAY_MS));
}
