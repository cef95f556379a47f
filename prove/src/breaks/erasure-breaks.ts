import type { Break } from "./break.js";

export const ERASURE_BREAKS: readonly Break[] = [
  {
    name: "addresses-are-forgotten",
    experiment: "erasure",
    wrong: "an erasure knows of no address",
    store: (store) => ({ ...store, erasures: { ...store.erasures, findAddresses: async () => new Map() } }),
  },
  {
    name: "dead-letters-stay",
    experiment: "erasure",
    wrong: "dead letters are left as they are",
    queue: (queue) => ({ ...queue, rewriteDeadLetters: async () => 0 }),
  },
  {
    name: "tombstone-without-stamp",
    experiment: "erasure",
    wrong: "what was accepted before an erasure is newer than it",
    store: (store) => ({ ...store, customers: { ...store.customers, erase: (id) => store.customers.erase(id, 1) } }),
  },
];
