import { expect, it } from "vitest";
import { type ExceptionalTally, reachIn, reachOfFew } from "./count-reach.js";

const tally = (name: ExceptionalTally["_id"]["class"], n: number, address: string | null = null): ExceptionalTally => ({
  _id: { class: name, address },
  n,
});

it("counts an address once, though those who share it were looked up apart, and nobody erased", () => {
  const ids = Array.from({ length: 10 }, (_, index) => `c${index}`);
  const oneLookUp = [tally("sharedAddress", 2, "a"), tally("sharedAddress", 1, "b"), tally("erased", 1), tally(null, 1)];
  const another = [tally("sharedAddress", 1, "a"), tally("unsubscribed", 2)];
  expect(reachIn(reachOfFew(ids, [...oneLookUp, ...another]))).toEqual({
    count: 9,
    reach: { unsubscribed: 2, notSubscribed: 0, suppressed: 0, noAddress: 0, sharedAddress: 2 },
  });
});
