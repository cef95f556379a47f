import type { Claims } from "../../ports/claims.js";
import { type StoreSabotage, stateful, stateless } from "./store-sabotage.fixture.js";

type Kept = Awaited<ReturnType<Claims["reserveAddresses"]>>;

export const addressSabotages: readonly StoreSabotage[] = [
  stateless(
    "addresses are never refused",
    [
      "of the rows that ask for an address",
      "of racing rows one has",
      "of rows racing for what another",
      "each campaign reserves",
    ],
    () => ({ claims: { reserveAddresses: async () => new Map() } }),
  ),
  stateless(
    "an address is reserved in every campaign",
    ["each campaign reserves its own"],
    ({ claims: { reserveAddresses } }) => ({
      claims: { reserveAddresses: (_, reservations) => reserveAddresses("any", reservations) },
    }),
  ),
  stateful(
    "the first row to ask has its address for ever",
    ["a row that ends without having been handed over", "two rows that change their addresses", "a row that waits holds nothing"],
    () => ({ holders: new Map<string, string>() }),
    (_, { holders }) => ({
      claims: {
        reserveAddresses: async (campaignId, reservations) => {
          const kept = new Map<string, "used">();
          for (const { id, addressHash } of reservations) {
            const key = `${campaignId} ${addressHash}`;
            if ((holders.get(key) ?? id) !== id) kept.set(id, "used");
            else holders.set(key, id);
          }
          return kept;
        },
      },
    }),
  ),
  stateless(
    "an address in use is taken for used",
    ["of the rows that ask for an address", "an open row holds its address"],
    saying("used"),
  ),
  stateless(
    "an address that is used is taken for in use",
    [
      "an address is used once its holder",
      "a receipt of what was never called",
      "what an earlier generation was handed over under",
    ],
    saying("in_use"),
  ),
  stateless(
    "a row is handed over whatever the vendor says",
    ["a row is handed over since", "a row that ends without"],
    ({ claims }) => ({
      claims: { release: (rows) => claims.release(rows.map(({ refused: _, ...row }) => row)) },
    }),
  ),
  stateless(
    "a row that was given back was not handed over",
    ["a row is handed over since", "what is left unknown, skipped or sent", "a row that asks for another address"],
    ({ claims }) => ({ claims: { release: (rows) => claims.release(rows.map((row) => ({ ...row, refused: true }))) } }),
  ),
  stateless(
    "a failure is no refusal",
    ["a fact of a sure refusal", "a row that ends without"],
    ({ communications: { record } }) => ({
      communications: { record: (facts) => record(facts.map(({ refused: _, ...fact }) => fact)) },
    }),
  ),
  stateless(
    "every failure is a refusal",
    ["a fact of a sure refusal", "an address is used once its holder"],
    ({ communications: { record } }) => ({
      communications: {
        record: (facts) => record(facts.map((fact) => (fact.status === "failed" ? { ...fact, refused: true } : fact))),
      },
    }),
  ),
  stateless("a row that waits is one like others", ["a row that waits says until when"], ({ claims }) => ({
    claims: { release: (rows) => claims.release(rows.map(({ waits: _, ...row }) => row)) },
  })),
];

/** Whatever keeps a row from its address. */
function saying(hold: "in_use" | "used"): Parameters<typeof stateless>[2] {
  return ({ claims: { reserveAddresses } }) => ({
    claims: {
      reserveAddresses: async (...asking): Promise<Kept> =>
        new Map([...(await reserveAddresses(...asking))].map(([id]) => [id, hold])),
    },
  });
}
